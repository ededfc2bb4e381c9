from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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


def test_a_run_without_a_correlation_id_says_nothing_of_one(
    make_verdict: Make, make_run: Make, diagram: Diagram
) -> None:
    run = make_run(label="a")
    told = section(make_verdict(runs=(replace(run, correlation_id="c-1"),)), {}, diagram)
    assert "Correlation id <code>c-1</code>." in told
    untold = section(make_verdict(runs=(replace(run, correlation_id=None),)), {}, diagram)
    assert "Correlation id" not in untold
