"""The features of cases: what a case says stands in contracts/cases, and its scenarios are made from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hopcheck.catalogue.book import Book
from hopcheck.checks.cases import Case


def feature(book: Book, role: str) -> str:
    """``features/cases/<role>.feature``; empty for a role without cases."""
    cases = [case for case in book.cases.values() if case.role == role]
    if not cases:
        return ""
    participant = next(name for name, own in book.hops.participants.items() if own == role)
    asked = [case for case in cases if case.request is not None]
    faced = [case for case in cases if case.request is None]
    lines = ["@cases", f"Feature: {participant} when it is dealt with as nobody else does"]
    if asked:
        lines += _outline(
            "A request that the flow does not make",
            f'When {participant} is asked for "<case>"',
            "Then it answers as it must",
            asked,
        )
    if faced:
        lines += _outline(
            "Something that the flow does not bring about", f'When {participant} is faced with "<case>"', None, faced
        )
    return "\n".join(lines) + "\n"


def _outline(name: str, when: str, then: str | None, cases: Sequence[Case]) -> Iterator[str]:
    rows = [("case", "clause"), *((case.id, clause) for case in cases for clause in case.clauses)]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    yield from ("", f"  Scenario Outline: {name}", f"    {when}")
    yield from () if then is None else (f"    {then}",)
    yield f"    {'Then' if then is None else 'And'} clause <clause> holds"
    yield from ("", "    Examples:")
    yield from (f"      | {case:<{first}} | {clause:<{second}} |" for case, clause in rows)
