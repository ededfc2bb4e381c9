"""The kit's own stand-ins as forks of one process that has imported what they share: a start is what a user waits for.

A component that is not the kit's own is started as a program of its own, always.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from hopcheck.topology.births import Births
from hopcheck.topology.nursery import MODULE, NURSERY
from hopcheck.topology.process import Command, Process
from hopcheck.topology.running import OnEnd, OnExit, Place
from hopcheck.topology.settings import OURS

ROLE = "fork-server"


class ForkServer:
    """Begins with `begin`; ends with `stop` or with the kit, and then everything that it has started ends.

    ``directory`` is a short path. ``on_exit`` is told when it ends, which is a part of the kit.
    """

    def __init__(self, directory: Path, logs: Path, on_exit: OnExit) -> None:
        self._address = directory / "fork-server.socket"
        command = Command(ROLE, [sys.executable, "-m", MODULE, str(self._address)])
        self.process = Process(command, logs / f"{ROLE}.log", on_exit, Place(directory, NURSERY))
        self._births: Births
        self._begun: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start it; `bear` waits until it is ready."""
        self._begun = asyncio.ensure_future(self._begin())

    async def _begin(self) -> None:
        await self.process.start()
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        channel.connect(str(self._address))
        self._births = Births(channel, lambda: f"the {ROLE} has ended\n{self.process.last_words()}")

    def bears(self, command: Command) -> bool:
        """Whether this is a stand-in of the kit's own, run as it is."""
        program = [*command.argv[:2]] == [sys.executable, "-m"]
        return self._begun is not None and program and "".join(command.argv[2:3]).startswith(OURS)

    async def bear(self, command: Command, env: Mapping[str, str], log: BinaryIO, on_end: OnEnd) -> int:
        """Start a stand-in in a session of its own; its pid. Raises `StartError`, OSError."""
        assert self._begun is not None
        await asyncio.shield(self._begun)
        return await self._births.bear(command, env, log, on_end)

    async def stop(self) -> None:
        """End it."""
        if self._begun is None:
            return
        self._begun.cancel()
        await asyncio.wait([self._begun])
        await self.process.stop()
        if not self._begun.cancelled() and self._begun.exception() is None:
            self._births.close()
