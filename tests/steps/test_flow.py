from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hopcheck.checks.verdict import ClauseResult, Finding
from steps.flow import arrow_is_seen, clause_holds, interval_uploads, other_run_ends_as, run_ends_as

Make = Callable[..., Any]
ARROW = ("rhc", "establish MQTT connection", "Cloud Connector")


@pytest.mark.parametrize("state", ["seen", "derived"])
def test_a_seen_arrow_holds(world: Make, run: Make, state: str) -> None:
    arrow_is_seen(world(run(a1=state)), *ARROW[:2], ARROW[2])


@pytest.mark.parametrize("state", ["missing", "forbidden", "not_demanded"])
def test_an_arrow_that_was_not_seen_says_why(world: Make, run: Make, state: str) -> None:
    finding = Finding("missing", "CONNACK and both SUBACKs", "nothing", arrow=1)
    with pytest.raises(AssertionError, match=rf"(?s)arrow 1 is {state}.*CONNACK and both SUBACKs"):
        arrow_is_seen(world(run(finding, a1=state)), *ARROW)


def test_an_arrow_in_breach_fails(world: Make, run: Make) -> None:
    with pytest.raises(AssertionError, match="arrow 1 broke its contract"):
        arrow_is_seen(world(run(contract="fail")), *ARROW)


@pytest.mark.parametrize(
    ("source", "text", "words"),
    [
        ("rhc", "sing", "sends Cloud Connector no 'sing'; the diagram has 'establish MQTT connection'"),
        ("rch", "establish MQTT connection", "no participant 'rch'"),
    ],
)
def test_an_arrow_that_the_diagram_has_not(world: Make, source: str, text: str, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        arrow_is_seen(world(), source, text, "Cloud Connector")


def test_the_outcome_must_be_the_one(world: Make, run: Make) -> None:
    run_ends_as(world(run(outcome="failed")), "failed")
    with pytest.raises(AssertionError, match="the run ended as complete"):
        run_ends_as(world(), "failed")


def test_a_finding_spoils_the_outcome(world: Make, run: Make) -> None:
    run_ends_as(world(run(Finding("clause", "x", "y", level="SHOULD"))), "complete")
    with pytest.raises(AssertionError, match="FORBIDDEN"):
        run_ends_as(world(run(Finding("forbidden", "x", "y"))), "complete")


def test_the_run_beside_a_busy_one(world: Make, run: Make) -> None:
    other_run_ends_as(world(run(), run(label="other")), "complete")
    with pytest.raises(AssertionError, match="it ended as failed"):
        other_run_ends_as(world(run(), run(label="other", outcome="failed")), "complete")
    with pytest.raises(AssertionError, match="no other run"):
        other_run_ends_as(world(run()), "complete")


@pytest.mark.parametrize("state", ["fail", "not_exercised", "skip", "disabled", "harness_error"])
def test_only_a_passed_clause_holds(world: Make, state: Any) -> None:
    clause_holds(world(clauses={"H-001": ClauseResult("pass")}), "H-001")
    with pytest.raises(AssertionError, match=f"clause H-001 is {state}"):
        clause_holds(world(clauses={"H-001": ClauseResult(state)}), "H-001")
    with pytest.raises(AssertionError, match="no clause H-002"):
        clause_holds(world(), "H-002")


def test_uploads_are_counted(world: Make, run: Make) -> None:
    interval_uploads(world(run(count=2)), "2")
    with pytest.raises(AssertionError, match="2 interval uploads were seen"):
        interval_uploads(world(run(count=2)), "3")
