"""The trace as the checks read it: events by message name, exchanges joined, intervals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from hopcheck.checks.hops import Hop, Hops
from hopcheck.checks.predicate import header
from hopcheck.trace import Event, Trace

QUESTIONS = frozenset({"request", "call", "spawn"})
BY_OTHERS = (None, 2, 9, 15)
"""The signals by which others end a process; None where nobody saw how it ended."""
ANSWERS = frozenset({"response", "refused", "return", "error", "exit"})
_FIELDS = frozenset(Event.__dataclass_fields__)
REQUEST_ID = "x-rh-insights-request-id"


class Part(Protocol):
    """A part of a multipart upload, as `hopcheck.checks.contracts.upload_parts` reads it."""

    @property
    def name(self) -> str: ...
    @property
    def filename(self) -> str | None: ...
    @property
    def content_type(self) -> str | None: ...
    @property
    def data(self) -> bytes: ...
    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True)
class Exchange:
    """A question and its answer: request and response, call and return, spawn and exit."""

    asked: Event
    answered: Event | None

    def holds(self, event: Event) -> bool:
        """Whether ``event`` lies between question and answer."""
        return self.asked.seq <= event.seq and (self.answered is None or event.seq <= self.answered.seq)

    @property
    def status(self) -> Any:
        """The HTTP status or the exit status; None without an answer."""
        return None if self.answered is None else self.answered.attrs.get("status")

    @property
    def has_ended(self) -> bool:
        """Whether a process ended by itself: none does that is killed, at the latest when everything is taken down."""
        end = self.answered
        return end is not None and (self.status is not None or end.attrs.get("signal") not in BY_OTHERS)

    @property
    def events(self) -> list[Event]:
        return [self.asked] if self.answered is None else [self.asked, self.answered]


class Index:
    """Events in order, found by the values of some of their fields or else attributes."""

    def __init__(self, events: Iterable[Event], fields: Sequence[str]) -> None:
        self._fields = fields
        self._found: dict[Any, list[Event]] = defaultdict(list)
        self._others: list[Event] = []
        for event in events:
            try:
                self._found[tuple(_field(event, name) for name in fields)].append(event)
            except TypeError:
                # A list or a mapping equals another and cannot be a key.
                self._others.append(event)

    def find(self, values: tuple[Any, ...]) -> Iterator[Event]:
        """Those whose fields equal ``values``."""
        if not self._others:
            try:
                return iter(self._found.get(values, ()))
            except TypeError:
                return iter(())
        events = [*self._found.get(values, ()), *self._others] if _hashable(values) else self._others
        found = [e for e in events if all(_field(e, k) == v for k, v in zip(self._fields, values, strict=True))]
        return iter(sorted(found, key=lambda e: e.seq))


@dataclass
class History:
    """A trace with the message name of every event, indexed for the checks.

    ``names`` maps seq to message name; ``parts`` reads a multipart upload.
    """

    trace: Trace
    names: Mapping[int, str | None]
    hops: Hops
    parts: Callable[[Event], Sequence[Part]]
    kept: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What `hopcheck.checks.once` read."""
    _by_name: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _by_seq: dict[int, Event] = field(default_factory=dict, repr=False)
    _by_exchange: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _by_op: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _indexes: dict[tuple[tuple[str, ...], tuple[str, ...]], Index] = field(default_factory=dict, repr=False)
    _of: dict[int, tuple[Hop, list[Event]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for event in self.trace:
            self._by_seq[event.seq] = event
            if event.protocol == "kit":
                self._by_op[event.op].append(event)
            if (name := self.names.get(event.seq)) is not None:
                self._by_name[name].append(event)
            if event.exchange is not None and event.protocol != "kit":
                self._by_exchange[event.exchange].append(event)

    def name(self, event: Event) -> str | None:
        """The event's message name, None where no contract knows it."""
        return self.names.get(event.seq)

    def at(self, seq: int) -> Event:
        """The event with this number."""
        return self._by_seq[seq]

    def named(self, *names: str, **fields: Any) -> Iterator[Event]:
        """Events of these messages, in order, whose fields or else attributes equal ``fields``."""
        key = (names, tuple(fields))
        index = self._indexes.get(key)
        if index is None:
            events = [e for name in dict.fromkeys(names) for e in self._by_name.get(name, ())]
            events.sort(key=lambda e: e.seq)
            index = self._indexes[key] = Index(events, key[1])
        return index.find(tuple(fields.values()))

    def of(self, hop: Hop) -> Iterator[Event]:
        """Events that a hop takes, in order."""
        # Hops cannot be keys; they live as long as this does, so that no other one gets their id.
        known = self._of.get(id(hop))
        if known is None:
            exact = [name for name in hop.messages if "*" not in name]
            known = hop, [event for event in self.named(*exact) if hop.takes(self.name(event), event)]
            self._of[id(hop)] = known
        return iter(known[1])

    def arrow(self, number: int, part: str | None = None) -> Iterator[Event]:
        """Events that can be this arrow, or a part of it."""
        rule = self.hops.arrows[number]
        return self.of(rule.hop if part is None else rule.parts[part])

    def is_arrow(self, number: int, event: Event | None) -> bool:
        """Whether an event can be this arrow."""
        return event is not None and self.hops.arrows[number].hop.takes(self.name(event), event)

    def kit(self, op: str) -> list[Event]:
        """The kit's own entries of one kind."""
        return list(self._by_op.get(op, ()))

    @cached_property
    def host_names(self) -> Mapping[str, str]:
        """What people call the hosts, by client id, as the kit's expectations say."""
        return {
            event.attrs["run_key"]["client_id"]: str(event.attrs["host_name"])
            for event in self.kit("expect")
            if event.attrs.get("host_name") is not None
        }

    @property
    def client_ids(self) -> Mapping[Any, str]:
        """The other way round."""
        return {name: client_id for client_id, name in self.host_names.items()}

    def exchange(self, question: Event) -> Exchange:
        """A question with its answer."""
        return Exchange(question, self.answer(question))

    def answer(self, question: Event) -> Event | None:
        """The response, return, error or exit of a question."""
        if question.exchange is None:
            return None
        return next((e for e in self._by_exchange[question.exchange] if e.op in ANSWERS and _met(e, question)), None)

    def torn(self, event: Event) -> bool:
        """Whether the exchange that an event says it is of began on another edge, or on another host."""
        return event.exchange is not None and not _met(self._by_exchange[event.exchange][0], event)

    def question(self, answer: Event) -> Event | None:
        """The request, call or spawn of an answer."""
        if answer.exchange is None or answer.op not in ANSWERS:
            return None
        return next((e for e in self._by_exchange[answer.exchange] if e.op in QUESTIONS and _met(e, answer)), None)


def body(event: Event | None) -> Any:
    """The JSON payload; None where there is none."""
    return None if event is None or event.payload is None else event.payload.json


def member(value: Any, *path: str | int) -> Any:
    """The value at a path of names and positions; None where it leads nowhere."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def segment(event: Event, after: str) -> str | None:
    """The path segment that follows the segment ``after``."""
    steps = str(event.attrs.get("path", "")).split("/")
    at = steps.index(after) + 1 if after in steps else len(steps)
    return steps[at] if at < len(steps) else None


def query(event: Event, *names: str) -> str | None:
    """The first query value under any of ``names``."""
    return next((value for name, value in event.attrs.get("query") or () if name in names), None)


def request_id(event: Event) -> str | None:
    """The platform's request id of an HTTP request."""
    value = header(event, REQUEST_ID)
    return value if isinstance(value, str) and value else None


def _met(one: Event, other: Event) -> bool:
    """Whether two events lie on one edge of one host: an answer elsewhere is nobody's."""
    return (one.edge, one.host) == (other.edge, other.host)


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _field(event: Event, name: str) -> Any:
    return getattr(event, name) if name in _FIELDS else event.attrs.get(name)
