"""One occurrence of an arrow in a run, and what can be done to it: events taken out, moved, sent again, rewritten."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

import orjson

from hopcheck.checks.history import ANSWERS, REQUEST_ID
from hopcheck.faults.derived.basis import Basis, numbered
from hopcheck.trace import Event, Payload


@dataclass(frozen=True)
class Occurrence:
    """The first occurrence of an arrow: ``events`` are those that show it, ``whole`` also what answered them."""

    arrow: int
    events: tuple[Event, ...]
    whole: tuple[Event, ...]

    @property
    def answers(self) -> bool:
        """Whether the arrow is an answer, which comes and goes with its question."""
        return self.events[0].op in ANSWERS

    @property
    def sent(self) -> tuple[Event, ...]:
        """What the sender said of it, on every leg: not what was said to it."""
        return self.events[:1] if self.answers else tuple(e for e in self.events if e.op not in ANSWERS)


def occurrences(basis: Basis) -> dict[int, Occurrence]:
    """The first occurrence of each arrow."""
    found: dict[int, Occurrence] = {}
    for sighting, events in basis.shown:
        if sighting.arrow not in found:
            own = tuple({event.seq: event for event in events}.values())
            exchanges = set() if own[0].op in ANSWERS else {(e.protocol, e.exchange, e.host) for e in own if e.exchange}
            joined = {e.seq for e in basis.events if (e.protocol, e.exchange, e.host) in exchanges}
            whole = sorted({*joined, *(e.seq for e in own)})
            found[sighting.arrow] = Occurrence(sighting.arrow, own, tuple(basis.events[seq - 1] for seq in whole))
    return found


def without(basis: Basis, gone: Collection[int]) -> list[Event]:
    """The run without the events of these numbers."""
    return numbered(event for event in basis.events if event.seq not in gone)


def stopped(basis: Basis, at: Event, seen: Collection[int]) -> list[Event]:
    """The run up to an event, and after it only what the kit tells and what was ``seen`` late."""
    return numbered(e for e in basis.events if e.seq < at.seq or e.protocol == "kit" or e.seq in seen)


def before(basis: Basis, moved: Iterable[Event], place: Event) -> list[Event]:
    """The run with events moved to just before another one, and seen at its time."""
    early = [replace(event, t=place.t, began=place.began, wall=place.wall) for event in moved]
    seqs = {event.seq for event in early}
    found: list[Event] = []
    for event in basis.events:
        if event.seq == place.seq:
            found += early
        if event.seq not in seqs:
            found.append(event)
    return numbered(found)


def again(basis: Basis, events: Iterable[Event]) -> list[Event]:
    """The run with events once more after the last of them: exchanges of their own, with request ids of their own."""
    originals = list(events)
    copies = [replace(each, exchange=None if each.exchange is None else f"{each.exchange}.again") for each in originals]
    ids = {str(value) for each in originals for name, value in each.attrs.get("headers") or () if name == REQUEST_ID}
    for each in ids:
        copies = [rewritten(copy, each) for copy in copies]
    last = max(each.seq for each in originals)
    return numbered([*basis.events[:last], *copies, *basis.events[last:]])


def with_other(basis: Basis, changed: Iterable[Event]) -> list[Event]:
    """The run with events in place of those of the same number."""
    by_seq = {event.seq: event for event in changed}
    return [by_seq.get(event.seq, event) for event in basis.events]


def another(identifier: str) -> str:
    """The identifier that another run has in the place of this one."""
    return str(uuid5(NAMESPACE_URL, identifier))


def rewritten(event: Event, identifier: str, keep: Callable[[str], bool] = lambda _: False) -> Event:
    """The event with `another` identifier wherever it says this one; headers of names to ``keep`` stay.

    Digests that it gives of its own payload or input fit again.
    """
    old, new = identifier.encode(), another(identifier).encode()
    payload = event.payload
    if payload is not None and old in payload.data:
        payload = Payload(payload.data.replace(old, new))
    attrs = orjson.loads(orjson.dumps(event.attrs).replace(old, new))
    if event.payload is not None and payload is not None:
        attrs = orjson.loads(orjson.dumps(attrs).replace(event.payload.sha256.encode(), payload.sha256.encode()))
    if isinstance(attrs.get("stdin"), dict) and "text" in attrs["stdin"]:
        attrs["stdin"]["sha256"] = sha256(attrs["stdin"]["text"].encode()).hexdigest()
    kept = {name: value for name, value in event.attrs.get("headers") or () if keep(name)}
    if kept:
        attrs["headers"] = [[name, kept.get(name, value)] for name, value in attrs["headers"]]
    return replace(event, attrs=attrs, payload=payload)
