"""What exactly was there: digests that others can check."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path


def of_directory(directory: Path) -> str:
    """One digest of all files below a directory: of their names and contents."""
    total = hashlib.sha256()
    for path in sorted(each for each in directory.rglob("*") if each.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(directory).as_posix()} {content}\n".encode())
    return f"sha256:{total.hexdigest()}"


def revision(directory: Path) -> str:
    """The commit of the git work tree that a directory is in, with ``-dirty`` where it was changed; empty without."""
    argv = ["git", "-C", str(directory), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        said = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""
