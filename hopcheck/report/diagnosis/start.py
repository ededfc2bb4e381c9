"""Why the flow did not come up."""

from __future__ import annotations

from pathlib import Path

from hopcheck.report.diagnosis.said import said
from hopcheck.report.diagnosis.screen import COLUMNS, LOG_LINES, Line, keep
from hopcheck.report.finding import clipped
from hopcheck.report.reproduce import Reproduce
from hopcheck.trace import Trace


def not_up(trace: Trace, report: Path, kept: str | None = None) -> list[Line]:
    """Whose process kept the flow from coming up, why, and its last words; nothing where nobody's did."""
    troubles = trace.where(protocol="kit", op="trouble")
    if not troubles or not (role := troubles[-1].attrs.get("role")):
        return []
    lines = [
        Line(clipped(f"NOT UP: look at {role}", COLUMNS), "bad"),
        Line("  expected  every component gets ready", "good"),
        Line(clipped(f"  got       {troubles[-1].attrs.get('cause')}", COLUMNS), "bad"),
    ]
    found = said(report / "logs", role, None, None, LOG_LINES)
    if found is not None:
        lines.append(Line(clipped(f"  log       {found.file}, its last lines:", COLUMNS)))
        lines += [Line(clipped(f"    | {line}", COLUMNS), "dim") for line in found.lines]
    lines.append(Line(f"  again     {Reproduce(trace).whole()}", "strong"))
    lines.append(keep(kept))
    return lines
