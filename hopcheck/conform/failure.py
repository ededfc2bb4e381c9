"""A failure in words: at most twenty rows of eighty columns, and the one line that shows it alone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from hopcheck.conform.model import ClauseReport, Exchange, Failure
from hopcheck.printable import clipped, one_line, printable
from hopcheck.report.finding import HEADS

ROWS, COLUMNS = 20, 80
_HEADS: Mapping[str, str] = dict(HEADS)


def explain(failure: Failure, clause: ClauseReport | None) -> list[str]:
    """Who broke what, the rule and its source, expected against got, the exchange, and how to see it alone.

    At most `ROWS` lines; all but the last, which is to be copied, at most `COLUMNS` wide. Control characters are
    shown as escapes.
    """
    lines = [clipped(head(failure), COLUMNS)]
    if clause is not None:
        lines += _fact("rule", " ".join(clause.text.split()), 2) + _fact("source", clause.source, 1)
    if failure.contract:
        lines += _fact("contract", failure.contract, 1)
    # What a component that died said last is the thing to read.
    rows = 10 if failure.kind in ("lost", "stuck") else 3
    lines += _fact("expected", failure.expected or "nothing", 3) + _fact("got", failure.got or "nothing", rows)
    if failure.item:
        lines += _fact("during", failure.item, 1)
    lines += _exchanges(failure, ROWS - len(lines) - 1)
    return [*lines, f"  alone: {one_line(failure.reproduce)}"]


def head(failure: Failure) -> str:
    """One line: kind, arrow, clause, who is to blame."""
    arrow = f" arrow {failure.arrow}" if failure.arrow else ""
    clause = f" {failure.clause} ({failure.level})" if failure.clause else ""
    what = _HEADS.get(failure.kind, "")
    return one_line(f"{failure.kind.upper()}{arrow}{clause} [{failure.role or 'nobody'}] {what}").rstrip()


def short(digest: str) -> str:
    """Enough of a digest for people to tell it from others."""
    return digest.removeprefix("sha256:")[:12]


def _fact(name: str, value: str, most: int) -> list[str]:
    return _rows(f"{name}: {value}", "  ", "    ", most)


def _exchanges(failure: Failure, budget: int) -> list[str]:
    """As many as have room for two rows of their content; the one that shows it is among them."""
    fitting = max(1, (budget - 1) // 3)
    first = next((n for n, each in enumerate(failure.exchanges) if each.seq == failure.seq), 0)
    start = max(0, min(first - fitting + 1, len(failure.exchanges) - fitting))
    chosen = failure.exchanges[start : start + fitting]
    left = len(failure.exchanges) - len(chosen)
    if not chosen:
        return []
    each_gets = (budget - (1 if left else 0)) // len(chosen)
    lines = [line for each in chosen for line in _exchange(each, each_gets)]
    return [*lines, f"  … and {left} more"] if left else lines


def _exchange(exchange: Exchange, most: int) -> Iterator[str]:
    yield clipped(f"  part {exchange.part}, seq {exchange.seq}, {exchange.edge}:", COLUMNS)
    # The first line tells of the message, the others are what it carried, which must have room, too.
    about, _, carried = exchange.shown.partition("\n")
    rows = _rows(about, "    ", "    ", max(1, most // 2) if carried else most - 1)
    yield from rows
    if carried and most - 1 > len(rows):
        yield from _rows(carried, "    ", "    ", most - 1 - len(rows))


def _rows(text: str, first: str, further: str, most: int) -> list[str]:
    """The text's lines, wrapped; what does not fit into ``most`` rows is cut and says so."""
    room = most * COLUMNS
    shown = printable(text[:room]).expandtabs(4)
    rows: list[str] = []
    for line in shown.split("\n"):
        lead = further if rows else first
        rows += textwrap.wrap(
            line,
            COLUMNS,
            initial_indent=lead,
            subsequent_indent=further,
            break_on_hyphens=False,
            replace_whitespace=False,
        ) or [lead]
    if len(rows) > most or len(text) > room:
        rows = rows[:most]
        rows[-1] = f"{rows[-1][: COLUMNS - 2]} …"
    return [row.rstrip() for row in rows]
