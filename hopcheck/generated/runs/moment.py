"""Moments of a run, told as the diagram tells them: ``21#2`` is the second time that arrow 21 is seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from hopcheck.checks.contracts.index import Contracts
from hopcheck.checks.hops import ArrowRule, Hop, Hops
from hopcheck.taps.hold import Hold, Moment
from hopcheck.trace import Draft, Event, Payload

ANSWER = "answer"
"""The kind's part for what is sent back on an arrow's request where the diagram has no arrow for it."""
_MOMENT = re.compile(r"(?P<arrow>\d+)(?:\.(?P<part>\w+))?#(?P<nth>[1-9]\d*)")
UNTIL = " until "


def moment(text: str) -> Moment:
    """``ARROW#NTH``, ``ARROW.PART#NTH`` with a part as hops.yaml has it, or ``ARROW.answer#NTH``.

    The last upload is one more of 17 to 21: only the end tells it from the others. Raises ValueError.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no moment: want ARROW#NTH, ARROW.PART#NTH or ARROW.answer#NTH")
    return Moment(text.partition("#")[0], int(match["nth"]))


def hold(text: str) -> Hold:
    """``MOMENT until MOMENT``. Raises ValueError."""
    held, mark, until = text.partition(UNTIL)
    if not mark:
        raise ValueError(f"{text!r} is no hold: want MOMENT{UNTIL}MOMENT")
    return Hold(moment(held), moment(until))


class Kinds:
    """Tells of each message of a run, as it is seen, which of some kinds of moments it is; safe from any thread."""

    def __init__(self, kinds: Collection[str], hops: Hops, contracts: Contracts) -> None:
        """Raises ValueError where the diagram or hops.yaml has no such arrow or part."""
        self._contracts = contracts
        self._places = [(kind, _hop(kind, hops.arrows), kind.endswith(f".{ANSWER}")) for kind in sorted(set(kinds))]
        self._edges = {edge for _, hop, _ in self._places for edge in hop.edges}
        self._opened: dict[str, Event] = {}

    def __call__(self, seen: Draft | Event) -> Iterable[str]:
        """The kinds of one message; what opens an exchange has to be shown before what ends it."""
        return () if seen.edge not in self._edges or seen.protocol == "kit" else tuple(self._of(seen))

    def _of(self, seen: Draft | Event) -> Iterator[str]:
        event = seen if isinstance(seen, Event) else _event(seen)
        opening = None if event.exchange is None else self._opened.get(event.exchange)
        if event.op in ("request", "spawn") and event.exchange is not None:
            self._opened[event.exchange] = event
        name = self._contracts.identify(event, opening)
        asked = None if opening is None else self._contracts.identify(opening)
        for kind, hop, answers in self._places:
            if answers:
                if event.op == "response" and opening is not None and hop.takes(asked, opening):
                    yield kind
            elif hop.takes(name, event):
                yield kind


def kinds_of(moments: Iterable[Moment]) -> frozenset[str]:
    """The kinds that somebody has to tell."""
    return frozenset(each.kind for each in moments)


def _hop(kind: str, arrows: Mapping[int, ArrowRule]) -> Hop:
    number, _, part = kind.partition(".")
    rule = arrows.get(int(number)) if number.isdigit() else None
    found = None if rule is None else rule.hop if part in ("", ANSWER) else rule.parts.get(part)
    if found is None or not found.messages:
        raise ValueError(f"no message of the diagram is {kind}")
    return found


def _event(draft: Draft) -> Event:
    payload = None if draft.payload is None else Payload(draft.payload)
    return Event(
        seq=0,
        t=0,
        began=0,
        wall="",
        tap=draft.tap,
        edge=draft.edge,
        protocol=draft.protocol,
        op=draft.op,
        source=draft.source,
        target=draft.target,
        exchange=draft.exchange,
        host=draft.host,
        attrs=draft.attrs,
        payload=payload,
    )
