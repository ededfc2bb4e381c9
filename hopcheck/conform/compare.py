"""Two reports of one role side by side, and whether the second component can take the first one's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hopcheck.checks.verdict import ClauseState
from hopcheck.conform.failure import head, short
from hopcheck.conform.model import ClauseReport, Failure, Report


@dataclass(frozen=True, slots=True)
class Difference:
    """A clause on which two reports differ; a state is None where a report does not know the clause."""

    clause: str
    level: str
    text: str
    a: ClauseState | None
    b: ClauseState | None
    why_a: str
    why_b: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """``reasons`` say why B cannot replace A, none where it can; ``notes`` what does not decide that."""

    a: Report
    b: Report
    differences: tuple[Difference, ...]
    reasons: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def replaceable(self) -> bool:
        """Whether B can replace A among the neighbours of the reports."""
        return not self.reasons


def compare(a: Report, b: Report) -> Comparison:
    """B can replace A where both are reports of one role and of the same contracts, B breaks no MUST that A keeps, all
    that put A to the test did so to B, and neither report ends in an error. Quirks need not be shared.
    """
    clauses_a, clauses_b = ({each.id: each for each in report.clauses} for report in (a, b))
    pairs = [(clauses_a.get(name), clauses_b.get(name)) for name in {**clauses_a, **clauses_b}]
    differences = tuple(_difference(x, y) for x, y in pairs if (x and x.state) != (y and y.state))
    return Comparison(a, b, differences, tuple(_reasons(a, b, pairs)), tuple(_notes(a, b)))


Pair = tuple[ClauseReport | None, ClauseReport | None]


def _difference(a: ClauseReport | None, b: ClauseReport | None) -> Difference:
    either = a or b
    assert either is not None
    state_a, state_b = (None if each is None else each.state for each in (a, b))
    why_a, why_b = ("" if each is None else _told(each) for each in (a, b))
    return Difference(either.id, either.level, either.text, state_a, state_b, why_a, why_b)


def _told(clause: ClauseReport) -> str:
    if clause.state == "fail" and clause.failures:
        first = clause.failures[0]
        return f"expected {first.expected or 'nothing'}, got {first.got or 'nothing'}"
    return clause.why


def _reasons(a: Report, b: Report, pairs: list[Pair]) -> Iterator[str]:
    if a.role != b.role:
        yield f"A is a report of {a.role}, B of {b.role}"
    if a.contracts != b.contracts:
        yield f"the reports are of different contracts: A of {short(a.contracts)}, B of {short(b.contracts)}"
    for name, report in (("A", a), ("B", b)):
        if report.verdict == "error":
            yield f"{name}'s report ends in an error: it proves nothing"
    if a.role != b.role:
        return
    for x, y in pairs:
        if x is not None and y is None:
            yield f"{x.id}: B's report does not know it"
        elif x is not None and y is not None and x.level != "QUIRK" and x.id in a.exercised:
            yield from _reason(x, y, b)
    known = {_kind(failure) for failure in a.others}
    new = {_kind(each): each for each in b.others if each.level == "MUST" and _kind(each) not in known}
    yield from (f"beside clauses: {head(each)}" for each in new.values())


def _reason(a: ClauseReport, b: ClauseReport, report: Report) -> Iterator[str]:
    if b.id not in report.exercised:
        yield f"{a.id} ({a.level}): A was put to the test, B was not: {b.state.replace('_', ' ')}, {b.why}"
    elif a.state == "pass" and b.state in ("fail", "skip") and _broken(b):
        yield f"{a.id} ({a.level}): A keeps it, B breaks it: {_told(b)}"


def _broken(clause: ClauseReport) -> bool:
    return any(failure.level == "MUST" for failure in clause.failures)


def _kind(failure: Failure) -> tuple[str, str | None, int | None]:
    return failure.kind, failure.contract, failure.arrow


def _notes(a: Report, b: Report) -> Iterator[str]:
    if a.kit != b.kit:
        yield f"made by different kits, whose neighbours may differ: A by {a.kit}, B by {b.kit}"
    if a.runtime != b.runtime:
        yield f"made in different runtimes: A in {a.runtime}, B in {b.runtime}"
    if more := sorted(set(b.capabilities) - set(a.capabilities)):
        yield f"B declares more: {', '.join(more)}"
    if less := sorted(set(a.capabilities) - set(b.capabilities)):
        yield f"B does not declare: {', '.join(less)}"
    known = {each.id for each in a.clauses if each.state == "skip" and _broken(each)}
    for each in b.clauses:
        if each.state == "fail" and each.id in known:
            yield f"{each.id}: both break it; of A that is a declared deviation"
    for name, report in (("A", a), ("B", b)):
        if report.only:
            yield f"{name}'s report is of a part: only {', '.join(report.only)}"
    for name, report in (("A", a), ("B", b)):
        if report.verdict == "fail":
            yield f"{name} does not conform itself"
