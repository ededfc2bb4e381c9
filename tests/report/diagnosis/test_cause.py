from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.report.diagnosis.cause import cause

Make = Callable[..., Any]
# The arrows of the run that the builder makes have their own numbers as events.
OF = {"run": "a plan", "host": "host-1"}


def missing(arrow: int, role: str) -> Finding:
    return Finding("missing", "x", "y", arrow=arrow, role=role, **OF)


def forbidden(arrow: int, role: str) -> Finding:
    return Finding("forbidden", "x", "y", arrow=arrow, role=role, event=arrow, **OF)


def clause(event: int, role: str, **about: Any) -> Finding:
    return Finding("clause", "x", "y", clause="H-001", event=event, role=role, **about)


def lost(event: int, role: str) -> Finding:
    return Finding("lost", "x", "y", event=event, role=role)


OUTCOME = Finding("outcome", "complete", "failed", **OF)
ABSENT = clause(3, "remediations-ui", absent=True)


@pytest.mark.parametrize(
    ("findings", "blamed"),
    [
        pytest.param([OUTCOME, clause(20, "rhc"), clause(18, "ingress")], "ingress", id="the earliest"),
        pytest.param([clause(18, "s3"), Finding("breach", "x", "y", event=18, role="rhc")], "rhc", id="breach first"),
        pytest.param([missing(18, "ingress"), missing(20, "playbook-dispatcher")], "ingress", id="the first to be due"),
        pytest.param([missing(18, "ingress"), clause(9, "rhc")], "rhc", id="a breach before what was due"),
        pytest.param([missing(18, "ingress"), clause(24, "rhc")], "ingress", id="a breach after what was due"),
        pytest.param([missing(18, "ingress"), lost(90, "s3")], "s3", id="a loss before what went missing"),
        pytest.param([clause(18, "ingress"), lost(90, "s3")], "ingress", id="a breach before a loss"),
        pytest.param([clause(95, "ingress"), lost(90, "s3")], "s3", id="a loss before a breach"),
        pytest.param([forbidden(13, "rhc"), missing(2, "rhc-worker-playbook")], "rhc-worker-playbook", id="too early"),
        pytest.param([forbidden(15, "insights-client"), missing(6, "s3")], "s3", id="due before what came too early"),
        pytest.param([forbidden(22, "rhc"), clause(23, "ingress")], "rhc", id="too early of itself"),
        pytest.param([ABSENT, missing(18, "ingress")], "ingress", id="what was not seen in the end comes last"),
        pytest.param([ABSENT, lost(90, "s3")], "s3", id="a loss before what was not seen in the end"),
        pytest.param([OUTCOME, ABSENT], "remediations-ui", id="anything before the outcome"),
        pytest.param([OUTCOME], None, id="the outcome alone"),
        pytest.param([clause(1, "rhc", level="SHOULD"), clause(9, "s3")], "s3", id="advice is no cause"),
    ],
)
def test_the_cause_is_the_earliest_that_nothing_explains(
    make_verdict: Make, findings: list[Finding], blamed: str | None
) -> None:
    for order in (findings, findings[::-1]):
        found = cause(make_verdict(*order))
        assert found is not None
        assert found.finding.role == blamed


def test_what_came_late_explains_what_came_before_it(make_verdict: Make, make_run: Make) -> None:
    run = make_run()
    late = [each if each.number != 23 else _at(each, 40) for each in run.arrows]
    verdict: Verdict = make_verdict(
        forbidden(25, "rhc-worker-playbook"), clause(40, "insights-client"), runs=(make_run(arrows=tuple(late)),)
    )
    found = cause(verdict)
    assert found is not None
    assert (found.finding.role, found.instant) == ("insights-client", 40)


def _at(arrow: Any, seq: int) -> Any:
    return replace(arrow, events=(seq,))


def test_the_kits_own_failure_is_nobodys(make_verdict: Make) -> None:
    own = Finding("harness", "x", "y", event=5)
    found = cause(make_verdict(clause(1, "s3"), own))
    assert found is not None
    assert found.finding is own


def test_a_component_that_died_explains_that_the_trace_has_no_end(make_verdict: Make) -> None:
    verdict = make_verdict(Finding("harness", "a trace that the kit closed", "one that ends"), lost(9, "s3"), runs=())
    found = cause(verdict)
    assert found is not None
    assert found.finding.role == "s3"


def test_a_missing_arrow_came_due_when_its_sender_had_all_that_it_waits_for(make_verdict: Make) -> None:
    found = cause(make_verdict(missing(18, "ingress")))
    assert found is not None
    assert (found.instant, found.run) == (17, make_verdict().runs[0])


def test_what_passes_has_no_cause(make_verdict: Make) -> None:
    assert cause(make_verdict()) is None
    assert cause(make_verdict(clause(1, "s3", level="SHOULD"))) is None
