"""The features of cases: what a case says stands in contracts/cases, and its scenarios are made from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hopcheck.catalogue.book import Book
from hopcheck.checks.cases import Case

ANSWERS, KEEPS, HOLDS = "it answers as it must", "whatever comes of it keeps its contract", "clause <clause> holds"


def feature(book: Book, role: str) -> str:
    """``features/cases/<role>.feature``; empty for a role without cases."""
    cases = [case for case in book.cases.values() if case.role == role]
    if not cases:
        return ""
    participant = next(name for name, own in book.hops.named.items() if own == role)
    asked, faced = f'When {participant} is asked for "<case>"', f'When {participant} is faced with "<case>"'
    lines = ["@cases", f"Feature: {participant} when it is dealt with as nobody else does"]
    for name, steps, of_request, of_clause in (
        ("A request that the flow does not make", (asked, f"Then {ANSWERS}", f"And {HOLDS}"), True, True),
        ("A request that only a contract is about", (asked, f"Then {ANSWERS}"), True, False),
        ("Something that the flow does not bring about", (faced, f"Then {HOLDS}"), False, True),
        ("Something that only contracts are about", (faced, f"Then {KEEPS}"), False, False),
    ):
        some = [case for case in cases if (case.request is not None, bool(case.clauses)) == (of_request, of_clause)]
        if some:
            lines += _outline(name, steps, some)
    return "\n".join(lines) + "\n"


def _outline(name: str, steps: Sequence[str], cases: Sequence[Case]) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [("case", "clause")]
    rows += [(case.id, clause) for case in cases for clause in case.clauses]
    if len(rows) == 1:
        rows = [("case",), *((case.id,) for case in cases)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    yield from ("", f"  Scenario Outline: {name}", *(f"    {step}" for step in steps), "", "    Examples:")
    for row in rows:
        yield "      | " + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) + " |"
