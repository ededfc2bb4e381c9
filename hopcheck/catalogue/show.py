"""One entry in full: a clause, an arrow or a contract document."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from hopcheck.catalogue.book import Book
from hopcheck.checks.clause import NOWHERE, Clause
from hopcheck.home import FEATURES
from hopcheck.selection import named


def clause_lines(book: Book, clause: Clause, width: int) -> Iterator[str]:
    """Everything that is known of a clause."""
    yield f"{clause.id}  {clause.level}"
    yield from textwrap.wrap(clause.text, width, initial_indent="  ", subsequent_indent="  ")
    yield f"  binds      {', '.join(clause.roles)}"
    yield f"  hops       {', '.join(clause.hops)}"
    yield f"  arrows     {', '.join(map(str, book.arrows(clause))) or '-'}"
    if clause.versions:
        yield f"  versions   {clause.versions}"
    yield f"  source     {clause.source} ({clause.evidence})"
    yield f"  judged     {clause.judged} ({', '.join(book.modes(clause)) or 'not at all'})"
    if clause.reason:
        yield from textwrap.wrap(clause.reason, width, initial_indent="  reason     ", subsequent_indent=" " * 13)
    for fault in book.broken_by(clause):
        yield f"  broken by  {fault.id}: {fault.breaks}"
    for case in book.asked_by(clause):
        how = f"is faced with {case.id!r}" if case.request is None else f"is asked for {case.id!r}: {case.status}"
        yield f"  case       {case.role} {how}"
    if alone := _alone(clause):
        yield f"  alone      hopcheck {alone}"


def _alone(clause: Clause) -> str | None:
    """What plays no more than this clause needs. One that no scenario names is a matter of every run."""
    if clause.id in named(FEATURES):
        return f"run --all -k {clause.id}"
    return None if clause.judged == NOWHERE else f"conform {clause.roles[0]} -k {clause.id}"
