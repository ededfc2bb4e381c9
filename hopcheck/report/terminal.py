"""The verdict on a terminal: arrows, participants, findings, and what a reader sees last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from hopcheck.checks.clause import Clause
from hopcheck.checks.verdict import RunVerdict, Verdict
from hopcheck.printable import printable
from hopcheck.report.diagnosis import Screen, diagnose, shown
from hopcheck.report.finding import explain, explain_all
from hopcheck.report.participants import rows
from hopcheck.trace import Trace

MARKS = {"seen": "ok", "derived": "ok (derived)", "missing": "MISSING", "forbidden": "FORBIDDEN", "not_demanded": "-"}
HEADS_SHOWN = 5


def render(verdict: Verdict, report: Path | None) -> Iterator[str]:
    """Lines without colour: every arrow of the first run, a line for each further run and host, what failed and why.

    What `ending` gives is not among them.
    """
    if verdict.runs:
        yield from _arrows(verdict, verdict.runs[0])
        for run in verdict.runs[1:]:
            yield from _also(verdict, run)
        yield ""
    for row in rows(verdict):
        yield printable(f"  {row.role:21} {row.kind:10} {row.version:50} {row.where}").rstrip()
    if verdict.participants:
        yield ""
    yield from explain_all(verdict.findings)
    yield from _closing(verdict, report)


def ending(
    verdict: Verdict,
    trace: Trace,
    catalogue: Mapping[str, Clause],
    report: Path | None,
    screen: Screen,
    kept: str | None = None,
) -> list[str]:
    """The last thing to be printed: the verdict, with the diagnosis where it is not pass.

    ``kept`` is the name of a run whose hosts were kept.
    """
    found = diagnose(verdict, trace, catalogue, report, kept)
    return [f"VERDICT: {verdict.verdict}"] if found is None else shown(found.lines, screen)


def _also(verdict: Verdict, run: RunVerdict) -> Iterator[str]:
    findings, ended = verdict.of(run), "as asserted" if verdict.ok(run) else "WRONG"
    met = f"arrows {run.met} of {len(run.demanded)}, {_counted(len(findings), 'finding')}"
    yield f"also: {_name(verdict, run)}: {run.outcome} ({ended}), {met}"
    if ended == "WRONG":
        heads = [explain(each).splitlines()[0] for each in findings if each.fails]
        yield from (f"    {head}" for head in heads[:HEADS_SHOWN])
        if len(heads) > HEADS_SHOWN:
            yield f"    … and {len(heads) - HEADS_SHOWN} more"


def _name(verdict: Verdict, run: RunVerdict) -> str:
    """The run, and where there are several the host by name and client id."""
    where = f" ({run.host})" if run.host_name else ""
    return printable(f"{run.label}, {run.place}{where}" if len(verdict.runs) > 1 else run.label)


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _arrows(verdict: Verdict, run: RunVerdict) -> Iterator[str]:
    yield f"{_name(verdict, run)}: {run.outcome}{'' if verdict.ok(run) else ' (WRONG)'}"
    yield f"  {'':2} {'from':21} {'to':21} {'message':52} {'state':13} {'count':>5} {'after s':>8} contract"
    failing = [each for each in verdict.of(run) if each.fails and each.clause]
    for arrow in run.arrows:
        after = "" if arrow.first_s is None else f"{arrow.first_s:.3f}"
        contract = {"none": "", "fail": "FAIL"}.get(arrow.contract, arrow.contract)
        broken = {each.clause for each in failing if each.arrow == arrow.number or each.event in arrow.events}
        clauses = f" breaks {', '.join(sorted(filter(None, broken)))}" if broken else ""
        yield (
            f"  {arrow.number:2} {arrow.source:21} {arrow.target:21} {' '.join(arrow.text.split())[:52]:52} "
            f"{MARKS[arrow.state]:13} {arrow.count or '':>5} {after:>8} {contract}{clauses}"
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
    if len(verdict.runs) > 1:
        whole = summary["together"]
        yield (
            f"all together {whole['runs']} runs on hosts, {whole['as_asserted']} as asserted, {whole['wrong']} WRONG; "
            f"{whole['met']} of {whole['demanded']} demanded arrows seen"
        )
    yield "clauses " + ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in clauses.items())
    yield from (f"not judged, hosts of {verdict.generation}: {each}" for each in verdict.not_judged)
    if timing:
        yield timing
    if report is not None:
        yield f"report: {report / 'index.html'}"
