"""A witness that leaves TLS alone: the broker itself judges a host's certificate, and who hangs up is seen."""

from __future__ import annotations

import asyncio
from typing import Literal

from hopcheck.taps.http.listener import connection_id, listening
from hopcheck.taps.mqtt.session import BROKER, CLIENTS, EDGE
from hopcheck.trace import Draft, Store

CHUNK = 1 << 16
Side = Literal["client", "broker"]


class PassThrough:
    """Passes bytes between hosts and the broker at ``upstream``, which it cannot read.

    A connection that the broker ends first is recorded as ``refused``, one that the client ends as ``closed`` (never
    ``clean``: a DISCONNECT is among what it cannot read).
    """

    def __init__(self, store: Store, *, upstream: tuple[str, int], name: str = "mqtt:passthrough") -> None:
        self.name = name
        self._store = store
        self._upstream = upstream
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; the port. Raises OSError where it cannot be had."""
        self._server = await asyncio.start_server(self._serve, sock=listening(host, port))
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def drain(self) -> None:
        """Return when there is no connection."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Close the port and break every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._tasks:
            task.cancel()
        await self.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._pass(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = connection_id(self.name)
        try:
            up_reader, up_writer = await asyncio.open_connection(*self._upstream)
        except OSError as error:
            self._tell(connection, "broker", f"the broker is not reached: {error}")
            return
        try:
            client = asyncio.create_task(_pump(reader, up_writer))
            broker = asyncio.create_task(_pump(up_reader, writer))
            done, _ = await asyncio.wait({client, broker}, return_when=asyncio.FIRST_COMPLETED)
            side: Side
            if broker in done:
                side = "broker" if broker.result() else "client"
            else:
                side = "client" if client.result() else "broker"
            self._tell(connection, side, f"the {side} hung up")
        finally:
            for pump in (client, broker):
                pump.cancel()
            await asyncio.gather(client, broker, return_exceptions=True)
            up_writer.close()

    def _tell(self, connection: str, side: Side, reason: str) -> None:
        source, target = (CLIENTS["host"], BROKER) if side == "client" else (BROKER, CLIENTS["host"])
        known = {"connection": connection, "leg": "host", "client_id": None}
        seen = {"reason": reason} if side == "broker" else {"by": side, "clean": False}
        op = "refused" if side == "broker" else "closed"
        self._store.append(Draft(self.name, EDGE, "mqtt", op, source, target, attrs={**seen, **known}))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Until one end is gone; whether it was the one that is read."""
    while True:
        try:
            data = await reader.read(CHUNK)
        except OSError:
            return True
        if not data:
            return True
        try:
            writer.write(data)
            await writer.drain()
        except OSError:
            return False
