"""The state of every clause, from breaches of contracts and from relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from itertools import chain

from hopcheck.checks.clause import CONTRACT, RELATION, Clause, Relation, Seen, Told, Violation
from hopcheck.checks.contracts import Breach
from hopcheck.checks.verdict import ClauseResult, ClauseState, Finding
from hopcheck.trace import Event

EVIDENCE = 50


class Borne:
    """Which messages put a clause to the test, by clause: the first ones, and no more than are kept as evidence."""

    def __init__(self) -> None:
        self.by_clause: dict[str, list[int]] = {}
        # Nobody need look for these any more.
        self._enough: set[str] = set()

    def add(self, seq: int, exercise: Callable[[set[str]], None]) -> None:
        """The next message, and what adds the clauses that it exercises to a set."""
        found = self._enough.copy()
        exercise(found)
        for clause in found - self._enough:
            seqs = self.by_clause.setdefault(clause, [])
            seqs.append(seq)
            if len(seqs) == EVIDENCE:
                self._enough.add(clause)


def clause_states(
    catalogue: Mapping[str, Clause],
    relations: Mapping[str, Relation],
    told: Told,
    breaches: Sequence[tuple[Event, Breach]],
    borne: Mapping[str, Sequence[int]],
    cases: Mapping[str, Sequence[Violation | Seen]],
    disabled: Container[str] = (),
) -> tuple[dict[str, ClauseResult], list[Finding]]:
    """One state a clause, and a finding for each violation.

    A clause that contracts bear fails where a breach names it, and passes where a message was checked that exercises
    it (``borne``: the first by seq). Violations that only tell an absence are dropped where a fault was
    declared that excuses the host. A relation that raises is the kit's own error. ``cases`` are what the kit's own
    requests showed, by clause: they count beside whatever else judges it. ``disabled`` clauses are not judged.
    """
    broken: dict[str, list[int]] = defaultdict(list)
    for event, breach in breaches:
        for name in breach.clauses:
            broken[name].append(event.seq)
    states, findings = {}, []
    for clause in catalogue.values():
        if clause.id in disabled:
            states[clause.id] = ClauseResult("disabled")
            continue
        result, found = _judge(clause, relations, told, cases.get(clause.id, ()))
        if clause.judged == CONTRACT and result.state == "not_exercised" and clause.id in borne:
            result = ClauseResult("pass", tuple(borne[clause.id]))
        if broken[clause.id]:
            result = ClauseResult(_failed(clause), tuple(broken[clause.id][:EVIDENCE]))
        states[clause.id] = result
        findings += found
    return states, findings


def _judge(
    clause: Clause, relations: Mapping[str, Relation], told: Told, cases: Sequence[Violation | Seen]
) -> tuple[ClauseResult, list[Finding]]:
    evidence: set[int] = set()
    violations: list[Violation] = []
    try:
        related = relations[clause.id](told) if clause.judged == RELATION else ()
        for each in chain(related, cases):
            if isinstance(each, Seen):
                evidence.update(event.seq for event in each.events)
            elif not (each.absent and told.attribution.disturbed(_host(each))):
                violations.append(each)
    except Exception as error:
        return ClauseResult("harness_error"), [
            Finding("harness", f"{clause.id} can be judged", f"{type(error).__name__}: {error}", clause=clause.id)
        ]
    if violations:
        seqs = sorted({each.event.seq for each in violations if each.event is not None})
        return ClauseResult(_failed(clause), tuple(seqs[:EVIDENCE])), [_finding(clause, each) for each in violations]
    return ClauseResult("pass" if evidence else "not_exercised", tuple(sorted(evidence)[:EVIDENCE])), []


def _host(violation: Violation) -> str | None:
    return violation.host or (None if violation.event is None else violation.event.host)


def _failed(clause: Clause) -> ClauseState:
    """A deviation from a quirk is a difference of version: the quirk was not there to see."""
    return "not_exercised" if clause.level == "QUIRK" else "fail"


def _finding(clause: Clause, violation: Violation) -> Finding:
    return Finding(
        "clause",
        violation.expected,
        violation.got,
        role=violation.role or clause.roles[0],
        clause=clause.id,
        event=None if violation.event is None else violation.event.seq,
        level=clause.level,
        host=violation.host,
        absent=violation.absent,
    )
