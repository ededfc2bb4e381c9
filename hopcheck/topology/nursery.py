"""Fork servers as forks of one process that has imported what they need: a kit's second topology starts sooner."""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO

from hopcheck.topology.births import Births
from hopcheck.topology.loop import LoopThread
from hopcheck.topology.process import Command, StartError, deathbound
from hopcheck.topology.running import OnEnd

MODULE = "fakes.fork_server"


class Nursery:
    """Begins when it is needed and ends with this process, and with it all that it has started; any loop may use it."""

    def __init__(self) -> None:
        self._one = threading.Lock()
        self._thread: LoopThread | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._births: Births
        self._said: BinaryIO
        atexit.register(self.end)
        # A fork of this process has none of its threads.
        os.register_at_fork(after_in_child=self._forget)

    def bears(self, command: Command) -> bool:
        """Whether this is a fork server."""
        return [*command.argv[:3]] == [sys.executable, "-m", MODULE]

    async def bear(self, command: Command, env: Mapping[str, str], log: BinaryIO, on_end: OnEnd) -> int:
        """Start a fork server; its pid. Raises `StartError`, OSError. That it ends with the nursery is no excuse."""
        here, over = asyncio.get_running_loop(), asyncio.Event()

        def told(status: int) -> None:
            over.set()
            on_end(status, False)

        def ended(status: int, _with_nursery: bool) -> None:
            # Whoever has closed the loop asks no more.
            with suppress(RuntimeError):
                here.call_soon_threadsafe(told, status)

        with self._one:
            self._thread = self._thread or LoopThread()
        bearing = asyncio.run_coroutine_threadsafe(self._bear(command, env, log, ended), self._thread.loop)
        born = asyncio.wrap_future(bearing)
        try:
            return await asyncio.shield(born)
        except asyncio.CancelledError:
            # Nobody else will know of it; until it is gone it may make a socket in a directory that is being removed.
            with suppress(StartError, OSError):
                os.kill(await born, signal.SIGKILL)
                await over.wait()
            raise

    async def _bear(self, command: Command, env: Mapping[str, str], log: BinaryIO, on_end: OnEnd) -> int:
        if self._child is not None and self._births.over:
            self._child.wait()
            self._close()
            self._child = None
        if self._child is None:
            self._begin()
        return await self._births.bear(command, env, log, on_end)

    def _begin(self) -> None:
        """Here, in a thread that stays: with the one that started it the child would end."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        said = self._said = tempfile.TemporaryFile()  # noqa: SIM115
        with theirs:
            self._child = subprocess.Popen(
                [*deathbound(), sys.executable, "-m", MODULE, f"fd:{theirs.fileno()}"],
                env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._births = Births(ours, lambda: f"what fork servers are forks of has ended\n{_words(said)}")

    def _forget(self) -> None:
        self._one = threading.Lock()
        self._thread = self._child = None

    def end(self) -> None:
        """End it and all that it has started."""
        if self._child is not None and self._thread is not None:
            self._child.kill()
            self._child.wait()
            self._thread.loop.call_soon_threadsafe(self._close)
            self._thread.close()
            self._forget()

    def _close(self) -> None:
        self._births.close()
        self._said.close()


def _words(said: BinaryIO) -> str:
    said.seek(0)
    return said.read()[-800:].decode(errors="replace").strip()


NURSERY = Nursery()
