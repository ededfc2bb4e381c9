"""One offline page: the verdict, the diagram with what happened, findings, clauses, and the messages behind them."""

from __future__ import annotations

from html import escape
from importlib import resources
from string import Template
from typing import Any

import orjson

from hopcheck.checks.verdict import Finding, RunVerdict, Verdict
from hopcheck.flow.model import Diagram
from hopcheck.report.finding import explain
from hopcheck.report.participants import rows
from hopcheck.report.svg import draw
from hopcheck.trace import Event, Trace

SHOWN_CHARACTERS = 20_000
SHOWN_MESSAGES = 20
"""At each end of what a loop's arrow carried: all uploads of five hosts would make a page of tens of megabytes."""


def page(verdict: Verdict, trace: Trace, diagram: Diagram) -> str:
    """The page's text. Nothing in it is loaded from elsewhere."""
    template = Template(resources.files("hopcheck.report").joinpath("page.html").read_text("utf-8"))
    shown = {seq for run in verdict.runs for arrow in run.arrows for seq in _ends(arrow.events)}
    shown |= {finding.event for finding in verdict.findings if finding.event is not None}
    events = {event.seq: _event(event) for event in trace if event.seq in shown}
    return template.substitute(
        verdict=escape(verdict.verdict),
        participants=_participants(verdict),
        overview=_overview(verdict),
        runs="".join(_run(number, run, verdict, diagram) for number, run in enumerate(verdict.runs)),
        findings=_findings(verdict),
        clauses=_clauses(verdict),
        events=embedded(events),
        messages=_counted(verdict.messages),
        counts=_counted(verdict.clause_counts),
    )


def _counted(counts: Any) -> str:
    return escape(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))


def embedded(value: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode().replace("<", "\\u003c")


def _event(event: Event) -> dict[str, Any]:
    line = event.as_dict()
    line["attrs"] = _clipped(event.attrs)
    if event.payload is not None:
        text = event.payload.text
        shown: Any = f"{event.payload.size} bytes, not text" if text is None else _clipped(text)
        if text is not None and len(text) <= SHOWN_CHARACTERS and event.payload.json is not None:
            shown = event.payload.json
        line["payload"] = {"size": event.payload.size, "sha256": event.payload.sha256, "content": shown}
    return line


def _clipped(value: Any) -> Any:
    if isinstance(value, str) and len(value) > SHOWN_CHARACTERS:
        return f"{value[:SHOWN_CHARACTERS]} … of {len(value)} characters"
    if isinstance(value, dict):
        return {name: _clipped(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_clipped(each) for each in value]
    return value


def _overview(verdict: Verdict) -> str:
    """A row for each run on each host."""
    return "".join(
        f'<tr class="{"" if verdict.ok(run) else "fail"}"><td>{escape(run.label)}</td>'
        f"<td>{escape(run.host_name or '')}</td><td>{escape(run.host)}</td><td>{escape(run.outcome)}</td>"
        f"<td>{escape(run.expected)}</td><td>{run.met} of {len(run.demanded)}</td><td>{len(verdict.of(run))}</td></tr>"
        for run in verdict.runs
    )


def _run(number: int, run: RunVerdict, verdict: Verdict, diagram: Diagram) -> str:
    results = {arrow.number: arrow for arrow in run.arrows}
    good = verdict.ok(run)
    state = "pass" if good else "fail"
    host = f"{run.host_name} ({run.host})" if run.host_name else run.host
    rows = "".join(
        f'<tr class="{"fail" if arrow.contract == "fail" else arrow.state}" data-arrow="{arrow.number}">'
        f"<td>{arrow.number}</td><td>{escape(arrow.source)}</td><td>{escape(arrow.target)}</td>"
        f"<td>{escape(arrow.text)}</td><td>{arrow.state.replace('_', ' ')}</td><td>{arrow.count or ''}</td>"
        f"<td>{'' if arrow.first_s is None else f'{arrow.first_s:.3f}'}</td>"
        f"<td>{arrow.contract if arrow.contract != 'none' else ''}</td></tr>"
        for arrow in run.arrows
    )
    evidence = {arrow.number: _ends(arrow.events) for arrow in run.arrows}
    return (
        f'<section class="run" data-evidence="{escape(embedded(evidence))}">'
        f"<h2>{escape(run.label)}{escape(f', {run.place}') if len(verdict.runs) > 1 else ''}: "
        f'<span class="{state}">{escape(run.outcome)}</span></h2><p>asserted: {escape(str(run.expected))}; host '
        f"{escape(host)}; correlation id {escape(str(run.correlation_id))}</p>"
        f"<details{' open' if number == 0 or not good else ''}><summary>diagram and arrows; click one for "
        f"its messages, the first and last {SHOWN_MESSAGES}</summary>"
        f'<div class="scroll">{draw(diagram, results)}</div><table><thead><tr><th>arrow<th>from<th>to<th>message'
        f"<th>state<th>count<th>first after s<th>contract</tr></thead><tbody>{rows}</tbody></table></details>"
        "</section>"
    )


def _ends(events: tuple[int, ...]) -> tuple[int, ...]:
    return events if len(events) <= 2 * SHOWN_MESSAGES else (*events[:SHOWN_MESSAGES], *events[-SHOWN_MESSAGES:])


def _participants(verdict: Verdict) -> str:
    return "".join(
        f"<tr><td>{escape(row.role)}</td><td>{escape(row.kind)}</td><td>{escape(row.version)}</td>"
        f"<td>{escape(row.where)}</td></tr>"
        for row in rows(verdict)
    )


def _findings(verdict: Verdict) -> str:
    return (
        "".join(
            f'<pre class="finding{_weight(finding)}"{_at(finding)}>{escape(explain(finding))}</pre>'
            for finding in verdict.findings
        )
        or "<p>none</p>"
    )


def _clauses(verdict: Verdict) -> str:
    return "".join(
        f'<tr class="{result.state}"><td>{escape(clause)}</td><td>{result.state.replace("_", " ")}</td>'
        f"<td>{', '.join(map(str, result.evidence[:8]))}</td></tr>"
        for clause, result in sorted(verdict.clauses.items())
    )


def _weight(finding: Finding) -> str:
    return "" if finding.fails or finding.kind == "harness" else " advice"


def _at(finding: Finding) -> str:
    return f' data-event="{finding.event}"' if finding.event else ""
