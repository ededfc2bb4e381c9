from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as xml

import pytest

from hopcheck.checks.verdict import ArrowResult
from hopcheck.flow import parse
from hopcheck.flow.model import Diagram
from hopcheck.report.overlay import Note
from hopcheck.report.svg import CHARACTER, draw

Make = Callable[..., Any]
NS = "{http://www.w3.org/2000/svg}"


def results(run: Any) -> dict[int, ArrowResult]:
    return {arrow.number: arrow for arrow in run.arrows}


def drawn(diagram: Diagram, found: dict[int, ArrowResult]) -> xml.Element:
    return xml.fromstring(draw(diagram, found))


def arrows(svg: xml.Element) -> list[xml.Element]:
    return [g for g in svg.iter(f"{NS}g") if g.get("data-arrow")]


def span(arrow: xml.Element) -> tuple[float, float, float]:
    path = arrow.find(f"{NS}path")
    assert path is not None
    x1, y, x2 = map(float, re.fullmatch(r"M(\S+) (\S+)H(\S+)", path.get("d", "")).groups())  # type: ignore[union-attr]
    return x1, x2, y


def test_each_arrow_is_drawn_once_with_its_line(diagram: Diagram, make_run: Make) -> None:
    found = arrows(drawn(diagram, results(make_run())))
    assert [int(g.get("data-arrow", "")) for g in found] == list(range(1, 31))
    assert [int(g.get("data-line", "")) for g in found] == [arrow.line for arrow in diagram.arrows]
    heights = [span(g)[2] for g in found]
    assert heights == sorted(set(heights))


def test_arrows_point_from_source_to_target(diagram: Diagram, make_run: Make) -> None:
    order = [participant.id for participant in diagram.participants]
    for arrow, g in zip(diagram.arrows, arrows(drawn(diagram, results(make_run()))), strict=True):
        x1, x2, _ = span(g)
        assert (x1 < x2) == (order.index(arrow.source) < order.index(arrow.target))
        assert (g.find(f"{NS}path").get("stroke-dasharray") is not None) == arrow.dashed  # type: ignore[union-attr]


@pytest.mark.parametrize("state", ["seen", "missing", "forbidden", "not_demanded"])
def test_the_state_is_the_class(diagram: Diagram, make_run: Make, state: str) -> None:
    g = arrows(drawn(diagram, results(make_run(states={5: state}))))[4]
    assert g.get("class") == f"arrow {state}"
    assert f"#head-{state})" in xml.tostring(g).decode()


def test_a_breach_shows(diagram: Diagram, make_run: Make) -> None:
    found = results(make_run())
    found[5] = replace(found[5], contract="fail")
    g = arrows(drawn(diagram, found))[4]
    assert g.get("class") == "arrow forbidden"
    assert "in breach of its contract" in str(g.findtext(f"{NS}title"))


def test_an_arrow_without_a_result_is_not_demanded(diagram: Diagram) -> None:
    assert {g.get("class") for g in arrows(drawn(diagram, {}))} == {"arrow not_demanded"}


def test_labels_fit_between_their_lifelines(diagram: Diagram, make_run: Make) -> None:
    found = {number: replace(arrow, count=1234) for number, arrow in results(make_run()).items()}
    svg = drawn(diagram, found)
    width = float(svg.get("width", ""))
    for g in arrows(svg):
        x1, x2, _ = span(g)
        for line in g.iter(f"{NS}tspan"):
            half = len(line.text or "") * CHARACTER / 2
            assert 2 * half <= abs(x2 - x1) + 12, line.text
            assert half <= float(line.get("x", "")) <= width - half
    assert "×1234" in "".join(svg.itertext())


def test_blocks_participants_and_activations_are_there(diagram: Diagram, make_run: Make) -> None:
    svg = drawn(diagram, results(make_run()))
    texts = "|".join(text.text or "" for text in svg.iter(f"{NS}text"))
    for word in ("loop [Execution Status]", "loop [Event Data Upload]", "Remediation Target System", "Remediations UI"):
        assert word in texts
    boxes = [rect.get("class") for rect in svg.iter(f"{NS}rect")]
    assert [boxes.count(each) for each in ("active", "block", "participant")] == [len(diagram.activations), 2, 10]


def test_names_are_escaped() -> None:
    svg = drawn(parse('sequenceDiagram\n  participant a as A<b>&"\n  participant b\n  a->>b: <i>&"\n'), {})
    assert '1 <i>&"' in "".join(svg.itertext())


def test_a_diagram_of_one_lifeline_has_room() -> None:
    svg = drawn(parse("sequenceDiagram\n  participant a\n"), {})
    assert float(svg.get("width", "")) > 136


def test_expected_and_observed_stand_below_their_arrow(diagram: Diagram, make_run: Make) -> None:
    five = diagram.arrows[4]
    breach = Note(5, five.source, five.target, "an id", "none", True, 44)
    absent = Note(14, diagram.arrows[13].source, diagram.arrows[13].target, "", "was not seen", False)
    svg = xml.fromstring(draw(diagram, results(make_run()), {5: [breach], 14: [absent]}, {5: (1, 4)}, "7-"))
    drawn = [g for g in svg.iter(f"{NS}g") if str(g.get("class")).startswith("note")]
    assert [(g.get("class"), g.get("data-event"), g.findtext(f"{NS}text")) for g in drawn] == [
        ("note expected", "44", "expected: an id"),
        ("note observed", "44", "got: none"),
        ("note observed", None, "✗ was not seen"),
    ]
    heights = [float(str(g.find(f"{NS}text").get("y"))) for g in drawn]  # type: ignore[union-attr]
    assert heights == sorted(heights)
    assert span(arrows(svg)[4])[2] < heights[0] < heights[1] < span(arrows(svg)[5])[2]
    assert [text.text for text in svg.iter(f"{NS}text") if text.get("class") == "step"] == ["4", "1"]
    assert {marker.get("id") for marker in svg.iter(f"{NS}marker")} >= {"head-7-seen", "head-7-observed"}


def test_a_long_note_is_cut_where_the_picture_ends(diagram: Diagram, make_run: Make) -> None:
    said = "x" * 1000
    notes = {a.number: [Note(a.number, a.source, a.target, said, said, True)] for a in diagram.arrows}
    svg = xml.fromstring(draw(diagram, results(make_run()), notes))
    for g in svg.iter(f"{NS}g"):
        if str(g.get("class")).startswith("note"):
            text = g.find(f"{NS}text")
            assert text is not None
            length, x = len(str(text.text)) * CHARACTER, float(str(text.get("x")))
            assert str(text.text).endswith("…")
            assert x - length >= 0 if text.get("text-anchor") == "end" else x + length <= float(svg.get("width", ""))


def test_what_a_peer_said_cannot_turn_the_text(diagram: Diagram, make_run: Make) -> None:
    five = diagram.arrows[4]
    text = draw(diagram, results(make_run()), {5: [Note(5, five.source, five.target, "", "<b>\x1b\u202e", True)]})
    assert "&lt;b&gt;\\x1b\\u202e" in text
