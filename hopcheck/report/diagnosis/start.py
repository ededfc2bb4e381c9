"""Why the flow did not come up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from hopcheck.checks.verdict import Finding
from hopcheck.printable import clipped
from hopcheck.report.diagnosis.said import said
from hopcheck.report.diagnosis.screen import COLUMNS, LOG_LINES, Line, keep
from hopcheck.report.reproduce import Reproduce
from hopcheck.trace import Trace


def not_up(trace: Trace, report: Path, kept: str | None = None, findings: Iterable[Finding] = ()) -> list[Line]:
    """Whose process kept the flow from coming up, why, and its last words; nothing where nobody's did.

    Of the ``findings`` of what there is of the trace, the first message of that role that broke its contract is told.
    """
    troubles = trace.where(protocol="kit", op="trouble")
    if not troubles or not (role := troubles[-1].attrs.get("role")):
        return []
    lines = [
        Line(clipped(f"NOT UP: look at {role}", COLUMNS), "bad"),
        Line("  expected  every component gets ready", "good"),
        Line(clipped(f"  got       {troubles[-1].attrs.get('cause')}", COLUMNS), "bad"),
    ]
    lines += _broken(each for each in findings if each.role == role)
    found = said(report / "logs", role, None, None, LOG_LINES)
    if found is not None:
        lines.append(Line(clipped(f"  log       {found.file}, its last lines:", COLUMNS)))
        lines += [Line(clipped(f"    | {line}", COLUMNS), "dim") for line in found.lines]
    lines.append(Line(f"  again     {Reproduce(trace).whole()}", "strong"))
    lines.append(keep(kept))
    return lines


def _broken(findings: Iterable[Finding]) -> Iterator[Line]:
    breaches = [(each.event, each) for each in findings if each.kind == "breach" and each.event is not None]
    if breaches:
        seq, first = min(breaches, key=lambda each: each[0])
        what = ", ".join(filter(None, (first.clause, first.contract)))
        yield Line(clipped(f"  broke     {what}, trace.jsonl seq {seq}", COLUMNS))
        yield Line(clipped(f"            expected  {first.expected}", COLUMNS), "good")
        yield Line(clipped(f"            got       {first.got}", COLUMNS), "bad")
