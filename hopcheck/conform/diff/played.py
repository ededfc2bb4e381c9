"""A report directory read: what one role did in each item that was played."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from pathlib import Path

from hopcheck.checks.contracts.checker import Exchanges
from hopcheck.checks.judge import Judge
from hopcheck.conform.diff.act import Act, Reader
from hopcheck.conform.diff.normal import Names, Normal, Shape
from hopcheck.conform.diff.place import Scalar
from hopcheck.topology.host import HOST_ROLES
from hopcheck.trace import Event, load

KAFKA = "asyncapi/kafka.yaml"
OPENED, ACKNOWLEDGED = "mqtt.connect", "mqtt.puback"
"""Whoever has it says so when there is time for it."""
START = "the start"
"""What is done before the first item."""


Order = tuple[str, str, str]


class DiffError(ValueError):
    """What is to be compared is not there, or no two of a kind; the text says which and why."""


@dataclass
class Played:
    """What a directory holds: each item's distinct shapes in order, by the item's name, in the order played.

    ``orders`` are edge and two kinds of messages, the first of which began before the second on an MQTT connection
    that was opened in the item: elsewhere several things are said at a time. ``role`` is whose they are, ``kind`` and
    ``given`` the component that had it (as in `Component`). ``broken`` has the reason by the name of each item that
    did not get to its end, and `START` where a topology did not come up.
    """

    role: str
    kind: str
    given: str
    report: Path
    items: dict[str, list[Shape]] = field(default_factory=dict)
    orders: dict[str, set[Order]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)


def read(directory: Path, judge: Judge) -> Played:
    """What the traces of a conformance run below a directory hold. Raises `DiffError`, or ValueError as `load`."""
    paths = sorted(directory.glob("part-[0-9]*/trace.jsonl"), key=lambda path: int(path.parent.name[5:]))
    if not paths:
        raise DiffError(f"{directory}: no part-N/trace.jsonl below it; `hopcheck conform ROLE --report DIR` makes some")
    played: Played | None = None
    for path in paths:
        events = list(load(path).events)
        told = next((event.attrs for event in events if event.protocol == "kit" and event.op == "conform"), None)
        if told is None:
            raise DiffError(f"{path}: a trace of something else than `hopcheck conform` or `hopcheck diff-run`")
        if played is None:
            played = Played(str(told["role"]), str(told.get("kind", "")), str(told.get("given", "")), directory)
        elif played.role != told["role"]:
            raise DiffError(f"{path}: a trace of {told['role']}, the others are of {played.role}")
        _add(played, events, judge)
    assert played is not None
    return played


def _add(played: Played, events: list[Event], judge: Judge) -> None:
    names = dict(_names(events, judge))
    channels = judge.contracts.documents.node(KAFKA, ("channels",))
    producers = {str(each["address"]): str(each["x-producer"]) for each in channels.values()}
    acts = list(Reader(played.role, names, producers).acts(events))
    known = Names(acts)
    for name, mine in _Spans(played.role, events).divided(acts).items():
        played.orders.setdefault(name, set()).update(_orders(mine))
        played.items[name] = list(dict.fromkeys([*played.items.get(name, ()), *Normal(known, mine).shapes()]))
    for event in events:
        if event.protocol == "kit" and event.op == "trouble":
            played.broken[str(event.attrs.get("item") or START)] = str(event.attrs["cause"])


def _orders(acts: Iterable[Act]) -> Iterator[Order]:
    begun: dict[str, list[str]] = {}
    for act in acts:
        if act.what == OPENED and act.direction == "did":
            begun[act.connection] = []
        kinds = begun.get(act.connection)
        if kinds is None or act.direction != "did" or act.what in (ACKNOWLEDGED, *kinds):
            continue
        yield from ((act.edge, earlier, act.what) for earlier in kinds)
        kinds.append(act.what)


def _names(events: Iterable[Event], judge: Judge) -> Iterator[tuple[int, str | None]]:
    """Message names by seq, as `Judge.check` gives them."""
    exchanges = Exchanges()
    for event in events:
        found = judge.contracts.find(event, exchanges.opening(event)) if event.protocol != "kit" else None
        yield event.seq, None if found is None else found.name


class _Spans:
    """The items of a trace, by when they were played."""

    def __init__(self, role: str, events: Sequence[Event]) -> None:
        self._names, self._starts, self._milliseconds = [START], [0], [0.0]
        self._end = math.inf
        for event in events:
            if event.protocol == "kit" and event.op == "item":
                self._names.append(str(event.attrs["name"]))
                self._starts.append(event.seq)
                self._milliseconds.append(datetime.fromisoformat(event.wall).timestamp() * 1e3)
            elif event.protocol == "kit" and event.op == "settling":
                self._end = event.seq
        on_host = role in HOST_ROLES
        self._stimuli = _stimuli(events, bus=False) if on_host else {}
        self._stimuli_on_bus = _stimuli(events, bus=True) if on_host else {}

    def divided(self, acts: Iterable[Act]) -> dict[str, list[Act]]:
        """The acts of each item. What is done while everything is ended belongs to none."""
        found: dict[str, list[Act]] = {name: [] for name in self._names}
        exchanges: dict[str, int] = {}
        first_seen: dict[Scalar, int] = {}
        for act in acts:
            if act.seq > self._end and act.timestamp_ms is None:
                continue
            position = self._position(self._cause(act))
            if act.exchange is not None:
                position = exchanges.setdefault(act.exchange, position)
            if act.timestamp_ms is not None:
                position = self._record(act, position, first_seen)
            else:
                for _, value in act.all_fields():
                    first_seen.setdefault(value, position)
            found[self._names[position]].append(act)
        return found

    def _position(self, seq: int) -> int:
        return bisect_right(self._starts, seq) - 1

    def _cause(self, act: Act) -> int:
        """What somebody on a host does belongs to what last befell that host, however late it comes."""
        on_bus = act.observed and act.timestamp_ms is None
        stimuli = (self._stimuli_on_bus if on_bus else self._stimuli).get(act.host, ())
        before = bisect_right(stimuli, act.seq, key=itemgetter(0))
        return stimuli[before - 1][1] if before else act.seq

    def _record(self, act: Act, position: int, first_seen: Mapping[Scalar, int]) -> int:
        """A record is seen late: it belongs where it was written, but not before what it tells was first seen."""
        values = (value for _, value in act.all_fields() if isinstance(value, str) and len(value) >= 16)
        least = max((first_seen[value] for value in values if value in first_seen), default=0)
        while position > least and act.timestamp_ms is not None and act.timestamp_ms < self._milliseconds[position]:
            position -= 1
        return position


def _stimuli(events: Iterable[Event], *, bus: bool) -> dict[str | None, list[tuple[int, int]]]:
    """By host: when it was first heard of, and when a message or the kit reached it, each with when that was sent.

    On its ``bus``, whose messages are seen later than others, a message reaches it when it is dispatched there.
    """
    found: dict[str | None, list[tuple[int, int]]] = {}
    sent: dict[str | None, int] = {}
    for event in events:
        host = event.attrs.get("client_id") if event.protocol == "kit" else event.host
        if host is None:
            continue
        by_mqtt = (event.protocol, event.op, event.target) == ("mqtt", "PUBLISH", "rhc")
        if by_mqtt:
            sent[host] = event.seq
        call = event.protocol == "dbus" and event.op == "call"
        dispatched = call and event.attrs["member"] == "Dispatch"
        # Whoever has no role on a host's bus is the kit.
        by_kit = event.protocol == "kit" or (call and event.source.startswith(":"))
        if by_kit or (dispatched if bus else by_mqtt) or host not in found:
            origin = sent.get(host, event.seq) if dispatched else event.seq
            found.setdefault(host, []).append((event.seq, origin))
    return found


def names(both: Iterable[Played]) -> Iterator[str]:
    """The items of several, each once, in the order played."""
    yield from dict.fromkeys(name for played in both for name in played.items)
