"""What the kit asks of a role by itself, and what it is answered (contracts/cases)."""

from __future__ import annotations

import pytest
from pytest_bdd import parsers, then, when

from hopcheck.checks.cases import Case, Seen, Violation, is_case
from hopcheck.checks.hops import load_hops
from hopcheck.home import CONTRACTS
from hopcheck.trace import Trace
from steps.world import World

ROLES = load_hops(CONTRACTS / "hops.yaml").named


@when(parsers.re(r'(?P<role>[\w -]+) is faced with "(?P<case>.+)"'))
@when(parsers.re(r'(?P<role>[\w -]+) is asked for "(?P<case>.+)"'))
def is_asked(world: World, role: str, case: str) -> None:
    """What a case of contracts/cases has given is brought about, and its request is sent past everybody else.

    Its other cases are played with it, so that one look at the trace serves all of their scenarios.
    """
    mine = [each for each in world.judge.cases.by_id.values() if each.role == ROLES.get(role)]
    world.case = next((each for each in mine if each.id == case), None)
    assert world.case is not None, f"{role} has no case {case!r}; it has: {'; '.join(each.id for each in mine)}"
    world.stage.ask(mine)
    if world.case.fatal and world.stage.topology.settings.swapped(world.case.role):
        pytest.skip(f"today's real {role} does not survive {case!r}: it is put to the stand-in only")


@then("it answers as it must")
def answers(world: World) -> None:
    """Status and body are those of the case, and the answer keeps its operation's contract."""
    case = world.case
    assert case is not None, "nothing was asked: a When is missing"
    wrong = [f"{each.expected}: {each.got}" for each in _results(case, world) if isinstance(each, Violation)]
    assert not wrong, "\n".join(wrong)


@then("whatever comes of it keeps its contract")
def keeps_contracts(world: World) -> None:
    """What was seen from this case on until the next one broke no contract, and something was seen."""
    assert world.case is not None, "nothing was brought about: a When is missing"
    trace = world.stage.trace
    told = trace.where(protocol="kit", op="case")
    start = next(event.seq for event in told if event.attrs["case"] == world.case.id)
    end = min((event.seq for event in told if event.seq > start), default=len(trace) + 1)
    names, breaches, _ = world.judge.check(Trace([event for event in trace if start < event.seq < end]))
    assert any(names.values()), f"nothing that a contract knows came of {world.case.id!r}"
    assert not breaches, "\n".join(f"{each.place}: {each.expected}: {each.got}" for _, each in breaches)


def _results(case: Case, world: World) -> list[Violation | Seen]:
    trace = world.stage.trace
    asked = next(event for event in trace if is_case(event, case.id))
    answer = next(e for e in trace if e.exchange == asked.exchange and e.op in ("response", "refused"))
    _, breaches, _ = world.judge.check(Trace([asked, answer]))
    broken = [Violation(answer, breach.expected, f"{breach.place}: {breach.got}") for _, breach in breaches]
    return [*case.judge(asked, answer), *broken]
