"""What one role did in a trace, and what it was given: each a message as places and what stands there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from typing import Any, Literal

from hopcheck.checks.cases import HEADER
from hopcheck.conform.diff.place import Blob, Fields, content, flat, pairs, spread
from hopcheck.trace import Event, Payload

Direction = Literal["did", "given"]
PINGS = frozenset({"PINGREQ", "PINGRESP"})
"""How often somebody says that it is alive follows from how long everything takes."""
ENVELOPE = frozenset({"connection", "leg", "client_id", "packet_id", "guest", "tls", "will"})
PRESIGNER = {"playbook-dispatcher>s3": "ingress"}
"""Who made the presigned URL that is asked for on an edge: the trace keeps its query only there."""


@dataclass(frozen=True)
class Act:
    """A message that the role sent (did) or got (given).

    ``what`` is its message name, ``asked`` the request that it answers as one line of text, empty where it answers
    none. ``polled`` is whether that is asked again and again until the answer is right: of such answers only the last
    says what the role does. ``fields`` are those outside of its ``blobs``. ``observed`` are acts that were seen
    some time after they happened, ``wall`` is when, in RFC 3339; ``timestamp_ms`` what it says itself of that.
    ``connection`` is that of MQTT, ``size`` how many bytes it carried, ``digests`` those of them, with what each is.
    """

    direction: Direction
    seq: int
    edge: str
    what: str
    wall: str
    exchange: str | None
    host: str | None
    fields: Fields
    blobs: Sequence[Blob] = ()
    asked: str = ""
    polled: bool = False
    observed: bool = False
    timestamp_ms: int | None = None
    connection: str = ""
    size: int = 0
    digests: Mapping[str, str] | None = None

    @property
    def when(self) -> tuple[float, float]:
        """By what acts of one item are put in order: milliseconds, and what decides between equal ones.

        A record is seen late, but tells when it was written: in that millisecond what is given comes first.
        """
        if self.timestamp_ms is not None:
            return float(self.timestamp_ms), -math.inf if self.direction == "given" else math.inf
        return datetime.fromisoformat(self.wall).timestamp() * 1e3 // 1, float(self.seq)

    def all_fields(self) -> Iterator[tuple[str, Any]]:
        """Every place and what stands there, blobs and lines too."""
        yield from self.fields.items()
        for blob in self.blobs:
            yield from blob.fields.items()
            for line in blob.lines:
                yield from line.items()


class Reader:
    """Reads the acts of one role off the events of one trace, in order.

    ``names`` are message names by seq, ``producers`` the roles that write to Kafka's topics.
    """

    def __init__(self, role: str, names: Mapping[int, str | None], producers: Mapping[str, str]) -> None:
        self._role, self._names, self._producers = role, names, producers
        self._opened: dict[str, Event] = {}
        self._bus: set[tuple[str | None, str]] = set()

    def acts(self, events: Sequence[Event]) -> Iterator[Act]:
        """All that the role did and was given."""
        self._bus = set(self._senders([event for event in events if event.protocol == "dbus"]))
        for event in events:
            if event.exchange is not None and event.op in ("request", "call", "spawn"):
                self._opened[f"{event.protocol} {event.exchange}"] = event
            direction = self._direction(event)
            if direction is not None:
                yield _READ[event.protocol](self, event, direction)
            if event.op == "exit" and event.target == self._role and event.attrs.get("stdin"):
                yield self._stdin(event)
            if PRESIGNER.get(event.edge) == self._role and event.op == "request":
                yield self._presigned(event)

    def _direction(self, event: Event) -> Direction | None:
        attrs = event.attrs
        if event.protocol not in _READ or event.op in PINGS or attrs.get("guest"):
            return None
        if event.protocol == "mqtt" and event.op == "closed" and attrs["clean"]:
            return None  # after a DISCONNECT either end may close the connection first
        if event.protocol == "kafka":
            kits = any(name == HEADER for name, _ in attrs["headers"])
            if self._producers.get(attrs["topic"]) == self._role and not kits:
                return "did"
            return "given" if event.edge.endswith(f">{self._role}") else None
        bus = event.protocol == "dbus"
        if event.source == self._role or (bus and (event.host, attrs["sender"]) in self._bus):
            return None if attrs.get("fault") else "did"
        return "given" if event.target == self._role or (bus and event.target == "*") else None

    def _senders(self, events: Sequence[Event]) -> Iterator[tuple[str | None, str]]:
        """The connections of the role to each host's bus: also before it had a name, for which it asked."""
        own = [event for event in events if event.source == self._role]
        names = {str(name) for event in own for name in event.attrs["sender_names"]}
        for event in events:
            asks = event.attrs["member"] == "RequestName" and event.op == "call" and event.attrs["args"][0] in names
            if asks or event.source == self._role:
                yield event.host, str(event.attrs["sender"])

    def _act(self, direction: Direction, event: Event, fields: Fields, blobs: Sequence[Blob] = (), **more: Any) -> Act:
        return Act(
            direction,
            event.seq,
            event.edge,
            self._what(event),
            event.wall,
            event.exchange,
            event.host,
            fields,
            blobs,
            size=0 if event.payload is None else event.payload.size,
            **more,
        )

    def _what(self, event: Event) -> str:
        name = self._names.get(event.seq)
        if name is not None:
            return name.removeprefix("case.")
        return f"{event.protocol}.{event.attrs.get('topic') or event.attrs.get('member') or event.op}"

    def _opening(self, event: Event) -> Event | None:
        return self._opened.get(f"{event.protocol} {event.exchange}")

    def _http(self, event: Event, direction: Direction) -> Act:
        attrs, payload = event.attrs, event.payload
        if event.op == "refused":
            return self._act(direction, event, {"reason": attrs.get("reason")})
        fields: Fields = dict(pairs(attrs["headers"], "header"))
        if not attrs["complete"]:
            fields["complete"] = False
        kind = str(fields.get("header.content-type", ""))
        blobs = [] if payload is None else content(payload.data, kind, "body")
        if event.op == "request":
            fields |= {"method": attrs["method"], "path": attrs["path"], **dict(pairs(attrs["query"], "query"))}
            fields["tls"] = None if attrs.get("tls") is None else attrs["tls"]["version"]
            return self._act(direction, event, fields, blobs, digests=_digests(payload, "the body"))
        fields["status"] = attrs["status"]
        if attrs.get("interim"):
            fields["interim"] = ", ".join(map(str, attrs["interim"]))
        digests, request = _digests(payload, "the body"), self._opening(event)
        if request is None:
            return self._act(direction, event, fields, blobs, digests=digests)
        asked = f"{request.attrs['method']} {request.attrs['target']}"
        if request.attrs["method"] == "GET":
            blobs = [spread(blob, listing=True) for blob in blobs]
        by_case = any(name == HEADER for name, _ in request.attrs["headers"])
        return self._act(
            direction,
            event,
            fields,
            blobs,
            asked=asked,
            polled=request.attrs["method"] == "GET" and not by_case,
            digests=_digests(request.payload, "the body that it answers") | digests,
        )

    def _mqtt(self, event: Event, direction: Direction) -> Act:
        fields: Fields = dict(flat({k: v for k, v in event.attrs.items() if k not in ENVELOPE}, ""))
        blobs: list[Blob] = []
        if event.op == "CONNECT":
            fields["client_id"] = event.attrs["client_id"]
            if will := event.attrs.get("will"):
                fields |= dict(flat({k: v for k, v in will.items() if k != "payload"}, "will"))
                blobs = content(str(will["payload"]).encode(), "", "will.payload")
        if event.payload is not None and event.op == "PUBLISH":
            blobs = content(event.payload.data, "", "message")
        return self._act(direction, event, fields, blobs, connection=event.attrs["connection"])

    def _dbus(self, event: Event, direction: Direction) -> Act:
        attrs = event.attrs
        fields: Fields = {name: attrs[name] for name in ("path", "error_name") if attrs.get(name) is not None}
        fields["destination"] = ", ".join(sorted(attrs["destination_names"]))
        for position, value in enumerate(attrs["args"] or ()):
            if not (isinstance(value, Mapping) and set(value) == {"bytes", "sha256"}):  # which is the payload
                fields |= dict(flat(value, f"args[{position}]"))
        kind = next((str(v) for k, v in fields.items() if k.lower().endswith("].content-type")), "")
        blobs = [] if event.payload is None else content(event.payload.data, kind, "bytes")
        opening = self._opening(event) if event.op in ("return", "error") else None
        told = [] if opening is None else [v for v in opening.attrs["args"] or () if not isinstance(v, (Mapping, list))]
        asked = "" if opening is None else " ".join([opening.attrs["member"], *map(str, told)])
        return self._act(direction, event, fields, blobs, asked=asked, observed=True)

    def _kafka(self, event: Event, direction: Direction) -> Act:
        attrs = event.attrs
        fields: Fields = {"key": attrs["key"], **dict(pairs(attrs["headers"], "header"))}
        blobs = [] if event.payload is None else content(event.payload.data, "", "value")
        # What came meanwhile goes into one record, more or less of it.
        blobs = [spread(blob, listing=False) for blob in blobs]
        return self._act(direction, event, fields, blobs, observed=True, timestamp_ms=attrs.get("timestamp"))

    def _process(self, event: Event, direction: Direction) -> Act:
        attrs, ended = event.attrs, event.op == "exit"
        kept = ("status", "signal", "stderr") if ended else ("program", "argv", "env", "env_other", "cwd")
        fields: Fields = dict(flat({name: attrs.get(name) for name in kept}, ""))
        for path, file in (attrs.get("files") or {}).items():
            fields[f"files.{path}"] = file.get("text")
        blobs = content(event.payload.data, "", "stdout") if ended and event.payload is not None else []
        opening = self._opening(event) if ended else None
        asked = "" if opening is None else " ".join(map(str, opening.attrs["argv"]))
        return self._act(direction, event, fields, blobs, asked=asked)

    def _stdin(self, event: Event) -> Act:
        what = f"{self._what(event).removesuffix('.exit')}.stdin"
        blobs = content(str(event.attrs["stdin"].get("text")).encode(), "", "stdin")
        return Act("did", event.seq, event.edge, what, event.wall, event.exchange, event.host, {}, blobs)

    def _presigned(self, event: Event) -> Act:
        fields: Fields = {"path": event.attrs["path"], **dict(pairs(event.attrs["query"], "query"))}
        what = "a presigned URL, as it is asked for"
        return Act("did", event.seq, event.edge, what, event.wall, None, event.host, fields)


def _digests(payload: Payload | None, whose: str) -> dict[str, str]:
    if payload is None or not payload.size:
        return {}
    plain = md5(payload.data, usedforsecurity=False).hexdigest()
    return {payload.sha256: f"SHA-256 of {whose}", plain: f"MD5 of {whose}"}


_READ: Mapping[str, Callable[[Reader, Event, Direction], Act]] = {
    "http": Reader._http,
    "mqtt": Reader._mqtt,
    "dbus": Reader._dbus,
    "kafka": Reader._kafka,
    "process": Reader._process,
}
