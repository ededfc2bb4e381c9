"""``hopcheck up``: a run that stays until `down`."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from hopcheck import options as shared
from hopcheck.exit_status import HARNESS_ERROR
from hopcheck.life import run, status
from hopcheck.life.called import called
from hopcheck.life.channel import TAKEN, messages
from hopcheck.life.leftovers import tell_sweep
from hopcheck.life.run import Run, Unclear
from hopcheck.python import module
from hopcheck.topology import room

OWNER_LOG = "owner.log"


def up(options: argparse.Namespace) -> int:
    """Start an owner, wait until its run is ready, say what there is. Raises `Unclear`, KeyboardInterrupt."""
    try:
        settings = shared.settings(lambda name: getattr(options, name.replace("-", "_")))
    except ValueError as error:
        raise Unclear(str(error)) from error
    tell_sweep()
    _claim(settings.report, settings.hosts)
    logs = settings.report / "logs"
    return _wait(*_started(options, logs), logs / OWNER_LOG)


def _claim(report: Path, hosts: int) -> None:
    """Refuse a report directory that a live run writes; logs of an earlier one make room.

    Raises `Unclear`, and `StartError` where there is no room.
    """
    for other in run.find():
        if other.alive and other.record is not None and Path(other.record.report) == report.absolute():
            raise Unclear(f"{report}/ is the report of {other.id}, which runs; give another one with --report DIR")
    room.check(report, hosts)
    (report / "logs").mkdir(exist_ok=True)
    for pattern in ("*.log", "*.journal"):
        for old in (report / "logs").glob(pattern):
            old.unlink()


def _started(options: argparse.Namespace, logs: Path) -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    argv = module("hopcheck.life.owner", *shared.given(options))
    with theirs, (logs / OWNER_LOG).open("wb") as log:
        channel = theirs.fileno()
        owner = subprocess.Popen(
            [*argv, f"--channel={channel}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[channel],
            # The terminal's signals, and its closing, are for this command only.
            start_new_session=True,
        )
    return owner, ours


def _wait(owner: subprocess.Popen[bytes], ours: socket.socket, log: Path) -> int:
    with ours:
        try:
            for message in messages(ours):
                if "ready" in message:
                    _tell(message["ready"])
                    ours.sendall(TAKEN)
                    # It outlives this process on purpose.
                    owner.returncode = 0
                    return 0
                if "failed" in message:
                    return _failed(owner, message)
                print(f"hopcheck: {message['progress']}", file=sys.stderr, flush=True)
            ended = f"the process that should keep the flow up ended with status {owner.wait()}"
            print(f"hopcheck: {ended}; {log} has what it said", file=sys.stderr)
            return HARNESS_ERROR
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.kill(owner.pid, signal.SIGTERM)
            print("hopcheck: taking down what was started", file=sys.stderr, flush=True)
            owner.wait()
            raise


def _failed(owner: subprocess.Popen[bytes], message: dict[str, Any]) -> int:
    print(f"hopcheck could not bring the flow up: {message['failed']}", file=sys.stderr)
    owner.wait()
    return int(message["status"])


def _tell(name: str) -> None:
    found = run.choose(run.find(), name)
    lines = status.block(status.of(found))
    print("\n".join([*lines, *_next(found)]), flush=True)


def _next(found: Run) -> list[str]:
    host = found.hosts[0].name
    record = found.record
    page = [f"open {record.ui} and execute the plan"] if record is not None and record.ui else []
    first, *more = [
        *page,
        f"{called()} status",
        f"{called()} logs {host} --follow",
        f"{called()} shell {host}",
        f"{called()} down {found.id}",
    ]
    return [f"next: {first}", *(f"      {each}" for each in more)]
