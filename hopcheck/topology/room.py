"""Whether there is room for a run before it starts: the system, its report and scratch directories, and memory."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path

from hopcheck.topology import scratch
from hopcheck.topology.process import StartError

MB = 1 << 20
SPACE = 20 * MB
"""Bytes that a run's scratch directory and its report each want at least; one of the main job takes about a third."""
MEMORY, MEMORY_PER_HOST = 500 * MB, 150 * MB
"""Bytes: the peak of kit, stand-ins and Ansible (README, Figures), and what each further host adds to it."""
MEMINFO = Path("/proc/meminfo")
WATCHES_OF_PROCESSES, WATCHES_OF_A_MACHINE = 3, 9
"""inotify instances of a host at its peak, counted: its bus, rhc and worker; those of systemd and logind besides."""
MAX_WATCHES = Path("/proc/sys/fs/inotify/max_user_instances")
_WATCH = "anon_inode:inotify"
MORE_WATCHES = "take fewer hosts, or allow more: sysctl -w fs.inotify.max_user_instances=1024"
_ABOUT = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EMFILE, errno.ENFILE})
REPORT, SCRATCH = "--report DIR", "HOPCHECK_SCRATCH=DIR"


def check(report: Path, hosts: int) -> None:
    """Raises `StartError` that says what is wanting, how much there is, and what to do."""
    if sys.platform != "linux":
        raise StartError(
            "runs need Linux, its namespaces, mounts and D-Bus: use a Linux VM or container; lint, steps, new, judge, "
            "clauses, compare and verify work here"
        )
    usable(report, REPORT)
    usable(scratch.ROOT, SCRATCH)
    wanted, there = memory_wanted(hosts), memory()
    if there < wanted:
        raise StartError(
            f"too little memory: {there // MB} MB are available, and a run of {hosts} host{'s' * (hosts != 1)} takes "
            f"some {wanted // MB} MB; end something, or take fewer --hosts"
        )


def watches(wanted: int) -> None:
    """Raises `StartError` where hosts want more inotify instances than the kernel still gives this user.

    It says "too many open files" then, to whichever program happens to ask first.
    """
    there = watches_left()
    if there < wanted:
        raise StartError(f"too few inotify instances: {wanted} are wanted, and {there} are left; {MORE_WATCHES}")


def watches_left() -> int:
    """How many inotify instances this user may still have; those of processes that cannot be looked into count not."""
    try:
        allowed = int(MAX_WATCHES.read_text())
    except FileNotFoundError:
        # A kernel of somebody else's making, which has no such limit.
        return sys.maxsize
    return allowed - sum(map(_watches_of, Path("/proc").glob("[0-9]*/fd")))


def _watches_of(descriptors: Path) -> int:
    found = 0
    # It may end meanwhile, or be somebody else's.
    with contextlib.suppress(OSError):
        if descriptors.stat().st_uid == os.getuid():
            for each in descriptors.iterdir():
                with contextlib.suppress(OSError):
                    found += os.readlink(each) == _WATCH
    return found


def usable(place: Path, otherwise: str) -> None:
    """Make a directory and write into it. Raises `StartError`; ``otherwise`` is how to give another one."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        # Permissions tell little: root may write anywhere but where the file system is read-only.
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise StartError(f"{place} cannot be written to: {why(error)}; give another one: {otherwise}") from None
    free = shutil.disk_usage(place).free
    if free < SPACE:
        raise StartError(
            f"{place} has {free / MB:.1f} MB free, and a run wants {SPACE // MB} MB there; make room, or give another "
            f"one: {otherwise}"
        )


def is_about(error: BaseException) -> bool:
    """Whether an error is one of a place that is full or may not be written."""
    return isinstance(error, OSError) and error.errno in _ABOUT


def told(error: OSError) -> str:
    """Such an error as a sentence."""
    place = "" if error.filename is None else f"{error.filename}: "
    return f"{place}{why(error)}; make room, or give other places: {REPORT}, {SCRATCH}"


def why(error: OSError) -> str:
    """What an OSError says, without its number and path."""
    if error.errno == errno.EEXIST:
        return "a file of that name is there"
    return (error.strerror or str(error)).lower()


def memory_wanted(hosts: int) -> int:
    """Bytes that a run of so many hosts takes at its peak."""
    return MEMORY + MEMORY_PER_HOST * max(0, hosts - 1)


def memory() -> int:
    """Bytes that can be had without ending anything: what the kernel calls available, and free swap."""
    fields = dict(line.split(":") for line in MEMINFO.read_text().splitlines())
    return sum(int(fields[name].split()[0]) << 10 for name in ("MemAvailable", "SwapFree") if name in fields)


__all__ = [
    "MEMORY",
    "MORE_WATCHES",
    "REPORT",
    "SCRATCH",
    "SPACE",
    "WATCHES_OF_A_MACHINE",
    "WATCHES_OF_PROCESSES",
    "check",
    "is_about",
    "memory",
    "memory_wanted",
    "told",
    "usable",
    "watches",
    "watches_left",
    "why",
]
