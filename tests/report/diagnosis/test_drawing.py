from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hopcheck.report.diagnosis.drawing import WIDTH, draw, draw_message, plain

Make = Callable[..., Any]


def test_an_arrow_between_its_neighbours(make_run: Make) -> None:
    run = make_run(states={18: "missing", 19: "not_demanded"})
    strokes = draw(run, 18, broken=False)
    assert [each.text for each in strokes] == [
        "rwp ──17 playbook job event data──▶ i  ✓",
        "i   ╌╌18 playbook job event data╌╌▶ s3  ✗ not seen",
        "i   ──19 upload announce──▶ pbd  · not demanded",
    ]
    assert [each.cause for each in strokes] == [False, True, False]


def test_what_was_seen_and_is_wrong(make_run: Make) -> None:
    assert draw(make_run(), 18, broken=True)[1].text.endswith("✗")
    assert draw(make_run(), 18, broken=False)[1].text.endswith("✓")
    assert draw(make_run(states={18: "forbidden"}), 18, broken=False)[1].text.endswith("✗ not here")


def test_the_first_and_the_last_have_one_neighbour(make_run: Make) -> None:
    assert len(draw(make_run(), 1, broken=False)) == len(draw(make_run(), 30, broken=False)) == 2


def test_a_message_that_is_no_arrow() -> None:
    (stroke,) = draw_message("hopcheck", "ingress", "POST /\x1b")
    assert stroke.text == "hopcheck ──POST /\\x1b──▶ ingress  ✗"
    assert len(draw_message("a", "b", "c" * 500)[0].text) == WIDTH


def test_in_ascii(make_run: Make) -> None:
    text = plain(draw(make_run(states={18: "missing"}), 18, broken=False)[1].text)
    assert text == "i   ..18 playbook job event data..> s3  x not seen"
