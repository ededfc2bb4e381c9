"""Every case's wrong stand-in: made from the case, not written, and played for all cases of a role at once.

The answer to a case is bent by the case's own header alone, so that what one request gets bends no other.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hopcheck.checks.cases import Case
from hopcheck.checks.judge import Judge
from hopcheck.checks.verdict import Finding
from hopcheck.exit_status import WRONG_USAGE
from hopcheck.faults.catalogue import CATALOGUE
from hopcheck.suggestion import meant
from hopcheck.topology import room
from hopcheck.topology.settings import ROLES, Settings, scope
from hopcheck.topology.stage import Stage
from hopcheck.trace import load

WRONG = "answers-cases-otherwise"
_ROW = "{:<68} {:<20} {:<18} {:<10}"


@dataclass(frozen=True, slots=True)
class CaughtCase:
    """What was found of a wrong answer to a case: the findings that name its clauses, and those that blame others.

    Where it has no clauses, they name the contract of its operation.
    """

    case: Case
    named: tuple[Finding, ...]
    strays: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether every clause of the case fails by its role, and nothing else is blamed for it."""
        wanted: set[str | None] = set(self.case.clauses) or {None}
        return {finding.clause for finding in self.named} == wanted and not self.strays


def play(report: Path, roles: Sequence[str] = ()) -> Iterator[CaughtCase]:
    """Play the cases of these roles, or of all, against a stand-in that answers each of them otherwise.

    Raises what `Stage` raises; each role's trace goes to ``report/<role>.cases``.
    """
    judge = Judge(CATALOGUE.parent)
    by_role: dict[str, list[Case]] = {}
    for case in judge.cases.by_id.values():
        if case.request is not None and (not roles or case.role in roles):
            by_role.setdefault(case.role, []).append(case)
    for role, cases in by_role.items():
        directory = report / f"{role}.cases"
        wrong = {role: (sys.executable, "-m", "fakes.faults", f"{role}.{WRONG}")}
        with Stage(Settings(report=directory, commands=wrong, roles=scope(role), hosts=0)) as stage:
            stage.ask(cases)
        findings = judge.judge(load(directory / "trace.jsonl")).findings
        yield from (_caught(case, findings) for case in cases)


def _caught(case: Case, findings: Sequence[Finding]) -> CaughtCase:
    kind = "clause" if case.clauses else "breach"
    about = [finding for finding in findings if finding.kind == kind and repr(case.id) in finding.expected]
    clauses = case.clauses or (None,)
    named = tuple(finding for finding in about if finding.role == case.role and finding.clause in clauses)
    blamed = tuple(f for f in findings if f.fails and f.role != case.role)
    return CaughtCase(case, named, tuple(f for f in about if f not in named) + blamed)


def main(report: Path, roles: Sequence[str] = ()) -> int:
    """Play these roles' cases against their wrong stand-ins and print a table.

    Returns 1 where one was not caught, 2 for a role without cases. Raises `StartError` without room.
    """
    known = sorted({case.role for case in Judge(CATALOGUE.parent).cases.by_id.values()})
    if unknown := [role for role in roles if role not in known]:
        near = "" if unknown[0] in ROLES else meant(unknown[0], known)
        print(f"hopcheck: no cases of {unknown[0]}{near}; there are cases of {', '.join(known)}", file=sys.stderr)
        return WRONG_USAGE
    room.check(report, 1)
    print(_ROW.format("case, answered otherwise", "role", "clauses", "caught by"))
    began, found = time.monotonic(), []
    for each in play(report, roles):
        found.append(each)
        how = each.named[0].kind if each.ok else "NOT CAUGHT" if not each.named else "and others"
        print(_ROW.format(each.case.id, each.case.role, ", ".join(each.case.clauses), how), flush=True)
        for finding in each.strays:
            print(f"    also {finding.kind} {finding.clause or ''} [{finding.role or 'nobody'}] {finding.got}")
    good = sum(each.ok for each in found)
    print(f"{good} of {len(found)} wrong answers caught, in {time.monotonic() - began:.0f} s")
    return 0 if good == len(found) else 1
