"""Figures as text: one quantity a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hopcheck.bench.series import Series


@dataclass(frozen=True, slots=True)
class Row:
    """A quantity: its name, what was measured, its unit, and how many decimals are worth reading."""

    label: str
    series: Series
    unit: str = ""
    decimals: int = 2


def render(title: str, rows: Sequence[Row]) -> list[str]:
    """A heading with the columns, then the rows; columns are aligned, thousands are set apart."""
    head = (title, "median", "min", "max", "")
    cells = [
        (
            f"  {row.label}",
            *(f"{value:,.{row.decimals}f}" for value in (row.series.median, row.series.least, row.series.most)),
            row.unit,
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in (head, *cells)) for column in range(4)]
    row = f"{{:<{widths[0]}}}  {{:>{widths[1]}}}  {{:>{widths[2]}}}  {{:>{widths[3]}}} {{}}"
    return [row.format(*line).rstrip() for line in (head, *cells)]
