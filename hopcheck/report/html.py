"""One offline page: verdict, findings, diagram, time line, exchanges, clauses, logs and environment of a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

from hopcheck.checks.clause import Clause
from hopcheck.checks.verdict import Verdict
from hopcheck.flow.model import Diagram
from hopcheck.report.page import clauses, findings, head, runs, surroundings
from hopcheck.report.page.exchange import exchanges
from hopcheck.report.page.index import Index
from hopcheck.report.page.logs import read
from hopcheck.report.page.pack import pack
from hopcheck.report.page.source import Sources
from hopcheck.report.page.text import asset, counted, text
from hopcheck.report.reproduce import Reproduce
from hopcheck.trace import Trace

LIMIT = 2_900_000
"""Bytes of the page, so that it can be sent by mail and opens at once."""
SCRIPTS = (
    "data.js",
    "moment.js",
    "shown.js",
    "list.js",
    "timeline.js",
    "message.js",
    "exchanges.js",
    "logs.js",
    "page.js",
)
_NONE: Mapping[str, Clause] = {}


def page(
    verdict: Verdict,
    trace: Trace,
    diagram: Diagram,
    *,
    catalogue: Mapping[str, Clause] = _NONE,
    sources: Sources | None = None,
    logs: Path | None = None,
) -> str:
    """The page's text, of at most `LIMIT` bytes where its fixed parts allow. Nothing in it is loaded from elsewhere.

    ``logs`` is a directory. Where there is no room for every message, those of findings and arrows are kept first, and
    the page says what is not in it.
    """
    events = {event.seq: event for event in trace}
    wrong, told, again = head.ordered(verdict), surroundings.started(trace), Reproduce(trace)
    fragments = findings.fragments(wrong, events, sources)
    together = sorted(exchanges(trace), key=lambda each: each.first.began)
    said = read(logs, trace, together) if logs is not None else read(Path("/nonexistent"), trace, together)
    index = Index(verdict, trace, together, wrong, fragments, said, sources)
    why = head.why(verdict, catalogue)
    parts = {
        "title": text(f"Hopcheck: {verdict.verdict}"),
        "verdict": verdict.verdict,
        "why": text(why),
        "facts": "".join(
            f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in head.facts(verdict, trace, told)
        ),
        "findings_count": counted(len(wrong), "finding"),
        "findings": findings.section(wrong, fragments, catalogue, again),
        "overview": runs.overview(verdict),
        "runs": runs.section(verdict, events, diagram),
        "filters": clauses.state_filters(verdict),
        "levels": clauses.choices(each.level for each in catalogue.values()),
        "roles": clauses.choices(role for each in catalogue.values() for role in each.roles),
        "clauses": clauses.rows(verdict, catalogue),
        "participants": surroundings.participants(verdict, trace),
        "environment": surroundings.facts(told, again.whole()),
        "style": asset("style.css"),
        "script": "".join(asset(name) for name in SCRIPTS),
    }
    fixed = sum(len(part.encode()) for part in parts.values()) + len(asset("page.html"))
    room = max(0, LIMIT - fixed)
    lines = list(index.lines())
    listed = pack(lines, room * 2 // 3)
    details = pack(index.details(), room - len(listed.text))
    return Template(asset("page.html")).substitute(
        parts,
        index=listed.text,
        details=details.text,
        cut=_cut(listed.kept, len(lines), details.kept, len(trace)),
    )


def _cut(lines: int, all_lines: int, details: int, events: int) -> str:
    """What had no room; nothing where everything had."""
    told = []
    if lines < all_lines:
        told.append(f"{all_lines - lines:,} exchanges and log lines are not listed")
    if details < events:
        told.append(f"the contents of {events - details:,} of {events:,} messages are not in it")
    if not told:
        return ""
    return (
        f'<p class="cut">To stay below {LIMIT / 1e6:.1f} MB this page leaves things out: {"; ".join(told)}. '
        "Messages of findings and arrows were kept first; trace.jsonl and logs/ have everything.</p>"
    )
