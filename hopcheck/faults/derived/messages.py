"""Every message of a trace altered as its contract forbids, each alteration once, and what the contracts say of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Protocol

from hopcheck.checks.contracts import Exchanges
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.http import OF_KIT
from hopcheck.checks.judge import Judge
from hopcheck.faults.derived.alteration import Alteration
from hopcheck.faults.derived.dbus import Dbus
from hopcheck.faults.derived.http import Http, edge_of
from hopcheck.faults.derived.kafka import Kafka
from hopcheck.faults.derived.mqtt import Mqtt
from hopcheck.faults.derived.played import Played
from hopcheck.faults.derived.process import Process
from hopcheck.faults.derived.proposals import Proposer
from hopcheck.faults.derived.schemas import Schemas
from hopcheck.faults.derived.skeleton import Skeletons
from hopcheck.trace import Event, Trace


class TraceError(ValueError):
    """A trace cannot be the basis: something is wrong in it already."""


class _Contract(Protocol):
    def derive(self, event: Event, opening: Event | None, message: str, /) -> Iterator[Alteration]: ...


@dataclass(frozen=True, slots=True)
class Altered:
    """An altered event, with the one that opened its exchange; ``role`` is to blame (None: nobody can be)."""

    kind: str
    where: str
    role: str | None
    event: Event
    opened: Event | None


@dataclass
class Messages:
    """``lacking`` are messages of the contracts that the traces did not show, ``hidden`` places whose rules a trace
    cannot show, since they are secrets.
    """

    judge: Judge
    documents: Documents
    shown: set[str] = field(default_factory=set)
    _known: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        schemas = Schemas(self.documents)
        self._skeletons = Skeletons(self.documents)
        self._altered: set[object] = set()
        self._proposer = Proposer(schemas)
        background = self.judge.hops.background
        self._unnamed = [each.hop for each in background if each.hop.unnamed]
        open_edges = frozenset(edge for hop in self._unnamed if not hop.where for edge in hop.edges)
        self._http = Http(self.documents, schemas, self._proposer, open_edges)
        others = [kind(self.documents, schemas, self._proposer) for kind in (Mqtt, Dbus, Kafka, Process)]
        self._declared = [name for each in others for name in each.messages()]
        names = ("mqtt", "dbus", "kafka", "process")
        self._kinds: dict[str, _Contract] = {"http": self._http, **dict(zip(names, others, strict=True))}

    @property
    def lacking(self) -> list[str]:
        """Messages without a specimen, in the order of the contracts."""
        asked = [f"{name}.{each}" for name, answers in self._http.messages().items() for each in answers]
        return [name for name in (*asked, *self._declared) if name not in self.shown]

    @property
    def hidden(self) -> int:
        """How many places are secrets with rules that their digests do not show."""
        return len(self._proposer.hidden)

    def play(self, trace: Trace) -> Iterator[Played]:
        """Judge each alteration that `derive` makes. Raises what it raises."""
        for each in self.derive(trace):
            caught, blamed, clauses = self.judged(each)
            yield Played(each.kind, each.where, each.role, caught, blamed, clauses)

    def derive(self, trace: Trace) -> Iterator[Altered]:
        """Every alteration that was not made before. Raises `TraceError` where the trace has breaches of its own."""
        opening, of_kit = Exchanges().opening, list[Event]()
        for event in trace:
            if event.protocol == "kit":
                continue
            opened = opening(event)
            found = self.judge.contracts.find(event, opened)
            if found is None or event.attrs.get("fault") or event.protocol not in self._kinds:
                continue
            if breaches := found.check(event, opened):
                raise TraceError(f"event {event.seq}, {found.name}: {breaches[0].place}: {breaches[0].got}")
            yield from self._specimen(event, opened, found.name)
            of_kit += self._http.readdressed(event, found.name)
        # Of what no role asks in this trace, the kit's own request is the specimen.
        shown = frozenset(self.shown)
        for asked in of_kit:
            yield from self._as_if(asked, shown)

    def _as_if(self, event: Event, shown: frozenset[str]) -> Iterator[Altered]:
        """A request of the kit's as if a role had sent it, where that would have been in order."""
        edge = self.judge.hops.edges[event.edge]
        if edge.source == edge.target:  # beside the flow: no participant's hop
            return
        asked = replace(event, source=edge.source, target=edge.target)
        found = self.judge.contracts.find(asked)
        if found is not None and found.name not in shown and not found.check(asked, None):
            yield from self._specimen(asked, None, found.name)

    def _specimen(self, event: Event, opened: Event | None, name: str) -> Iterator[Altered]:
        message = name.removeprefix(OF_KIT)
        if event.protocol == "http" and event.op == "response":
            message = message.removesuffix("response") + str(event.attrs["status"])
        edge = edge_of(event) if event.op == "request" else ""
        if message == name or event.op != "request":
            self.shown.add(message)
        skeleton = (message, edge, self._skeletons.of(event))
        if skeleton[2] is not None and skeleton in self._altered:
            return
        self._altered.add(skeleton)
        for each in self._kinds[event.protocol].derive(event, opened, name):
            key = (message, edge, str(each.role), each.kind, *each.rule)
            if key in self._known or (made := each.make()) is None:
                continue
            self._known.add(key)
            yield Altered(each.kind, f"{message} {each.where}".strip(), each.role, made, opened)

    def judged(self, each: Altered) -> tuple[bool, frozenset[str | None], frozenset[str]]:
        """Whether there would be a finding (breaches, or that nobody knows the message), and whom it would blame.

        Last the clauses that a breach of the one to blame names, and no other clause beside.
        """
        found = self.judge.contracts.find(each.event, each.opened)
        if found is not None:
            breaches = found.check(each.event, each.opened)
            own = [breach.clauses for breach in breaches if breach.role == each.role and len(breach.clauses) == 1]
            return bool(breaches), frozenset(breach.role for breach in breaches), frozenset(chain.from_iterable(own))
        if any(hop.takes(None, each.event) for hop in self._unnamed):
            return False, frozenset(), frozenset()
        asker = (each.opened or each.event).source
        return True, frozenset({asker if asker in self.judge.hops.roles else None}), frozenset()
