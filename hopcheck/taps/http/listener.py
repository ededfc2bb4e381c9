"""A listening port whose every connection gets a relay."""

from __future__ import annotations

import asyncio
import itertools
import socket
from abc import ABC, abstractmethod

from hopcheck.taps.http.outbox import Outbox
from hopcheck.taps.http.relay import Relay

_NUMBERS = itertools.count(1)
_IP_FREEBIND = 15  # <linux/in.h>


def connection_id(tap: str) -> str:
    """A name for a connection that no other one in this process has."""
    return f"{tap}#{next(_NUMBERS)}"


class Listener(ABC):
    """Starts and stops the port; `stop` returns once every connection is gone and nothing more is appended."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._relays: set[Relay] = set()
        self._outbox = Outbox()
        self._idle = asyncio.Event()
        self._idle.set()

    @abstractmethod
    def relay(self) -> Relay:
        """The relay of a connection that has just come in; it calls `gone` when it is over."""

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; the port. Raises OSError where it cannot be had.

        ``host`` may be the address of a bridge that its engine raises with the first container only.
        """
        # asyncio sets TCP_NODELAY on every stream socket by itself.
        self._outbox = Outbox()
        self._server = await asyncio.get_running_loop().create_server(self._accept, sock=listening(host, port))
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def drain(self) -> None:
        """Return when there is no connection, so that everything of those that ended is in the trace."""
        await self._idle.wait()

    async def stop(self) -> None:
        """Close the port and break every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()
        await self._idle.wait()

    def cut(self) -> None:
        """Break every connection; the port stays open."""
        for relay in tuple(self._relays):
            relay.reset()

    def gone(self, relay: Relay) -> None:
        """``relay`` carries nothing any more."""
        self._relays.discard(relay)
        if not self._relays:
            self._idle.set()

    def _accept(self) -> asyncio.BaseProtocol:
        relay = self.relay()
        relay.client.outbox = relay.server.outbox = self._outbox
        self._relays.add(relay)
        self._idle.clear()
        return relay.client


def listening(host: str, port: int) -> socket.socket:
    """A bound socket, also on an address that no interface has yet. Raises OSError."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.IPPROTO_IP, _IP_FREEBIND, 1)
        sock.bind((host, port))
    except BaseException:
        sock.close()
        raise
    return sock
