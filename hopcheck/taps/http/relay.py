"""Two joined sockets, a client's and one to the server, on plain asyncio transports."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from hopcheck.taps.http.lane import Lane, Step, Then
from hopcheck.taps.http.outbox import Outbox
from hopcheck.trace import Draft, Store

Address = tuple[str, int]
READ = 64 * 1024
"""Bytes that are read at once, at the most."""

_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Tls:
    """What the client's TLS came to: ``version`` as OpenSSL names it, its certificate's name and serial number."""

    version: str
    client_cn: str | None
    client_serial: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The form in an event's attributes."""
        known = {"version": self.version, "client_cn": self.client_cn}
        return known if self.client_serial is None else known | {"client_serial": self.client_serial}


class Leg(asyncio.BufferedProtocol):
    """One of the two sockets. ``ended``: it sends no more; ``shut``: nothing more is written to it."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.transport: asyncio.Transport | None = None
        self.ended = False
        self.shut = False
        self.lost = False
        self.late: list[bytes] = []
        self.outbox: Outbox | None = None
        # Kept, since asyncio's own reads allocate 256 KiB each, which the allocator may map and unmap every time.
        self._read = memoryview(bytearray(READ))
        self._pauses = 0
        self._half_open = True

    def use(self, transport: asyncio.Transport) -> None:
        """Read from and write to ``transport`` from now on."""
        self.transport = transport
        # asyncio cannot keep a TLS connection half open, and says so each time it is asked.
        self._half_open = transport.get_extra_info("ssl_object") is None
        if self._pauses:
            transport.pause_reading()

    def pause(self) -> None:
        """Read nothing until `resume`; may be nested."""
        self._pauses += 1
        if self._pauses == 1 and self.transport is not None and not self.ended:
            self.transport.pause_reading()

    def resume(self) -> None:
        """Undo one `pause`."""
        self._pauses -= 1
        if not self._pauses and self.transport is not None and not self.ended:
            self.transport.resume_reading()

    def write(self, data: bytes, then: Then) -> None:
        """Write ``data``, then go on as ``then`` says."""
        transport = self.transport
        if transport is not None and not transport.is_closing():
            if data and not self.shut:
                if then == "stay" and self.outbox is not None:
                    self.outbox.put(self, data)
                    return
                self.late.append(data)
            self.flush()
            if then == "end" and not self.shut and transport.can_write_eof():
                transport.write_eof()
            elif then in ("end", "close"):
                self.close()
        if then == "reset":
            self.relay.reset()
        elif then != "stay":
            self.shut = True
            self.relay.settle()

    def flush(self) -> None:
        """Write what the outbox kept."""
        if self.late:
            data, self.late = b"".join(self.late), []
            if self.transport is not None and not self.transport.is_closing():
                self.transport.write(data)

    def close(self) -> None:
        """Close the connection when all is written, if there is one."""
        self.flush()
        # Once: at the second time asyncio's TLS forgets the protocol that `reset` is to abort.
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()

    def reset(self) -> None:
        """Break the connection: the peer sees a reset where it is plain TCP."""
        self.flush()
        if self.transport is not None and not self.lost:
            # A TLS transport that is closing may know nothing of its socket any more.
            if not self.transport.is_closing() and (sock := self.transport.get_extra_info("socket")) is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.use(transport)
        self.relay.connected(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._read

    def buffer_updated(self, nbytes: int) -> None:
        relay, data = self.relay, bytes(self._read[:nbytes])
        if not relay.ready:
            relay.hold_back(data)
        elif self is relay.client:
            relay.from_client(data)
        else:
            relay.from_server(data)

    def eof_received(self) -> bool:
        self.relay.ended(self, clean=True)
        return self._half_open

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self.relay.lost(self, exc)

    def pause_writing(self) -> None:
        self.relay.other(self).pause()

    def resume_writing(self) -> None:
        self.relay.other(self).resume()


class Relay(ABC):
    """A client's connection and the one that is opened for it, lazily, to the server.

    Subclasses turn bytes into steps: `from_client` and `from_server` put them on ``up`` and ``down``.
    """

    def __init__(
        self,
        store: Store,
        *,
        upstream: Callable[[], Address],
        server_ssl: ssl.SSLContext | None,
        gone: Callable[[Relay], None],
    ) -> None:
        self.store = store
        self.tls: Tls | None = None
        self.client = Leg(self)
        self.server = Leg(self)
        self.up = Lane(store, write=self.server.write, pause=self.client.pause, resume=self.client.resume)
        self.down = Lane(store, write=self.client.write, pause=self.server.pause, resume=self.server.resume)
        self._upstream = upstream
        self._server_ssl = server_ssl
        self._gone = gone
        self._tasks: set[asyncio.Task[None]] = set()
        self._reaching = False
        self.ready = server_ssl is None
        self._early: list[bytes] = []
        self._broken = False

    @abstractmethod
    def from_client(self, data: bytes) -> None:
        """Bytes came from the client."""

    @abstractmethod
    def from_server(self, data: bytes) -> None:
        """Bytes came from the server."""

    @abstractmethod
    def client_ended(self, clean: bool) -> None:
        """The client sends no more; ``clean`` is False after a reset. Called once."""

    @abstractmethod
    def server_ended(self, clean: bool) -> None:
        """The server sends no more. Called once."""

    @abstractmethod
    def refused(self, reason: str, drafts: list[Draft]) -> None:
        """The connection comes to nothing; ``drafts`` were to be appended and were not."""

    def upstream_ssl(self) -> ssl.SSLContext | None:
        """The TLS to the server; None for plain TCP."""
        return None

    def send_up(self, step: Step) -> None:
        """Put ``step`` on the way to the server, and connect to it first where that has not been done."""
        if not self._reaching and step.data:
            self._reaching = True
            self.up.hold()
            self._start(self._reach())
        self.up.put(step)

    def carry_up(self, draft: Draft, data: bytes) -> None:
        """Do what ``send_up(Step([draft], data))`` does."""
        if self._reaching:
            self.up.carry(draft, data)
        else:
            self.send_up(Step([draft], data))

    def reset(self) -> None:
        """Break both connections at once."""
        self._broken = True
        for task in self._tasks:
            task.cancel()
        self.up.cancel()
        self.down.cancel()
        self.client.reset()
        self.server.reset()

    def other(self, leg: Leg) -> Leg:
        """The socket at the other end."""
        return self.server if leg is self.client else self.client

    def connected(self, leg: Leg) -> None:
        """A socket is there; the client's may have a handshake before it."""
        if leg is self.client and self._server_ssl is not None:
            assert leg.transport is not None
            leg.transport.pause_reading()
            self._start(self._handshake(leg.transport, self._server_ssl))
        elif leg is self.server and (self._broken or self.client.lost):
            leg.reset()

    def hold_back(self, data: bytes) -> None:
        """Bytes came from the client with its last handshake record, before start_tls returned."""
        self._early.append(data)

    def ended(self, leg: Leg, *, clean: bool, then: Then = "end") -> None:
        """``leg`` sends no more."""
        if not self.ready:
            return
        first, leg.ended = not leg.ended, True
        if leg is self.client:
            if first:
                self.client_ended(clean and not self._broken)
            self.up.put(Step(then=then))
        else:
            if first:
                self.server_ended(clean and not self._broken)
            self.down.put(Step(then=then))

    def lost(self, leg: Leg, exc: Exception | None) -> None:
        """``leg`` is closed for both directions."""
        self.ended(leg, clean=exc is None, then="close" if exc is None else "reset")
        self.settle()

    def settle(self) -> None:
        """Close what has nothing more to carry, and say so when nothing is left."""
        client, server = self.client, self.server
        if server.shut and (client.shut or not self._reaching):
            client.close()
        if client.shut and server.shut:
            server.close()
        if client.lost and not self._tasks and (server.lost or server.transport is None):
            self._gone(self)

    async def _reach(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            host, port = self._upstream()
            await loop.create_connection(lambda: self.server, host, port, ssl=self.upstream_ssl())
        except OSError as error:
            self.refused(f"upstream unreachable: {error}", self.up.discard())
            self.client.write(b"", "close")
        self.up.release()

    async def _handshake(self, transport: asyncio.Transport, context: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        try:
            secured = await loop.start_tls(transport, self.client, context, server_side=True)
        except (OSError, asyncio.CancelledError) as error:
            self.client.lost = True
            if isinstance(error, asyncio.CancelledError):
                raise
            self.refused(f"TLS: {error}", [])
            return
        assert secured is not None
        session: ssl.SSLObject = secured.get_extra_info("ssl_object")
        certificate: Any = session.getpeercert() or {}
        self.tls = Tls(session.version() or "", _common_name(certificate), certificate.get("serialNumber"))
        self.client.use(secured)
        self.ready = True
        early, self._early = self._early, []
        for data in early:
            self.from_client(data)
        if self.client.lost or secured.is_closing():
            self.ended(self.client, clean=True, then="close")

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.settle()
        if not task.cancelled():
            task.result()


def _common_name(certificate: Any) -> str | None:
    names = (pair for part in certificate.get("subject", ()) for pair in part)
    return next((value for key, value in names if key == "commonName"), None)
