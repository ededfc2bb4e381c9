"""One message of a contract, made from its examples, with the places where its schemas let it be another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from hopcheck.checks.contracts import Breach
from hopcheck.checks.contracts.breach import Found
from hopcheck.evolution.spot import Root
from hopcheck.trace import Event, Payload

TENANT, CLIENT = "redhat", "74498255-c45e-42fd-a169-c5b29f8afc98"


@dataclass(frozen=True, slots=True)
class Ends:
    """Who sends a message and who reads it, by role.

    The ``owner`` is the one of them that offers the interface: it goes from one version to the next before those that
    use it. Where nobody offers anything (a topic, a file), either end may go first.
    """

    sender: str
    receiver: str
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Lever:
    """A value of a message under the schema at ``root``; ``put`` makes the message with another value there.

    ``author`` and ``reader`` are those of the value where sender and receiver only pass it on.
    """

    root: Root
    value: Any
    put: Callable[[Any], Event | None]
    author: str | None = None
    reader: str | None = None

    def ends(self, message: Ends) -> Ends:
        """Who writes and who reads the value. What is only passed on is no part of what its carrier offers."""
        owner = message.owner if self.reader is None else None
        return Ends(self.author or message.sender, self.reader or message.receiver, owner)


@dataclass(frozen=True, slots=True)
class Specimen:
    """``roots`` are the places of the contract that say what the message is, references unfollowed.

    ``opening`` opened its exchange. ``name`` is for people. Of what is sent without being asked for, ``address`` is the
    place that says where its readers listen, and ``declared`` the one that says that it comes there.
    """

    name: str
    event: Event
    opening: Event | None
    ends: Ends
    roots: tuple[Root, ...]
    levers: tuple[Lever, ...] = field(default=())
    address: Root | None = None
    declared: Root | None = None


class Kind(Protocol):
    """The compiled contracts of one protocol."""

    def find(self, event: Event, opening: Event | None, /) -> Found | None: ...


def complaints(kind: Kind, event: Event, opening: Event | None) -> list[Breach]:
    """What contracts find wrong with a message; that none of them knows it is a breach here."""
    found = kind.find(event, opening)
    if found is None:
        return [Breach("", "message", "a message of the contract", "one that it does not know", (), event.source)]
    return found.check(event, opening)


def event_of(
    protocol: str, op: str, edge: str, source: str, target: str, attrs: dict[str, Any], data: bytes | None = None
) -> Event:
    """An event as a tap would have told it, of no run."""
    payload = None if data is None else Payload(data)
    return Event(1, 0, 0, "", "evolution", edge, protocol, op, source, target, "1", None, attrs, payload)


def shown(event: Event) -> dict[str, Any]:
    """What of a message tells it from others, for people and programs."""
    plain: dict[str, Any] = {"protocol": event.protocol, "op": event.op, "from": event.source, "to": event.target}
    plain |= {key: value for key, value in event.attrs.items() if value not in (None, [], {})}
    if event.payload is not None:
        plain["body"] = event.payload.text
    return plain
