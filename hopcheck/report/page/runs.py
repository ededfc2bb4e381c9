"""Each run on each host: the diagram overlaid with what happened, and a row for each arrow."""

from __future__ import annotations

from collections.abc import Mapping

from hopcheck.checks.verdict import RunVerdict, Verdict
from hopcheck.flow.model import Diagram
from hopcheck.report.overlay import notes, steps
from hopcheck.report.page.text import text
from hopcheck.report.svg import draw
from hopcheck.trace import Event

DRAWN = 24
"""Runs with a diagram, those that went wrong first: each takes about 25 kB of the page."""


def overview(verdict: Verdict) -> str:
    """A row for each run on each host."""
    return "".join(
        f'<tr class="{"pass" if verdict.ok(run) else "fail"}"><th scope="row">'
        f'<a href="#run-{number}">{text(run.label)}</a></th>'
        f"<td>{text(run.host_name or '')}</td><td><code>{text(run.host)}</code></td><td>{text(run.outcome)}</td>"
        f"<td>{text(run.expected)}</td><td>{run.met} of {len(run.demanded)}</td><td>{len(verdict.of(run))}</td></tr>"
        for number, run in enumerate(verdict.runs)
    )


def section(verdict: Verdict, events: Mapping[int, Event], diagram: Diagram) -> str:
    """A part for each run that is drawn, open where something is wrong; the first one too."""
    numbers = sorted(range(len(verdict.runs)), key=lambda number: (verdict.ok(verdict.runs[number]), number))
    drawn = set(numbers[:DRAWN])
    parts = [_run(number, run, verdict, events, diagram) for number, run in enumerate(verdict.runs) if number in drawn]
    if left := len(verdict.runs) - len(parts):
        parts.append(f"<p>{left} more runs went as asserted and are not drawn here.</p>")
    return "".join(parts) or '<p class="quiet">No run was played.</p>'


def _run(number: int, run: RunVerdict, verdict: Verdict, events: Mapping[int, Event], diagram: Diagram) -> str:
    good, findings = verdict.ok(run), verdict.of(run)
    results = {arrow.number: arrow for arrow in run.arrows}
    picture = draw(diagram, results, notes(run, findings, events, diagram), steps(run, findings), key=f"{number}-")
    host = f"{run.host_name} ({run.host})" if run.host_name else run.host
    # A run that never left Remediations API has none.
    correlation = f" Correlation id <code>{text(run.correlation_id)}</code>." if run.correlation_id else ""
    where = f", {run.place}" if len(verdict.runs) > 1 else ""
    return (
        f'<details class="run" id="run-{number}" data-run="{number}"{" open" if number == 0 or not good else ""}>'
        f'<summary><h3>{text(run.label)}{text(where)}: <span class="{"pass" if good else "fail"}">{text(run.outcome)}'
        f"</span></h3></summary><p>Asserted: {text(run.expected)}. Host {text(host)}.{correlation}</p>"
        f'<div class="scroll" tabindex="0" role="group" aria-label="Diagram of {text(run.label)}">{picture}</div>'
        f"{_table(run)}</details>"
    )


def _table(run: RunVerdict) -> str:
    rows = "".join(
        f'<tr class="{"fail" if arrow.contract == "fail" else arrow.state}" data-arrow="{arrow.number}">'
        f"<td>{arrow.number}</td><td>{text(arrow.source)}</td><td>{text(arrow.target)}</td><td>{text(arrow.text)}</td>"
        f'<td class="state">{arrow.state.replace("_", " ")}</td><td>{arrow.count or ""}</td>'
        f"<td>{'' if arrow.first_s is None else f'{arrow.first_s:.3f}'}</td>"
        f"<td>{arrow.contract if arrow.contract != 'none' else ''}</td></tr>"
        for arrow in run.arrows
    )
    return (
        '<details class="arrows"><summary>The arrows as a table</summary><div class="scroll" tabindex="0" role="group" '
        'aria-label="Arrows"><table><thead><tr><th>arrow<th>from<th>to<th>message<th>state<th>count<th>first after s'
        f"<th>contract</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )
