"""``hopcheck shell``: a shell, or one command, on a host."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from hopcheck.life import machines, run
from hopcheck.life.run import Run, Unclear
from hopcheck.life.terminal import at_terminal, interact, interact_here
from hopcheck.topology.bus import PrivateBus
from hopcheck.topology.host import FILES
from hopcheck.topology.namespace import Namespace
from hopcheck.topology.record import HostRecord

LOGIN = ("sh", "-c", "if command -v bash >/dev/null; then exec bash -l; else exec sh -l; fi")


def shell(options: argparse.Namespace) -> int:
    """Run it; returns its exit status, 128 and the signal's number where one ended it. Raises `Unclear`."""
    found = run.choose(run.find(), options.run)
    host = found.host(options.host)
    # The closing of the terminal must end what runs on the host as well.
    signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))
    if not options.command and sys.stdin.isatty():
        print(f"hopcheck: {host.name} of {found.id}; `exit` leaves it", file=sys.stderr, flush=True)
    argv = options.command or LOGIN
    if host.container:
        return interact(machines.container(found, host), argv)
    with _namespaces(found, host) as prefix:
        status = _here(prefix, argv, found.directory / host.name)
    return 128 - status if status < 0 else status


@contextlib.contextmanager
def _namespaces(found: Run, host: HostRecord) -> Iterator[Sequence[str]]:
    """The prefix that enters those of a living run, or new ones over what a kept run's host has left."""
    place = found.directory / host.name
    if found.alive and host.enter:
        yield host.enter
        return
    if found.alive or not (place / "root").is_dir():
        raise Unclear(f"{host.name} of {found.id} is not there to be entered: the run is {found.state}")
    again = Namespace(place / "root", {FILES: place / "files"})
    asyncio.run(again.start())
    try:
        yield again.enter
    finally:
        asyncio.run(again.stop())


def _here(prefix: Sequence[str], argv: Sequence[str], place: Path) -> int:
    env = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": PrivateBus(place).address}
    if at_terminal():
        return interact_here([*prefix, "setsid", "--ctty", *argv], env)
    child = subprocess.Popen([*prefix, *argv], env=env)
    try:
        return child.wait()
    except BaseException:
        _hang_up(child.pid)
        child.wait()
        raise


def _hang_up(pid: int) -> None:
    """End what nsenter started: it hands no signal on."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    for each in [*map(int, children), pid]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGHUP)


__all__ = ["shell"]
