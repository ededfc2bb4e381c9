"""Figures as text: one quantity a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hopcheck.bench.series import Series


@dataclass(frozen=True, slots=True)
class Row:
    """A quantity: its name, what was measured, its unit, how many decimals are worth reading, and what is aimed at."""

    label: str
    series: Series
    unit: str = ""
    decimals: int = 2
    aim: str = ""


def render(title: str, rows: Sequence[Row]) -> list[str]:
    """A heading with the columns, then the rows; columns are aligned, thousands are set apart."""
    head = (title, "median", "min", "max", "", "aim" if any(row.aim for row in rows) else "")
    cells = [
        (
            f"  {row.label}",
            *(f"{value:,.{row.decimals}f}" for value in (row.series.median, row.series.least, row.series.most)),
            row.unit,
            row.aim,
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in (head, *cells)) for column in range(5)]
    row = f"{{:<{widths[0]}}}  {{:>{widths[1]}}}  {{:>{widths[2]}}}  {{:>{widths[3]}}} {{:<{widths[4]}}}  {{}}"
    return [row.format(*line).rstrip() for line in (head, *cells)]
