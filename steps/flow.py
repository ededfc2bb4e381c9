"""Arrows, outcomes and clauses: what may be asked of any run."""

from __future__ import annotations

import pytest
from pytest_bdd import parsers, then

from hopcheck.checks.verdict import ArrowResult, RunVerdict
from hopcheck.flow import parse
from hopcheck.home import CONTRACTS
from hopcheck.report.finding import explain
from steps.world import World

DIAGRAM = parse((CONTRACTS / "flow.mmd").read_text())


def _arrow(run: RunVerdict, source: str, target: str, text: str) -> ArrowResult:
    try:
        number = DIAGRAM.arrow(source, target, text).number
    except KeyError as error:
        raise AssertionError(error.args[0]) from error
    return next(arrow for arrow in run.arrows if arrow.number == number)


def _explain(run: RunVerdict, number: int) -> str:
    return "\n".join(explain(finding) for finding in run.findings if finding.arrow in (number, None)) or "no finding"


@then(parsers.re(r'(?P<source>.+?) sends "(?P<text>.+)" to (?P<target>.+)'))
def arrow_is_seen(world: World, source: str, text: str, target: str) -> None:
    """An arrow of the diagram was seen on every system of the plan, and every message of it kept its contract."""
    for run in world.runs:
        arrow = _arrow(run, source, target, text)
        if arrow.number in world.verdict.hidden and not arrow.count:
            pytest.skip(f"arrow {arrow.number} is not judged: {world.verdict.hidden[arrow.number]}")
        why = f"{_where(world, run)}\n{_explain(run, arrow.number)}"
        assert arrow.state in ("seen", "derived"), f"arrow {arrow.number} is {arrow.state}{why}"
        assert arrow.contract != "fail", f"arrow {arrow.number} broke its contract{why}"


@then(parsers.re(r'the run ends as "(?P<outcome>\w+)"'))
def run_ends_as(world: World, outcome: str) -> None:
    """The run's outcome on every system, chosen from the trace, and nothing missing, forbidden or in breach."""
    for run in world.runs:
        _ends_as(world, run, outcome)


@then(parsers.re(r'the run on (?P<system>[\w-]+) ends as "(?P<outcome>\w+)"'))
def run_on_system_ends_as(world: World, system: str, outcome: str) -> None:
    """A run's outcome on one system of the plan, chosen from the trace, and nothing missing, forbidden or in breach."""
    _ends_as(world, world.run_on(system), outcome)


def _ends_as(world: World, run: RunVerdict, outcome: str) -> None:
    assert run.outcome == outcome, f"the run ended as {run.outcome}{_where(world, run)}"
    assert run.ok, "\n".join(map(explain, run.findings))


def _where(world: World, run: RunVerdict) -> str:
    return f" on {run.host_name or run.host}" if len(world.runs) > 1 else ""


@then(parsers.re(r'the plan that ran already ends as "(?P<outcome>\w+)"'))
def other_run_ends_as(world: World, outcome: str) -> None:
    """The outcome of the other plan, whose playbook ran on the busy system before this one was executed."""
    assert world.played is not None
    others = [
        run
        for run in world.verdict.runs
        if run.host == world.played.identity.client_id and run.label != world.played.story.label
    ]
    assert len(others) == 1, f"{len(others) or 'no'} other run on this system"
    other = others[0]
    assert other.outcome == outcome, f"it ended as {other.outcome}"
    assert other.ok, "\n".join(map(explain, other.findings))


@then(parsers.re(r"clause (?P<clause>[A-Z]+-\d+) holds"))
def clause_holds(world: World, clause: str) -> None:
    """A clause of the catalogue was exercised, in this scenario or in one before it, and kept in all of them."""
    result = world.verdict.clauses.get(clause)
    assert result is not None, f"the catalogue has no clause {clause}"
    if clause in world.verdict.disabled:
        pytest.skip(f"clause {clause} is disabled: {world.verdict.disabled[clause]}")
    assert result.state == "pass", f"clause {clause} is {result.state}\n" + "\n".join(
        explain(finding) for finding in world.verdict.findings if finding.clause == clause
    )


@then(parsers.re(r"at least (?P<count>\d+) interval uploads are seen"))
def interval_uploads(world: World, count: str) -> None:
    """At least so many uploads came before the last one, on every system of the plan."""
    for run in world.runs:
        seen = next(arrow.count for arrow in run.arrows if arrow.number == 17)
        assert seen >= int(count), f"{seen} interval uploads were seen{_where(world, run)}"
