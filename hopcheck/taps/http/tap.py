"""The witness on an HTTP edge: a reverse proxy that passes the very bytes on."""

from __future__ import annotations

import ssl as tls
from collections.abc import Callable

from hopcheck.taps.hold import Ask
from hopcheck.taps.http.admission import Gate
from hopcheck.taps.http.connection import HttpConnection
from hopcheck.taps.http.draft import Hop
from hopcheck.taps.http.head import RequestHead
from hopcheck.taps.http.lane import Fault
from hopcheck.taps.http.listener import Listener, connection_id
from hopcheck.taps.http.relay import Address
from hopcheck.trace import Draft, Store

UNKNOWN = "unknown"


class HttpTap(Listener):
    """One listener of one edge, one connection to ``upstream`` for each that comes in.

    ``edge`` and ``source`` may depend on the request where callers share a listener; ``upstream`` is asked again for
    each connection and may raise OSError. ``ssl`` is the server context that ends the client's TLS. ``host_of`` names
    the remediation target of a request that no client certificate names. ``faults``, which may be set at any time, is
    asked about each completed message, its event and its raw bytes, before either goes on; while it is set messages
    are forwarded whole.
    """

    def __init__(
        self,
        store: Store,
        *,
        edge: str | Callable[[RequestHead], str],
        source: str | Callable[[RequestHead], str],
        target: str,
        upstream: Address | Callable[[], Address],
        gateway: Gate | None = None,
        ssl: tls.SSLContext | None = None,
        host_of: Callable[[RequestHead], str | None] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__()
        self.gateway = gateway
        self.faults: Callable[[Draft, bytes], Fault | None] | None = None
        self.ask: Ask | None = None
        self.name = name or f"http:{edge if isinstance(edge, str) else target}"
        self._store = store
        self._edge = edge
        self._source = source
        self._target = target
        self._upstream = upstream if callable(upstream) else lambda: upstream
        self._ssl = ssl
        self._host_of = host_of

    def hop(self, exchange: str, head: RequestHead | None, client_cn: str | None) -> Hop:
        """Between whom ``exchange`` goes; ``unknown`` where only the head could tell and there is none."""
        source = _told(self._source, head) or UNKNOWN
        edge = _told(self._edge, head) or f"{UNKNOWN}>{self._target}"
        host = client_cn
        if host is None and head is not None and self._host_of is not None:
            host = self._host_of(head)
        return Hop(self.name, edge, source, self._target, exchange, host)

    def hold(self, ask: Ask | None) -> None:
        """Let ``ask`` say of each completed message what it waits for before it goes on; None: of none any more.

        Of a request only the end is kept, since whoever asks first whether it may send its body must be answered.
        """
        self.ask = ask

    def relay(self) -> HttpConnection:
        return HttpConnection(
            self._store,
            self,
            connection_id(self.name),
            upstream=self._upstream,
            server_ssl=self._ssl,
            gone=self.gone,
        )


def _told(value: str | Callable[[RequestHead], str], head: RequestHead | None) -> str | None:
    if isinstance(value, str):
        return value
    return None if head is None else value(head)
