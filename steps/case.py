"""What the kit asks of a role by itself, and what it is answered (contracts/cases.yaml)."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from hopcheck.checks.cases import Case, Seen, Violation, is_case
from hopcheck.checks.hops import load_hops
from hopcheck.home import CONTRACTS
from hopcheck.trace import Trace
from steps.world import World

ROLES = load_hops(CONTRACTS / "hops.yaml").participants


@when(parsers.re(r'(?P<role>[A-Z][\w ]+) is asked for "(?P<case>.+)"'))
def is_asked(world: World, role: str, case: str) -> None:
    """A request of contracts/cases.yaml is sent to the role, past everybody else."""
    found = world.judge.cases.by_id.get(case)
    known = sorted(each.id for each in world.judge.cases.by_id.values() if each.role == ROLES.get(role))
    assert found is not None, f"there is no case {case!r}; {role} has: {'; '.join(known)}"
    assert found.id in known, f"{case!r} is a case of {found.role}; {role} has: {'; '.join(known)}"
    world.case = found
    world.stage.ask(found)


@then("it answers as it must")
def answers(world: World) -> None:
    """Status and body are those of the case, and the answer keeps its operation's contract."""
    case = world.case
    assert case is not None, "nothing was asked: a When is missing"
    wrong = [f"{each.expected}: {each.got}" for each in _results(case, world) if isinstance(each, Violation)]
    assert not wrong, "\n".join(wrong)


def _results(case: Case, world: World) -> list[Violation | Seen]:
    trace = world.stage.trace
    asked = next(event for event in trace if is_case(event, case.id))
    answer = next(e for e in trace if e.exchange == asked.exchange and e.op in ("response", "refused"))
    _, breaches, _ = world.judge.check(Trace([asked, answer]))
    broken = [Violation(answer, breach.expected, f"{breach.place}: {breach.got}") for _, breach in breaches]
    return [*case.judge(asked, answer), *broken]
