"""One alteration of one observation, and the places of an observation that a schema governs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson

from hopcheck.faults.derived.proposals import Proposer
from hopcheck.faults.derived.schemas import At, Schemas
from hopcheck.trace import Event, Payload

BODY, STATUS, MEDIA, HEADER, TWICE = "body", "status", "content type", "header or parameter dropped", "sent twice"
PLACE = "method, path, topic or member"


@dataclass(frozen=True, slots=True)
class Alteration:
    """``make`` gives the altered event, None where the contract allows the alteration; ``rule`` tells it from others.

    ``role`` is to blame; None: the kit's own gateway.
    """

    kind: str
    rule: tuple[str, ...]
    role: str | None
    make: Callable[[], Event | None]

    @property
    def where(self) -> str:
        """Place and rule in a line."""
        return " ".join(each for each in self.rule if each)


@dataclass(frozen=True, slots=True)
class Place:
    """A value of an event under the schema ``at``.

    ``put`` makes the event with another value there, None where that would be another message; ``read`` is what the
    contract sees of that value once it was sent (a query knows text only); ``impossible`` are the kinds that this
    protocol cannot send.
    """

    spot: str
    at: At
    value: Any
    role: str | None
    put: Callable[[Any], Event | None]
    read: Callable[[Any], Any] = field(default=lambda value: value)
    impossible: frozenset[str] = frozenset()

    def alterations(self, schemas: Schemas, proposer: Proposer) -> Iterator[Alteration]:
        """All that the schema may forbid here."""
        for each in proposer.propose(self.at, self.value, self.spot):
            if each.kind not in self.impossible:
                yield Alteration(each.kind, each.rule, self.role, partial(self._made, schemas, each.value))

    def _made(self, schemas: Schemas, value: Any) -> Event | None:
        return None if schemas.holds(self.at, self.read(value)) else self.put(value)


def altered(kind: str, spot: str, role: str | None, make: Callable[[], Event | None], way: str = "") -> Alteration:
    """An alteration that no schema speaks of."""
    return Alteration(kind, (spot, way), role, make)


def with_attrs(event: Event, **changes: Any) -> Event:
    """The event with other attributes."""
    return replace(event, attrs={**event.attrs, **changes})


def with_payload(event: Event, data: bytes | None) -> Event:
    """The event with another payload."""
    return replace(event, payload=None if data is None else Payload(data))


def with_json(event: Event, value: Any) -> Event:
    """The event with another JSON payload."""
    return with_payload(event, orjson.dumps(value))


def without_pair(pairs: list[list[Any]], name: str) -> list[list[Any]]:
    """Name and value pairs without those of one name."""
    return [pair for pair in pairs if pair[0] != name]


def with_pair(pairs: list[list[Any]], name: str, value: Any) -> list[list[Any]]:
    """The pairs with one value under ``name``, where the first stood."""
    at = next((number for number, pair in enumerate(pairs) if pair[0] == name), len(pairs))
    rest = without_pair(pairs, name)
    return [*rest[:at], [name, value], *rest[at:]]


def text(value: Any) -> str:
    """A value as text alone can say it."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
