"""The witness on the MQTT edge: a packet proxy in front of the broker."""

from __future__ import annotations

import ssl as tls
from collections.abc import Callable, Container

from hopcheck.taps.hold import Ask
from hopcheck.taps.http.listener import Listener, connection_id
from hopcheck.taps.http.relay import Address
from hopcheck.taps.mqtt.session import Leg, MqttSession
from hopcheck.trace import Store


class MqttTap(Listener):
    """One listener for one leg: ``host`` (rhc's connections) or ``connector`` (Cloud Connector's).

    ``ssl`` is the server context that ends the client's TLS; ``upstream_ssl`` gives, for a common name, the client
    context under which the broker shall see the same identity. ``fault`` marks whatever is seen here as the kit's own
    doing, which breaks no contract, ``guest`` as what no contract knows. ``said`` holds what the kit published itself,
    by topic and payload: it is marked where the broker passes it on. `cut` breaks every connection without a
    DISCONNECT.
    """

    def __init__(
        self,
        store: Store,
        *,
        leg: Leg,
        upstream: Address | Callable[[], Address],
        ssl: tls.SSLContext | None = None,
        upstream_ssl: Callable[[str], tls.SSLContext] | None = None,
        name: str | None = None,
        fault: str | None = None,
        guest: bool = False,
        said: Container[tuple[str, bytes]] = (),
    ) -> None:
        super().__init__()
        self.name = name or f"mqtt:{leg}"
        self._fault = fault
        self._guest = guest
        self._said = said
        self._store = store
        self._leg: Leg = leg
        self._upstream = upstream if callable(upstream) else lambda: upstream
        self._ssl = ssl
        self._upstream_ssl = upstream_ssl
        self._ask: Ask | None = None

    def hold(self, ask: Ask | None) -> None:
        """Let ``ask`` say of each packet what it waits for before it goes on; None: of none any more."""
        self._ask = ask

    def relay(self) -> MqttSession:
        return MqttSession(
            self._store,
            tap=self.name,
            connection=connection_id(self.name),
            leg=self._leg,
            upstream=self._upstream,
            server_ssl=self._ssl,
            client_ssl=self._upstream_ssl,
            gone=self.gone,
            fault=self._fault,
            guest=self._guest,
            said=self._said,
            holds=lambda: self._ask,
        )
