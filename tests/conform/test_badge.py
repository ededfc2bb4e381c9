from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as xml

import pytest

from hopcheck.conform.badge import COLOURS, badge, said
from hopcheck.conform.model import Report

Make = Callable[..., Any]
SVG = "{http://www.w3.org/2000/svg}"


def test_it_says_role_verdict_and_counts(make_report: Make) -> None:
    root = xml.fromstring(badge(make_report()))
    assert [each.text for each in root.iter(f"{SVG}text")] == ["hopcheck ingress", "pass, 2 of 3 clauses"]
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == "hopcheck ingress: pass, 2 of 3 clauses"


@pytest.mark.parametrize(("verdict", "changes"), [("pass", {}), ("error", {"troubles": ("x",)})])
def test_its_colour_is_the_verdicts(make_report: Make, verdict: str, changes: dict[str, Any]) -> None:
    report: Report = make_report(**changes)
    text = badge(report)
    assert said(report).startswith(f"{verdict}, ")
    assert [colour for colour in COLOURS.values() if colour in text] == [COLOURS[verdict]]


def test_a_failure_is_red(make_report: Make, make_clause: Make, make_failure: Make) -> None:
    report = make_report(make_clause(), make_clause("ING-02", "fail", failures=(make_failure(),)))
    assert said(report) == "fail, 1 of 2 clauses"
    assert COLOURS["fail"] in badge(report)


def test_both_halves_lie_within_it(make_report: Make) -> None:
    root = xml.fromstring(badge(make_report(role="rhc-worker-playbook")))
    whole = float(str(root.get("width")))
    for each in root.iter(f"{SVG}text"):
        middle, width = float(str(each.get("x"))), float(str(each.get("textLength")))
        assert 0 < middle - width / 2 < middle + width / 2 < whole


def test_it_loads_nothing_and_holds_no_markup_of_others(make_report: Make, hostile: str) -> None:
    text = badge(make_report(role=hostile))
    root = xml.fromstring(text)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} == {"svg", "title", "rect", "path", "g", "text"}
    assert text.count("://") == 1
    assert "href" not in text
