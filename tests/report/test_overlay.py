from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hopcheck.checks.verdict import Finding
from hopcheck.flow.model import Diagram
from hopcheck.report.overlay import SHOWN_NOTES, nameless, notes, steps
from hopcheck.trace import Event

Make = Callable[..., Any]


def event(seq: int, source: str, target: str) -> Event:
    return Event(seq, seq, seq, "", "tap", "edge", "http", "request", source, target, None, None, {}, None)


def test_what_was_missing_did_not_come(make_run: Make, diagram: Diagram) -> None:
    found = notes(make_run(), [Finding("missing", "14 verify", "was not seen", arrow=14)], {}, diagram)
    assert [(note.expected, note.observed, note.came) for note in found[14]] == [("", "was not seen", False)]


def test_a_breach_stands_at_the_arrow_that_its_event_belongs_to(make_run: Make, diagram: Diagram) -> None:
    found = notes(make_run(), [Finding("breach", "an id", "none", event=5)], {}, diagram)
    arrow = diagram.arrows[4]
    assert [(n.source, n.target, n.expected, n.observed, n.event) for n in found[5]] == [
        (arrow.source, arrow.target, "an id", "none", 5)
    ]


def test_what_is_unmapped_stands_after_what_came_before_it(make_run: Make, diagram: Diagram) -> None:
    run = make_run()
    arrow = run.arrows[16]
    run = replace(run, arrows=tuple(replace(each, events=(10 * each.number,)) for each in run.arrows))
    stray = event(195, arrow.target, arrow.source)
    found = notes(run, [Finding("unmapped", "x", "a call", event=195)], {195: stray}, diagram)
    assert list(found) == [19]
    assert (found[19][0].source, found[19][0].target) == (diagram.arrows[16].target, diagram.arrows[16].source)


def test_what_is_not_about_an_arrow_is_not_drawn(make_run: Make, diagram: Diagram) -> None:
    lost = Finding("lost", "x", "y", event=99)
    nobody = Finding("unmapped", "x", "y", event=98)
    assert notes(make_run(), [lost, nobody], {98: event(98, "a", "b"), 99: event(99, "a", "b")}, diagram) == {}


def test_many_notes_are_counted(make_run: Make, diagram: Diagram) -> None:
    many = [Finding("breach", "x", f"{n}", event=5) for n in range(7)]
    found = notes(make_run(), many, {}, diagram)[5]
    assert len(found) == SHOWN_NOTES
    assert found[-1].observed == "and 6 more, see the findings"


def test_the_offending_prefix_is_numbered(make_run: Make) -> None:
    run = make_run()
    run = replace(run, arrows=(replace(run.arrows[0], events=(1, 40)), *run.arrows[1:]))
    wrong = Finding("forbidden", "x", "y", arrow=16, event=16, prefix=(1, 2, 40, 16))
    assert steps(run, [Finding("missing", "x", "y", arrow=3), wrong]) == {1: (1, 3), 2: (2,), 16: (4,)}
    assert steps(run, []) == {}


def test_an_arrows_name_is_not_said_twice() -> None:
    said = "arrow 14 rhc-worker-playbook ->> insights-client: verify playbook (line 50) was not seen"
    assert nameless(said) == "was not seen"
    assert nameless("a reason") == "a reason"
