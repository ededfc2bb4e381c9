"""One MQTT connection: each packet is in the trace before it goes on."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import deque
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from hopcheck.taps.hold import Ask
from hopcheck.taps.http.lane import Step, Then
from hopcheck.taps.http.relay import Address, Relay
from hopcheck.taps.http.relay import Leg as SocketLeg
from hopcheck.taps.mqtt.decode import Decoded, Decoder, Packet
from hopcheck.taps.mqtt.fields import MqttMalformed
from hopcheck.trace import Draft, Store

Leg = Literal["host", "connector"]
Side = Literal["client", "broker"]

EDGE = "rhc<>cloud-connector"
GUEST = "guest"
"""Marks what a client of the kit's own says or is told: it is nobody's message."""
SAID_BY_KIT = "said by the kit"
CUT_BY_KIT = "cut by the kit"
BROKER_ENDS_WITHIN_S = 1.0
BROKER = "broker"
CLIENTS: dict[Leg, str] = {"host": "rhc", "connector": "cloud-connector"}
_HOST_TOPIC = re.compile(r"(?:.*/)?([^/+#]+)/(?:control|data)/(?:in|out)")
_OPENS = ("PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE")
_CLOSES = ("PUBACK", "PUBCOMP", "SUBACK", "UNSUBACK")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A packet and its acknowledgements; ``host`` as its topic names it."""

    name: str | None
    host: str | None


class MqttSession(Relay):
    """Packets go on whole and as they came, malformed ones too."""

    def __init__(
        self,
        store: Store,
        *,
        tap: str,
        connection: str,
        leg: Leg,
        upstream: Callable[[], Address],
        server_ssl: ssl.SSLContext | None,
        client_ssl: Callable[[str], ssl.SSLContext] | None,
        gone: Callable[[Relay], None],
        fault: str | None = None,
        guest: bool = False,
        said: Container[tuple[str, bytes]] = (),
        holds: Callable[[], Ask | None] = lambda: None,
    ) -> None:
        super().__init__(store, upstream=upstream, server_ssl=server_ssl, gone=gone)
        self._tap = tap
        self._connection = connection
        self._leg = leg
        self._client_ssl = client_ssl
        self._marks: dict[str, Any] = {} if fault is None else {"fault": fault}
        if guest:
            self._marks[GUEST] = True
        self._said = said
        self._holds = holds
        self._client_id: str | None = None
        self._decoders: dict[Side, Decoder] = {"client": Decoder(), "broker": Decoder()}
        self._exchanges: dict[tuple[Side, int], Exchange] = {}
        self._pings: deque[str] = deque()
        self._count = 0
        self._disconnected = False
        self._closed = False
        self._leaving: tuple[asyncio.TimerHandle, Callable[[], None]] | None = None

    def from_client(self, data: bytes) -> None:
        self._pass("client", self._decoders["client"].feed(data))

    def from_server(self, data: bytes) -> None:
        self._pass("broker", self._decoders["broker"].feed(data))
        if self._leaving is not None and not self._disconnected and not self._unanswered:
            self._leave()

    def ended(self, leg: SocketLeg, *, clean: bool, then: Then = "end") -> None:
        """As for any relay; but a client that took its leave has the broker end the connection, and one that went
        without a word is gone when the broker has answered what it had asked.

        What the broker sent before it knew is on its way still, and a witness must see it.
        """
        waits = self._disconnected or self._unanswered
        if leg is self.client and waits and not (self.server.ended or self._broken):
            if self._leaving is None and self._reaching:
                leave: Callable[[], None] = partial(super().ended, leg, clean=clean, then="close")
                self._leaving = asyncio.get_running_loop().call_later(BROKER_ENDS_WITHIN_S, leave), leave
            if self._leaving is not None:
                return
        if leg is self.server and self._leaving is not None:
            self._leave()
        super().ended(leg, clean=clean, then=then)

    def _leave(self) -> None:
        if self._leaving is not None:
            timer, leave = self._leaving
            timer.cancel()
            leave()

    @property
    def _unanswered(self) -> bool:
        """Whether the broker owes the client an answer."""
        return any(side == "client" for side, _ in self._exchanges)

    def client_ended(self, clean: bool) -> None:
        self._pass("client", self._decoders["client"].eof())
        self._close("client")

    def server_ended(self, clean: bool) -> None:
        self._pass("broker", self._decoders["broker"].eof())
        self._close("broker")

    def refused(self, reason: str, drafts: list[Draft]) -> None:
        self._closed = True
        self.store.append(self._draft("client", "refused", {"reason": reason}, Exchange(None, None)))

    def upstream_ssl(self) -> ssl.SSLContext | None:
        if self._client_ssl is None:
            return None
        return self._client_ssl(self._common_name() or self._client_id or "")

    def _pass(self, side: Side, packets: Iterable[Decoded]) -> None:
        ask = self._holds()
        drafts: list[Draft] = []
        data: list[bytes] = []
        for raw, packet in packets:
            data.append(raw)
            if packet is None:
                continue
            drafts.append(self._seen(side, raw, packet))
            if ask is not None and (wait := ask(drafts[-1])) is not None:
                # What came before it in the same read must not wait for it.
                before, drafts = drafts[:-1], drafts[-1:]
                self._send(side, Step(before, b"".join(data[:-1])))
                self._send(side, Step(drafts, data[-1], wait))
                drafts, data = [], []
        if data:
            self._send(side, Step(drafts, b"".join(data)))

    def _send(self, side: Side, step: Step) -> None:
        if side == "client":
            self.send_up(step)
        else:
            self.down.put(step)

    def _seen(self, side: Side, raw: bytes, packet: Packet | MqttMalformed) -> Draft:
        if isinstance(packet, MqttMalformed):
            draft = self._draft(side, "malformed", {"reason": str(packet)}, Exchange(None, None))
            draft.payload = raw
            return draft
        fields = packet.fields
        if packet.op == "CONNECT":
            self._decoders["broker"].level = fields["protocol_level"]
            self._client_id = fields["client_id"]
            fields = fields | {"tls": None if self.tls is None else self.tls.as_dict()}
        elif packet.op == "CONNACK":
            self._client_id = fields.get("properties", {}).get("assigned_client_identifier", self._client_id)
        elif packet.op == "DISCONNECT":
            self._disconnected = True
        elif side == "broker" and packet.op == "PUBLISH" and (fields["topic"], packet.payload) in self._said:
            # Whoever gets it shall answer to it as ever, and nobody shall answer for it.
            fields = fields | {"fault": SAID_BY_KIT}
        draft = self._draft(side, packet.op, fields, self._exchange(side, packet))
        draft.payload = packet.payload
        return draft

    def _exchange(self, side: Side, packet: Packet) -> Exchange:
        op, number = packet.op, packet.fields.get("packet_id")
        if op in ("CONNECT", "CONNACK"):
            return Exchange(f"{self._connection}.connect", None)
        if op == "PINGREQ":
            self._pings.append(self._name())
            return Exchange(self._pings[-1], None)
        if op == "PINGRESP":
            return Exchange(self._pings.popleft() if self._pings else None, None)
        if op in _OPENS:
            host = _host_of(packet.fields)
            if number is None:
                return Exchange(None, host)
            known = self._exchanges.get((side, number)) if packet.fields.get("dup") else None
            exchange = self._exchanges[side, number] = known or Exchange(self._name(), host)
            return exchange
        if number is None:
            return Exchange(None, None)
        # Identifiers belong to who opened the exchange: PUBREL comes from that side, all other answers from the peer.
        peer: Side = "broker" if side == "client" else "client"
        key = (side if op == "PUBREL" else peer, number)
        over = op in _CLOSES or (op == "PUBREC" and packet.fields.get("code", 0) >= 0x80)
        opened = self._exchanges.pop(key, None) if over else self._exchanges.get(key)
        return opened or Exchange(None, None)

    def _name(self) -> str:
        self._count += 1
        return f"{self._connection}.{self._count}"

    def _close(self, side: Side) -> None:
        if self._closed or not self._reaching:
            return
        self._closed = True
        by = "tap" if self._broken else side
        # Nobody broke a rule with what the tap did.
        cut = {"fault": CUT_BY_KIT} if self._broken else {}
        fields = {"by": by, "clean": self._disconnected, **cut}
        draft = self._draft(side, "closed", fields, Exchange(None, None))
        if self._broken:
            self.store.append(draft)
        else:
            (self.up if side == "client" else self.down).put(Step([draft]))

    def _draft(self, side: Side, op: str, fields: dict[str, Any], exchange: Exchange) -> Draft:
        client = CLIENTS[self._leg]
        source, target = (client, BROKER) if side == "client" else (BROKER, client)
        host = exchange.host if self._leg == "connector" else self._common_name() or self._client_id
        known = {"connection": self._connection, "leg": self._leg, "client_id": self._client_id}
        return Draft(self._tap, EDGE, "mqtt", op, source, target, exchange.name, host, fields | known | self._marks)

    def _common_name(self) -> str | None:
        return None if self.tls is None else self.tls.client_cn


def _host_of(fields: dict[str, Any]) -> str | None:
    topics = [fields["topic"]] if "topic" in fields else [f if isinstance(f, str) else f[0] for f in fields["filters"]]
    hosts = {match[1] for topic in topics if (match := _HOST_TOPIC.fullmatch(topic))}
    return hosts.pop() if len(hosts) == 1 else None
