"""A run's scratch directory, and the sweep that removes those of dead runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "hc-"
ROOT = Path("/tmp")
_OWNER, _KEPT = "owner", "kept"


def new() -> Path:
    """A short-named directory (sockets and GPG homes have a limit of 108 bytes), marked with its owner."""
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=ROOT))
    (path / _OWNER).write_text(f"{os.getpid()}:{_start_time(os.getpid())}")
    return path


def end(path: Path) -> None:
    """Delete the directory of a run that ends, unless it was kept."""
    if not is_kept(path.name):
        remove(path)


def remove(path: Path) -> None:
    """Delete a run's directory; overlay work folders are mode 000 and may be in use for a moment no longer."""
    shutil.rmtree(path, ignore_errors=True)


def keep(path: Path) -> None:
    """Mark a run as one that no sweep removes."""
    (path / _KEPT).touch()


def is_kept(run: str) -> bool:
    """Whether the run with this id (its directory's name) was kept."""
    return (ROOT / run / _KEPT).exists()


def owner(path: Path) -> str:
    """The owner's mark, ``PID:START TIME``; empty where there is none."""
    try:
        return (path / _OWNER).read_text()
    except OSError:
        return ""


def runs(mark: str) -> bool:
    """Whether the process with this owner's mark still runs."""
    pid, _, started = mark.partition(":")
    return pid.isdigit() and bool(started) and _start_time(int(pid)) == started


def all_runs() -> list[Path]:
    """The directories of every run of this user, oldest first."""
    found = [path for path in ROOT.glob(f"{PREFIX}*") if path.is_dir() and path.stat().st_uid == os.geteuid()]
    return sorted((path for path in found if owner(path)), key=lambda path: (path / _OWNER).stat().st_mtime)


def dead() -> list[Path]:
    """Those whose owner is dead and did not keep them; one without a mark is being made right now, or not ours."""
    return [path for path in all_runs() if not runs(owner(path)) and not is_kept(path.name)]


def sweep() -> list[Path]:
    """Remove what runs left whose owner is dead; returns their directories.

    Their processes are gone already: each was bound to its owner's life by the kernel.
    """
    swept = dead()
    for path in swept:
        remove(path)
    return swept


def _start_time(pid: int) -> str:
    """Field 22 of /proc/PID/stat, so that a reused pid is not taken for the owner; empty where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
