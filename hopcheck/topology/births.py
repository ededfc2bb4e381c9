"""What is asked over a connection to a process of `fakes.fork_server`."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections import deque
from collections.abc import Callable, Mapping
from typing import BinaryIO

from hopcheck.topology.process import Command, StartError
from hopcheck.topology.running import OnEnd

_LARGEST = 1 << 16


class Births:
    """Forks over ``channel``, a connection that becomes its own, on the running loop; ``gone`` tells why none comes.

    ``over`` says that nothing is at its other end any more.
    """

    def __init__(self, channel: socket.socket, gone: Callable[[], str]) -> None:
        self._channel = channel
        self._why_gone = gone
        self._asked: deque[tuple[asyncio.Future[int], OnEnd]] = deque()
        self._alive: dict[int, OnEnd] = {}
        self.over = False
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(channel, self._hear)

    async def bear(self, command: Command, env: Mapping[str, str], log: BinaryIO, on_end: OnEnd) -> int:
        """Start ``python -m module``, in a session of its own; its pid. Raises `StartError`, OSError."""
        asked = {
            "module": command.argv[2],
            "arguments": [*command.argv[3:]],
            "env": {**env},
            "cwd": None if command.cwd is None else str(command.cwd),
            "inside": command.inside,
        }
        socket.send_fds(self._channel, [json.dumps(asked).encode()], [log.fileno()])
        pid: asyncio.Future[int] = self._loop.create_future()
        self._asked.append((pid, on_end))
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
        self.over = True
        self._loop.remove_reader(self._channel)
        while self._asked:
            pid, _ = self._asked.popleft()
            if not pid.done():
                pid.set_exception(StartError(self._why_gone()))
        while self._alive:
            self._alive.popitem()[1](-signal.SIGKILL, True)

    def close(self) -> None:
        """Ask for nothing more, and hear of nobody's end."""
        self._loop.remove_reader(self._channel)
        self._channel.close()
