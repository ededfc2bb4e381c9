"""The kit's own stand-ins as forks of one process that has imported what they share: a start is what a user waits for.

A component that is not the kit's own is started as a program of its own, always.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from hopcheck.topology.process import Command, Process, StartError
from hopcheck.topology.running import OnExit, Place
from hopcheck.topology.settings import OURS

MODULE = "fakes.fork_server"
ROLE = "fork-server"
_LARGEST = 1 << 16
OnEnd = Callable[[int, bool], None]
"""Is told a status, negative for a signal, and whether it ended because the fork server has."""


class ForkServer:
    """Begins with `begin`; ends with `stop` or with the kit, and then everything that it has started ends.

    ``directory`` is a short path. ``on_exit`` is told when it ends, which is a part of the kit.
    """

    def __init__(self, directory: Path, logs: Path, on_exit: OnExit) -> None:
        self._address = directory / "fork-server.socket"
        command = Command(ROLE, [sys.executable, "-m", MODULE, str(self._address)])
        self.process = Process(command, logs / f"{ROLE}.log", on_exit, Place(directory))
        self._channel: socket.socket
        self._begun: asyncio.Task[None] | None = None
        self._asked: deque[tuple[asyncio.Future[int], OnEnd]] = deque()
        self._alive: dict[int, OnEnd] = {}

    def begin(self) -> None:
        """Start it; `bear` waits until it is ready."""
        self._begun = asyncio.ensure_future(self._begin())

    async def _begin(self) -> None:
        await self.process.start()
        self._channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel.connect(str(self._address))
        asyncio.get_running_loop().add_reader(self._channel, self._hear)

    def bears(self, command: Command) -> bool:
        """Whether this is a stand-in of the kit's own, run as it is."""
        program = [*command.argv[:2]] == [sys.executable, "-m"]
        return self._begun is not None and program and "".join(command.argv[2:3]).startswith(OURS)

    async def bear(self, command: Command, env: Mapping[str, str], log: BinaryIO, on_end: OnEnd) -> int:
        """Start a stand-in in a session of its own; its pid. Raises `StartError`, OSError."""
        assert self._begun is not None
        await asyncio.shield(self._begun)
        asked = {
            "module": command.argv[2],
            "arguments": [*command.argv[3:]],
            "env": {**env},
            "cwd": None if command.cwd is None else str(command.cwd),
            "inside": command.inside,
        }
        pid: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._asked.append((pid, on_end))
        socket.send_fds(self._channel, [json.dumps(asked).encode()], [log.fileno()])
        return await pid

    def _hear(self) -> None:
        try:
            message = self._channel.recv(_LARGEST)
        except OSError:
            message = b""
        if not message:
            self._gone()
            return
        told: dict[str, int] = json.loads(message)
        if "pid" in told:
            pid, on_end = self._asked.popleft()
            self._alive[told["pid"]] = on_end
            if not pid.done():
                pid.set_result(told["pid"])
        else:
            self._alive.pop(told["ended"])(told["status"], False)

    def _gone(self) -> None:
        """Who is still there ends with it."""
        asyncio.get_running_loop().remove_reader(self._channel)
        while self._asked:
            self._asked.popleft()[0].set_exception(StartError(f"the {ROLE} has ended\n{self.process.last_words()}"))
        while self._alive:
            self._alive.popitem()[1](-signal.SIGKILL, True)

    async def stop(self) -> None:
        """End it."""
        if self._begun is None:
            return
        self._begun.cancel()
        await asyncio.wait([self._begun])
        await self.process.stop()
        if not self._begun.cancelled() and self._begun.exception() is None:
            asyncio.get_running_loop().remove_reader(self._channel)
            self._channel.close()
