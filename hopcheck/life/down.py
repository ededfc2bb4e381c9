"""``hopcheck down``: ends runs and removes everything of them but their reports."""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Iterable

from hopcheck.life import run
from hopcheck.life.run import Run, Unclear, there_are
from hopcheck.topology import scratch, sweep

GRACE_S = 30.0
GONE_S = 5.0
TOLD_EVERY_S = 3.0


def down(options: argparse.Namespace) -> int:
    """End and remove what was chosen. Raises `Unclear`."""
    every = run.find()
    if options.all:
        for each in every:
            _end(each)
        _strays()
        if not every:
            print("no run is there")
        return 0
    if options.run is None:
        # Somebody waits for a verdict of a `run` that is under way: only its name, or --all, ends it.
        own = [each for each in every if not (each.alive and each.verb == "run")]
        if not own:
            under_way = f"; under way:\n{run.listing(every)}" if every else ""
            print(f"nothing to take down{under_way}")
            return 0
        _end(run.choose(own, None))
        return 0
    if options.run not in {each.id for each in every} and not any(each.id.startswith(options.run) for each in every):
        removed = _forgotten(options.run)
        if not removed and not options.run.startswith(scratch.PREFIX):
            raise Unclear(f"no run {options.run!r}; {there_are([each.id for each in every], options.run)}")
        print(f"{options.run}: {_list(removed)}")
        if not removed and every:
            print(f"runs:\n{run.listing(every)}")
        return 0
    _end(run.choose(every, options.run))
    return 0


def _end(each: Run) -> None:
    """A living owner takes its own things down; what stays after it, or after one that died before, is removed."""
    before = _names(each.id)
    if each.alive:
        _stop(each)
    sweep.discard([each.directory])
    after = _names(each.id)
    left = [name for name in after if name in before]
    removed = [name for name in [*before, str(each.directory)] if name not in left]
    ended = f"ended process {each.pid} (hopcheck {each.verb}); " if each.alive else ""
    print(f"{each.id}: {ended}{_list(removed)}")
    if each.record is not None:
        print(f"  the report stays in {each.record.report}")
    if left:
        print(f"  could not remove {', '.join(left)}", file=sys.stderr)


def _list(removed: list[str]) -> str:
    return f"removed {', '.join(removed)}" if removed else "nothing of it is there"


def _stop(each: Run) -> None:
    """TERM, then KILL after a grace; returns when it and all its processes are gone."""
    try:
        pidfd = os.pidfd_open(each.pid)
    except ProcessLookupError:
        return
    try:
        # Between finding it and now its pid may have become somebody else's.
        if not scratch.runs(each.owner):
            return
        signal.pidfd_send_signal(pidfd, signal.SIGTERM)
        if not _ended(each, pidfd):
            print(f"hopcheck: {each.id} did not end within {GRACE_S:g} s; killing it", file=sys.stderr, flush=True)
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
            _wait(pidfd, GONE_S)
    finally:
        os.close(pidfd)
    if each.record is not None:
        _gone(each.record.roles.values())


def _ended(each: Run, pidfd: int) -> bool:
    began = time.monotonic()
    print(f"hopcheck: waiting for process {each.pid} to take {each.id} down", file=sys.stderr, flush=True)
    while (left := began + GRACE_S - time.monotonic()) > 0:
        if _wait(pidfd, min(left, TOLD_EVERY_S)):
            return True
        print(f"hopcheck: still waiting, {time.monotonic() - began:.0f} s so far", file=sys.stderr, flush=True)
    return False


def _wait(pidfd: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _gone(marks: Iterable[str]) -> None:
    """Until processes that the kernel ends with their owner have ended, so that none writes into what is removed."""
    for mark in marks:
        with contextlib.suppress(ProcessLookupError, ValueError):
            pidfd = os.pidfd_open(int(mark.partition(":")[0]))
            try:
                if scratch.runs(mark):
                    _wait(pidfd, GONE_S)
            finally:
                os.close(pidfd)


def _names(name: str) -> list[str]:
    """What the engine has of a run."""
    found = sweep.engine()
    if found is None:
        return []
    from hopcheck.topology.containers import labels

    return labels.names(found, name)


def _forgotten(name: str) -> list[str]:
    """Remove what bears the label of a run that has no scratch directory any more. Raises `Unclear` if it lives."""
    found = sweep.engine()
    if found is None:
        return []
    from hopcheck.topology.containers import labels

    if labels.labelled(found).get(name):
        raise Unclear(f"{name} is a run of another user, and its owner lives")
    return labels.remove(found, [name])


def _strays() -> None:
    """Whatever else bears a run's label; what another user's living run has is left to it."""
    found = sweep.engine()
    if found is None:
        return
    from hopcheck.topology.containers import labels

    for name, alive in labels.labelled(found).items():
        print(f"{name}: left, another user's" if alive else f"{name}: {_list(labels.remove(found, [name]))}")


__all__ = ["down"]
