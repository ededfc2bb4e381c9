"""The verdict on a terminal: arrows, participants, findings, one last line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hopcheck.checks.verdict import RunVerdict, Verdict
from hopcheck.report.finding import explain, printable

MARKS = {"seen": "ok", "derived": "ok (derived)", "missing": "MISSING", "forbidden": "FORBIDDEN", "not_demanded": "-"}
FINDINGS_SHOWN, FINDING_LINES = 5, 20


def render(verdict: Verdict, report: Path | None) -> Iterator[str]:
    """Lines without colour: every arrow of the first run, a line for each further run, what failed and why."""
    if verdict.runs:
        yield from _arrows(verdict.runs[0])
        for run in verdict.runs[1:]:
            seen = sum(arrow.state in ("seen", "derived") for arrow in run.arrows)
            ended = f"{run.outcome} ({'as asserted' if run.ok else 'WRONG'})"
            yield f"also: {printable(run.label)}: {ended}, {seen} arrows seen"
        yield ""
    for role, who in verdict.participants.items():
        yield printable(f"  {role:21} {who['kind'] or '':10} {who['version'] or ''}").rstrip()
    if verdict.participants:
        yield ""
    # What decides the verdict comes first: only the first few are shown.
    findings = sorted(verdict.findings, key=lambda each: (each.kind != "harness", not each.fails))
    for finding in findings[:FINDINGS_SHOWN]:
        lines = explain(finding).splitlines()
        yield from lines[:FINDING_LINES]
        if len(lines) > FINDING_LINES:
            yield f"  … {len(lines) - FINDING_LINES} more lines"
        yield ""
    if len(findings) > FINDINGS_SHOWN:
        yield f"… and {len(findings) - FINDINGS_SHOWN} more findings"
    yield from _closing(verdict, report)


def _arrows(run: RunVerdict) -> Iterator[str]:
    yield f"{printable(run.label)}: {run.outcome}{'' if run.ok else ' (WRONG)'}"
    yield f"  {'':2} {'from':21} {'to':21} {'message':52} {'state':13} {'count':>5} {'after s':>8} contract"
    for arrow in run.arrows:
        after = "" if arrow.first_s is None else f"{arrow.first_s:.3f}"
        contract = {"none": "", "fail": "FAIL"}.get(arrow.contract, arrow.contract)
        yield (
            f"  {arrow.number:2} {arrow.source:21} {arrow.target:21} {' '.join(arrow.text.split())[:52]:52} "
            f"{MARKS[arrow.state]:13} {arrow.count or '':>5} {after:>8} {contract}"
        ).rstrip()


def _closing(verdict: Verdict, report: Path | None) -> Iterator[str]:
    summary = verdict.summary()
    arrows, messages, clauses = summary["arrows"], summary["messages"], summary["clauses"]
    timing = ", ".join(
        f"{name.removesuffix('_s')} {value:.2f} s" for name, value in summary["timing"].items() if value is not None
    )
    yield (
        f"arrows {arrows['seen']} of {arrows['total']} seen ({arrows['demanded']} demanded); messages "
        f"{messages['observed']} observed, {messages['validated']} validated, {messages['unmapped']} unmapped"
    )
    yield "clauses " + ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in clauses.items())
    if timing:
        yield timing
    if report is not None:
        yield f"report: {report / 'index.html'}"
    yield f"VERDICT: {verdict.verdict}"
