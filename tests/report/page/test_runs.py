from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hopcheck.checks.verdict import Finding
from hopcheck.flow.model import Diagram
from hopcheck.report.page.runs import DRAWN, overview, section

Make = Callable[..., Any]


def test_of_many_runs_those_that_went_wrong_are_drawn(make_verdict: Make, make_run: Make, diagram: Diagram) -> None:
    wrong = make_run(
        Finding("missing", "x", "was not seen", arrow=13, run="wrong"), label="wrong", states={13: "missing"}
    )
    verdict = make_verdict(runs=(*(make_run(label=f"run {n}") for n in range(DRAWN + 5)), wrong))
    page = section(verdict, {}, diagram)
    assert page.count("<svg") == DRAWN
    assert "✗ was not seen" in page
    assert "6 more runs went as asserted and are not drawn here." in page
    assert overview(verdict).count("<tr") == DRAWN + 6


def test_no_run_is_said(make_verdict: Make, diagram: Diagram) -> None:
    assert "No run was played." in section(make_verdict(runs=()), {}, diagram)
