"""What differs from the diagram, as something to draw beside its arrows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hopcheck.checks.verdict import Finding, RunVerdict
from hopcheck.flow.model import Diagram
from hopcheck.trace import Event

SHOWN_NOTES, SHOWN_STEPS = 2, 12
_NAMED = re.compile(r"^arrow \d+ .*? \(line \d+\) ")


@dataclass(frozen=True, slots=True)
class Note:
    """Stands below ``arrow``: what was ``expected`` there (empty: the arrow itself says it) and what was ``observed``.

    ``source`` and ``target`` are participants of the diagram; ``came`` is whether anything was observed, ``event`` the
    seq that shows it.
    """

    arrow: int
    source: str
    target: str
    expected: str
    observed: str
    came: bool
    event: int | None = None


def notes(
    run: RunVerdict, findings: Iterable[Finding], events: Mapping[int, Event], diagram: Diagram
) -> dict[int, list[Note]]:
    """By arrow, at most `SHOWN_NOTES` for each; the last one says how many there are besides."""
    ids = {p.label: p.id for p in diagram.participants}
    for arrow, result in zip(diagram.arrows, run.arrows, strict=False):
        ids |= {result.source: arrow.source, result.target: arrow.target}
    found: dict[int, list[Note]] = defaultdict(list)
    for note in _notes(run, findings, events, diagram, ids):
        found[note.arrow].append(note)
    for number, beside in found.items():
        if (left := len(beside) - SHOWN_NOTES) > 0:
            last = beside[SHOWN_NOTES - 1]
            more = Note(number, last.source, last.target, "", f"and {left + 1} more, see the findings", True)
            found[number] = [*beside[: SHOWN_NOTES - 1], more]
    return dict(found)


def steps(run: RunVerdict, findings: Iterable[Finding]) -> dict[int, tuple[int, ...]]:
    """By arrow: which steps of the shortest offending prefix it is, counted from 1; its last `SHOWN_STEPS` only."""
    wrong = next((each for each in findings if each.kind == "forbidden" and each.prefix), None)
    if wrong is None:
        return {}
    found: dict[int, list[int]] = defaultdict(list)
    first = max(0, len(wrong.prefix) - SHOWN_STEPS)
    for position, seq in enumerate(wrong.prefix[first:], first + 1):
        numbers = [arrow.number for arrow in run.arrows if seq in arrow.events]
        if numbers:
            found[wrong.arrow if seq == wrong.event and wrong.arrow else numbers[0]].append(position)
    return {number: tuple(each) for number, each in found.items()}


def nameless(words: str) -> str:
    """What is said of an arrow without the arrow's name that it begins with."""
    return _NAMED.sub("", words)


def _notes(
    run: RunVerdict,
    findings: Iterable[Finding],
    events: Mapping[int, Event],
    diagram: Diagram,
    ids: Mapping[str, str],
) -> Iterator[Note]:
    owner = {seq: arrow.number for arrow in reversed(run.arrows) for seq in arrow.events}
    for finding in findings:
        event = None if finding.event is None else events.get(finding.event)
        number = finding.arrow or owner.get(finding.event or 0)
        if number is None and finding.kind == "unmapped" and event is not None:
            source, target = ids.get(event.source), ids.get(event.target)
            if source and target and source != target:
                yield Note(_before(run, event.seq), source, target, "", f"unmapped: {finding.got}", True, event.seq)
        elif number is not None and 0 < number <= len(diagram.arrows):
            arrow = diagram.arrows[number - 1]
            missing = finding.kind == "missing"
            expected = "" if missing else finding.expected
            got = nameless(finding.got)
            yield Note(number, arrow.source, arrow.target, expected, got, not missing, finding.event)


def _before(run: RunVerdict, seq: int) -> int:
    """The arrow that was last seen for the first time before an event; the first one where there is none."""
    began = [(min(arrow.events), arrow.number) for arrow in run.arrows if arrow.events]
    return max((each for each in began if each[0] < seq), default=(0, 1))[1]
