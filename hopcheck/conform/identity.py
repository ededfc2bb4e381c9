"""What exactly was put to the test: digests that others can check."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

LARGEST = 1 << 30


def of_command(argv: Sequence[str]) -> Mapping[str, str]:
    """The SHA-256 of the program, and of each argument that is a file, by path as given; empty where it is not there.

    An interpreter's digest says little, that of the script that it is given says more: so both.
    """
    found = {}
    for position, word in enumerate(argv):
        path = Path(shutil.which(word) or word) if position == 0 else Path(word)
        if path.is_file() and path.stat().st_size <= LARGEST:
            with path.open("rb") as file:
                found[word] = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    return found


def of_directory(directory: Path) -> str:
    """One digest of all files below a directory: of their names and contents."""
    total = hashlib.sha256()
    for path in sorted(each for each in directory.rglob("*") if each.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(directory).as_posix()} {content}\n".encode())
    return f"sha256:{total.hexdigest()}"
