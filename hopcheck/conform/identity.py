"""A digest of a directory that others can check."""

from __future__ import annotations

import hashlib
from pathlib import Path


def of_directory(directory: Path) -> str:
    """One digest of all files below a directory: of their names and contents."""
    total = hashlib.sha256()
    for path in sorted(each for each in directory.rglob("*") if each.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(directory).as_posix()} {content}\n".encode())
    return f"sha256:{total.hexdigest()}"
