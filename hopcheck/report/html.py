"""One offline page: the verdict, the diagram with what happened, findings, clauses, and the messages behind them."""

from __future__ import annotations

from html import escape
from importlib import resources
from string import Template
from typing import Any

import orjson

from hopcheck.checks.verdict import RunVerdict, Verdict
from hopcheck.flow.model import Diagram
from hopcheck.report.finding import explain
from hopcheck.report.svg import draw
from hopcheck.trace import Event, Trace

SHOWN_BYTES = 20_000


def page(verdict: Verdict, trace: Trace, diagram: Diagram) -> str:
    """The page's text. Nothing in it is loaded from elsewhere."""
    template = Template(resources.files("hopcheck.report").joinpath("page.html").read_text())
    shown = {seq for run in verdict.runs for arrow in run.arrows for seq in arrow.events}
    shown |= {finding.event for finding in verdict.findings if finding.event is not None}
    events = {event.seq: _event(event) for event in trace if event.seq in shown}
    return template.substitute(
        verdict=escape(verdict.verdict), participants=_participants(verdict), runs="".join(
            _run(number, run, diagram) for number, run in enumerate(verdict.runs)),
        findings=_findings(verdict), clauses=_clauses(verdict),
        messages=escape(", ".join(f"{count} {name}" for name, count in verdict.summary()["messages"].items())),
        events=_embedded(events))


def _embedded(value: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode().replace("<", "\\u003c")


def _event(event: Event) -> dict[str, Any]:
    line = event.as_dict()
    if event.payload is not None:
        shown: Any = event.payload.json
        if shown is None:
            text = event.payload.text
            shown = f"{event.payload.size} bytes, not text" if text is None else text[:SHOWN_BYTES]
        line["payload"] = {"size": event.payload.size, "sha256": event.payload.sha256, "content": shown}
    return line


def _run(number: int, run: RunVerdict, diagram: Diagram) -> str:
    results = {arrow.number: arrow for arrow in run.arrows}
    state = "pass" if run.ok else "fail"
    rows = "".join(
        f'<tr class="{arrow.state}" data-arrow="{arrow.number}"><td>{arrow.number}</td><td>{escape(arrow.source)}</td>'
        f"<td>{escape(arrow.target)}</td><td>{escape(arrow.text)}</td><td>{arrow.state.replace('_', ' ')}</td>"
        f"<td>{arrow.count or ''}</td><td>{'' if arrow.first_s is None else f'{arrow.first_s:.3f}'}</td>"
        f"<td>{arrow.contract if arrow.contract != 'none' else ''}</td></tr>" for arrow in run.arrows)
    evidence = {arrow.number: arrow.events for arrow in run.arrows}
    return (f'<section class="run" data-evidence="{escape(_embedded(evidence))}"><h2>{escape(run.label)} '
            f'<span class="{state}">{escape(run.outcome)}</span></h2><p>asserted: {escape(str(run.expected))}; host '
            f'{escape(str(run.host))}; correlation id {escape(str(run.correlation_id))}</p>'
            f'<details{" open" if number == 0 else ""}><summary>diagram and arrows</summary>'
            f'<div class="scroll">{draw(diagram, results)}</div><table><thead><tr><th>arrow<th>from<th>to<th>message'
            f"<th>state<th>count<th>first after s<th>contract</tr></thead><tbody>{rows}</tbody></table></details>"
            "</section>")


def _participants(verdict: Verdict) -> str:
    return "".join(f"<tr><td>{escape(role)}</td><td>{escape(str(who['kind']))}</td><td>{escape(str(who['version']))}"
                   f"</td></tr>" for role, who in verdict.participants.items())


def _findings(verdict: Verdict) -> str:
    if not verdict.findings:
        return "<p>none</p>"
    return "".join(f'<pre class="finding" data-event="{finding.event or ""}">{escape(explain(finding))}</pre>'
                   for finding in verdict.findings)


def _clauses(verdict: Verdict) -> str:
    return "".join(f'<tr class="{result.state}"><td>{escape(clause)}</td><td>{result.state.replace("_", " ")}</td>'
                   f"<td>{', '.join(map(str, result.evidence[:8]))}</td></tr>"
                   for clause, result in sorted(verdict.clauses.items()))
