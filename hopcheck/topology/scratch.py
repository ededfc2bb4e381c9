"""A run's scratch directory, and the sweep that removes those of dead runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "hc-"
_OWNER = "owner"


def new() -> Path:
    """A short-named directory (sockets and GPG homes have a limit of 108 bytes), marked with its owner."""
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    (path / _OWNER).write_text(f"{os.getpid()}:{_start_time(os.getpid())}")
    return path


def remove(path: Path) -> None:
    """Delete a run's directory; overlay work folders are mode 000 and may be in use for a moment no longer."""
    shutil.rmtree(path, ignore_errors=True)


def sweep() -> list[Path]:
    """Remove what runs left whose owner is dead; returns their directories.

    Their processes are gone already: each was bound to its owner's life by the kernel.
    """
    swept = []
    for path in Path("/tmp").glob(f"{PREFIX}*"):
        if path.is_dir() and path.stat().st_uid == os.geteuid() and not _alive(path):
            remove(path)
            swept.append(path)
    return swept


def _alive(path: Path) -> bool:
    try:
        pid, _, started = (path / _OWNER).read_text().partition(":")
    except OSError:
        # Without the mark it is not ours, or its owner is making it right now.
        return True
    return _start_time(int(pid)) == started


def _start_time(pid: int) -> str:
    """Field 22 of /proc/PID/stat, so that a reused pid is not taken for the owner; empty where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
