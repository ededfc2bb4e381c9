"""Each arrow of a complete run dropped, sent twice, sent too early, under another run's key, with other bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import orjson

from hopcheck.checks.history import REQUEST_ID
from hopcheck.checks.judge import Judge
from hopcheck.faults.derived.basis import Basis
from hopcheck.faults.derived.occurrences import (
    Occurrence,
    again,
    before,
    occurrences,
    rewritten,
    stopped,
    with_other,
    without,
)
from hopcheck.faults.derived.played import Played
from hopcheck.flow import Arrow
from hopcheck.trace import Event, Payload, Trace

DROPPED, STOPPED, AGAIN, EARLY = "arrow dropped", "flow stops before arrow", "arrow sent twice", "arrow too early"
STALE, OTHER_BYTES = "stale key", "digest or size"


@dataclass(frozen=True)
class ArrowFault:
    """``events`` are the altered run, ``role`` who is to be blamed."""

    kind: str
    where: str
    role: str
    events: list[Event]


class Arrows:
    """Derives from the diagram, its order, and one run."""

    def __init__(self, judge: Judge, basis: Basis) -> None:
        self._judge, self._basis = judge, basis
        self._found = occurrences(basis)
        self._arrows = {arrow.number: arrow for arrow in judge.diagram.arrows}
        self._order = judge.order

    def play(self) -> Iterator[Played]:
        """Judge each altered run as a whole."""
        for each in self.derive():
            findings = self._judge.judge(Trace(each.events)).findings
            blamed = frozenset(finding.role for finding in findings if finding.kind != "harness")
            yield Played(each.kind, each.where, each.role, bool(blamed), blamed)

    def derive(self) -> Iterator[ArrowFault]:
        """Every fault of every arrow that was seen."""
        unanswered = {each.response for each in self._order.retries}
        for number, seen in self._found.items():
            # A try may stay without an answer where the diagram's order lets it be tried again.
            if number not in unanswered or number in self._judge.order.outcome("complete").demanded:
                yield self._dropped(seen)
            if self._order.loop_of(number) is None:
                events = stopped(self._basis, seen.whole[0], self._late(number))
                yield ArrowFault(STOPPED, f"{number}", self._sender(number), events)
            if self._is_once(seen):
                yield ArrowFault(AGAIN, f"{number}", self._sender(number), again(self._basis, seen.whole))
            yield from self._stale(seen)
        yield from self._early()
        yield from self._bytes()

    def _dropped(self, seen: Occurrence) -> ArrowFault:
        """The message and what answered it: where nothing demands it, whoever goes on without it is to blame."""
        number, loop = seen.arrow, self._order.loop_of(seen.arrow)
        # What is asked again and again under one key is gone with all that was asked.
        repeated = {each for group in self._order.repeats if number == group[0] for each in group}
        key = self._key(seen)
        gone = {event.seq for event in seen.whole}
        gone |= {
            event.seq
            for sighting, events in self._basis.shown
            if sighting.arrow in repeated
            and sighting.key == key
            and (number == min(repeated) or sighting.arrow == number)
            for event in events
        }
        role = self._sender(number)
        if loop is not None or self._has_twin(number):
            left = (
                sighting.arrow
                for sighting, events in self._basis.shown
                if sighting.key == key and sighting.arrow > number and events[0].seq not in gone
            )
            role = self._sender(next(left, number))
        return ArrowFault(DROPPED, f"{number}", role, without(self._basis, gone))

    def _has_twin(self, number: int) -> bool:
        """Whether the arrow is the last upload, and another one could be: it ends the run as well."""
        instance, final = self._basis.instance, self._basis.instance.final
        if final is None or final.post.asked.seq != self._found[number].events[0].seq:
            return False
        exits = [each.answered.seq for each in instance.runners if each.answered is not None]
        others = (each for each in instance.uploads if each is not final)
        return any(each.finishes or (exits and each.begin > exits[-1]) for each in others)

    def _late(self, number: int) -> set[int]:
        """What shows earlier arrows, and may be seen only after this one."""
        late = [self._found[each] for each in self._order.observed if each < number and each in self._found]
        return {event.seq for occurrence in late for event in occurrence.events}

    def _key(self, seen: Occurrence) -> str | None:
        found = (
            s.key for s, events in self._basis.shown if s.arrow == seen.arrow and events[0].seq == seen.events[0].seq
        )
        return next(found)

    def _sender(self, number: int) -> str:
        label = self._judge.diagram.participant(self._arrows[number].source).label
        return self._judge.hops.participants[label]

    def _is_once(self, seen: Occurrence) -> bool:
        """Whether a second one is another occurrence, and one that the diagram has not."""
        order, number = self._order, seen.arrow
        tried = {each for retry in order.retries for each in (retry.request, retry.response)}
        return not (
            seen.answers
            or seen.events[0].protocol == "mqtt"
            or self._judge.hops.arrows[number].key == "upload"
            or order.loop_of(number) is not None
            or number in tried
            or number in order.sessions
        )

    def _early(self) -> Iterator[ArrowFault]:
        """Pairs that follow each other for a sender that knew of the first."""
        for first, then in self._pairs():
            one, two = self._found[first.number], self._found[then.number]
            unsure = first.number in self._order.observed or self._has_twin(then.number)
            if then.source in first.lifelines and not unsure and not _is_answer(one, two):
                events = before(self._basis, two.whole if not two.answers else two.events, _place(one))
                yield ArrowFault(EARLY, f"{then.number} before {first.number}", self._sender(then.number), events)

    def _pairs(self) -> Iterator[tuple[Arrow, Arrow]]:
        order = self._order
        free = {*order.sessions, *order.derived, *(number for loop in order.loops for number in loop.arrows)}
        spine = [number for number in sorted(self._found) if number not in free]
        pairs = [*pairwise(spine), *order.sessions.items()]
        for loop in order.loops:
            inner = [number for number in loop.arrows if number in self._found]
            pairs += [(loop.after, number) for number in inner[:1]] + list(pairwise(inner))
        for first, then in pairs:
            if first in self._found and then in self._found:
                yield self._arrows[first], self._arrows[then]

    def _stale(self, seen: Occurrence) -> Iterator[ArrowFault]:
        instance = self._basis.instance
        run = instance.run
        ids = {
            "run id": run.run_id if run is not None else None,
            "correlation id": instance.correlation_id,
            "message id": instance.message_id,
            "request id": self._request_id(seen),
        }
        for name, value in ids.items():
            if value is None or not self._is_told(value, seen):
                continue
            changed = [rewritten(event, value, lambda header: header == REQUEST_ID) for event in seen.sent]
            if any(
                new.attrs != old.attrs or new.payload is not old.payload
                for new, old in zip(changed, seen.sent, strict=True)
            ):
                events = with_other(self._basis, changed)
                yield ArrowFault(STALE, f"{seen.arrow} {name}", self._sender(seen.arrow), events)

    def _is_told(self, value: str, seen: Occurrence) -> bool:
        """Whether the sender was told an id, or says it elsewhere: else it may choose another."""
        first, inside = seen.whole[0].seq, {event.seq for event in seen.whole}
        senders = {event.source for event in seen.sent}
        return any(
            value in str(event.attrs) or (event.payload is not None and value.encode() in event.payload.data)
            for event in self._basis.events
            if event.seq not in inside and (event.seq < first or event.source in senders)
        )

    def _request_id(self, seen: Occurrence) -> str | None:
        """The upload's, beyond the gateway that gave it."""
        for upload in self._basis.instance.uploads:
            inner = [*upload.puts, *upload.gets]
            if any(event in seen.sent for event in (*upload.announces, *(each.asked for each in inner))):
                return upload.key
        return None

    def _bytes(self) -> Iterator[ArrowFault]:
        """What is passed on by one who must not change it."""
        for number in (13, 18, 21, 27, 30):
            if number in self._found:
                event = self._found[number].events[0]
                yield ArrowFault(OTHER_BYTES, f"{number} bytes", self._sender(number), self._with(_longer(event)))
        for number in (19, 28):
            if number in self._found:
                event = self._found[number].events[0]
                if event.payload is not None and isinstance(value := event.payload.json, dict):
                    data = orjson.dumps({**value, "size": value["size"] + 1})
                    changed = replace(event, payload=Payload(data))
                    yield ArrowFault(OTHER_BYTES, f"{number} size", self._sender(number), self._with(changed))

    def _with(self, changed: Event) -> list[Event]:
        return with_other(self._basis, [changed])


def _is_answer(one: Occurrence, two: Occurrence) -> bool:
    """Whether the second is the answer to the first, which cannot come before it."""
    return two.answers and two.events[0].exchange in {event.exchange for event in one.events}


def _place(one: Occurrence) -> Event:
    return one.events[0] if one.answers else one.whole[0]


def _longer(event: Event) -> Event:
    payload = event.payload
    if payload is None:
        raise ValueError(f"event {event.seq} carries nothing")
    longer = Payload(payload.data + b"\n")
    attrs = orjson.loads(orjson.dumps(event.attrs).replace(payload.sha256.encode(), longer.sha256.encode()))
    return replace(event, attrs=attrs, payload=longer)
