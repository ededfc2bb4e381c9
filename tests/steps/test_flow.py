from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from hopcheck.checks.verdict import ClauseResult, Finding
from steps.flow import (
    arrow_is_seen,
    clause_holds,
    interval_uploads,
    other_run_ends_as,
    run_ends_as,
    run_on_system_ends_as,
)

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


def test_an_arrow_that_cannot_be_seen_of_these_hosts_is_no_failure_and_says_why(world: Make, run: Make) -> None:
    def told(count: int, state: str) -> Any:
        verdict = replace(world(run(a1=state, count=count)).verdict, hidden={1: "no tap is there"})
        return SimpleNamespace(runs=verdict.runs, verdict=verdict)

    with pytest.raises(pytest.skip.Exception, match="arrow 1 is not judged: no tap is there"):
        arrow_is_seen(told(0, "not_demanded"), *ARROW)
    # One that was seen is judged all the same.
    with pytest.raises(AssertionError, match="arrow 1 is forbidden"):
        arrow_is_seen(told(1, "forbidden"), *ARROW)


def test_a_clause_that_does_not_bind_these_hosts_is_no_failure_and_says_why(world: Make) -> None:
    clauses = {"H-022": ClauseResult("disabled")}
    told: Any = SimpleNamespace(verdict=replace(world(clauses=clauses).verdict, disabled={"H-022": "it came later"}))
    with pytest.raises(pytest.skip.Exception, match="clause H-022 is disabled: it came later"):
        clause_holds(told, "H-022")


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


def test_what_holds_must_hold_on_every_system(world: Make, run: Make, cast: Any) -> None:
    def both(**changes: Any) -> Any:
        return world(run(), run(host=cast[1].identity.client_id, **changes), cast=cast)

    arrow_is_seen(both(), *ARROW)
    with pytest.raises(AssertionError, match="arrow 1 is missing on host-2"):
        arrow_is_seen(both(a1="missing", host_name="host-2"), *ARROW)
    with pytest.raises(AssertionError, match="the run ended as failed on host-2"):
        run_ends_as(both(outcome="failed", host_name="host-2"), "complete")
    with pytest.raises(AssertionError, match="1 interval uploads were seen on host-2"):
        interval_uploads(world(run(count=2), run(host=cast[1].identity.client_id, host_name="host-2"), cast=cast), "2")


def test_one_system_may_end_otherwise(world: Make, run: Make, cast: Any) -> None:
    made = world(run(), run(host=cast[1].identity.client_id, outcome="not_connected"), cast=cast)
    run_on_system_ends_as(made, "web", "complete")
    run_on_system_ends_as(made, "mail", "not_connected")
    with pytest.raises(AssertionError, match="the run ended as not_connected"):
        run_on_system_ends_as(made, "mail", "complete")
