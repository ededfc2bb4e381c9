"""A run's scratch directory, and the sweep that removes those of dead runs."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "hc-"
# Runs below another root neither see nor remove these; it must be short too.
ROOT = Path(os.environ.get("HOPCHECK_SCRATCH") or "/tmp").absolute()
_OWNER, _KEPT = "owner", "kept"


def new() -> Path:
    """A short-named directory (sockets and GPG homes have a limit of 108 bytes), marked with its owner."""
    ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=ROOT))
    (path / _OWNER).write_text(mark(os.getpid()))
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


def mark(pid: int) -> str:
    """A process as ``PID:START TIME``, which no later process with the same pid is."""
    return f"{pid}:{_start_time(pid)}"


def runs(marked: str) -> bool:
    """Whether the process with this mark still runs."""
    pid, _, started = marked.partition(":")
    return pid.isdigit() and bool(started) and _start_time(int(pid)) == started


def began(path: Path) -> float:
    """When the run began, in seconds of the epoch."""
    return (path / _OWNER).stat().st_mtime


def all_runs() -> list[Path]:
    """The directories of every run of this user, oldest first."""
    found = []
    for path in ROOT.glob(f"{PREFIX}*"):
        # Other runs end, and remove theirs, while one looks.
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            if owner(path) and path.stat().st_uid == os.geteuid():
                found.append((began(path), path))
    return [path for _, path in sorted(found)]


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
    """Field 22 of /proc/PID/stat, so that a reused pid is not taken for the owner; empty where none runs.

    One that ended and that nobody has waited for yet does not run.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
