"""Workers of rhcd: it starts each of them, and each registers under a name of its own (facts 1.6)."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import string
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.rhcd import link, paths
from fakes.rhcd.link import Message

log = logging.getLogger(__name__)

# The answer of the server, or 0 where the message was published.
Transmit = Callable[[Message], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Worker:
    """One that has registered; ``detached`` wants its content fetched."""

    features: Mapping[str, str]
    detached: bool
    writer: StreamWriter


class Workers:
    """Those that run. Callbacks: `changed()` when one comes or goes, `transmit` for what one sends."""

    def __init__(self, transmit: Transmit) -> None:
        self.changed: Callable[[], None] = lambda: None
        self._transmit = transmit
        self._registered: dict[str, Worker] = {}
        self._processes: list[Process] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._address = "@yggd-dispatcher-" + "".join(secrets.choice(string.ascii_letters) for _ in range(6))

    @property
    def dispatchers(self) -> dict[str, Mapping[str, str]]:
        """Features by the name that each worker registered."""
        return {name: worker.features for name, worker in self._registered.items()}

    def of(self, directive: str) -> Worker | None:
        """The worker of that very name."""
        return self._registered.get(directive)

    def send(self, worker: Worker, message: Message) -> None:
        """Hand a message over."""
        link.write(worker.writer, link.packed(message))

    async def start(self, environment: Mapping[str, str]) -> None:
        """Listen, and start every executable whose name ends in ``worker``. Raises OSError."""
        socket = link.address("unix:" + self._address)
        self._server = await asyncio.start_unix_server(self._served, socket, limit=link.LIMIT)
        for program in executables(paths.WORKER_DIR):
            own = {**environment, "YGG_SOCKET_ADDR": "unix:" + self._address, "PATH": paths.PATH}
            self._processes.append(await asyncio.create_subprocess_exec(program, env=own))

    async def stop(self) -> None:
        """End them."""
        for process in self._processes:
            if process.returncode is None:
                process.terminate()
        await asyncio.gather(*(process.wait() for process in self._processes))
        self._server.close()

    async def _served(self, reader: StreamReader, writer: StreamWriter) -> None:
        name = None
        try:
            while (told := await link.read(reader)) is not None:
                if "handler" in told:
                    name = self._register(told["handler"], told, writer, name)
                else:
                    self._start(self._send(told, writer))
        finally:
            if name is not None:
                del self._registered[name]
                self.changed()
            writer.close()

    def _register(self, name: str, told: Mapping[str, Any], writer: StreamWriter, own: str | None) -> str | None:
        taken = name in self._registered
        link.write(writer, {"registered": not taken})
        if taken:
            return own
        self._registered[name] = Worker(told["features"], told["detached_content"], writer)
        log.info("worker %s registered", name)
        self.changed()
        return name

    async def _send(self, told: Mapping[str, Any], writer: StreamWriter) -> None:
        try:
            answer: dict[str, Any] = {"status": await self._transmit(link.unpacked(told["message"]))}
        except (OSError, ValueError) as error:
            answer = {"error": str(error)}
        link.write(writer, {"answers": told["number"], **answer})

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def executables(directory: Path) -> list[Path]:
    """The workers' programs."""
    found = sorted(directory.glob("*worker")) if directory.is_dir() else []
    return [file for file in found if os.access(file, os.X_OK)]
