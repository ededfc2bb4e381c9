"""One offline page of a conformance report: verdict, clauses with their evidence, and what fails beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from importlib import resources
from string import Template

from hopcheck.checks.verdict import CLAUSE_STATES
from hopcheck.conform.failure import head
from hopcheck.conform.model import ClauseReport, Exchange, Failure, Report
from hopcheck.printable import one_line, printable

SHOWN_CHARACTERS, SHOWN_FAILURES = 4000, 20
"""Of one text that a peer sent, and of one clause. report.json has all."""
_PART = re.compile(r"part-[0-9]{1,6}")


def page(report: Report) -> str:
    """The page's text. Nothing in it is loaded from elsewhere, and nothing that a peer sent is markup."""
    template = Template(resources.files("hopcheck.conform").joinpath("page.html").read_text("utf-8"))
    return template.substitute(
        role=_text(report.role),
        verdict=report.verdict,
        summary=_text(_summary(report)),
        facts=_facts(report),
        troubles=_troubles(report.troubles),
        filters="".join(
            f'<button type="button" data-state="{state}" aria-pressed="true">{state.replace("_", " ")} '
            f"{report.counts[state]}</button>"
            for state in CLAUSE_STATES
        ),
        clauses="".join(_clause(each) for each in report.clauses),
        others=_failures(report.others) or "<p>none</p>",
        neighbours=_failures(report.neighbours) or "<p>none</p>",
        parts=_parts(report),
    )


def _summary(report: Report) -> str:
    deciding = sum(failure.level == "MUST" for failure in report.failures)
    counts = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in report.counts.items())
    return (
        f"{'Only a part was played. ' if report.only else ''}{len(report.clauses)} clauses bind it: {counts}. "
        f"{deciding} observations decide the verdict, {len(report.failures) - deciding} fail nothing; "
        f"{len(report.neighbours)} blame a neighbour."
    )


def _facts(report: Report) -> str:
    component = report.component
    facts = (
        ("component", f"{component.kind} {component.given}"),
        ("version", component.version or "it reported none"),
        *((f"identity: {name}", value) for name, value in sorted(component.identity.items())),
        ("kit", f"hopcheck {report.kit}, runtime {report.runtime}"),
        ("contracts", report.contracts),
        ("seeds", ", ".join(report.seeds)),
        ("capabilities", ", ".join(report.capabilities)),
        *((("generation", report.generation),) if report.not_judged else ()),
        *(("not judged", each) for each in report.not_judged),
        *((("only", ", ".join(report.only)),) if report.only else ()),
        ("neighbours", "the kit's own stand-ins, trusted"),
    )
    rows = "".join(f"<tr><th>{_text(name)}</th><td>{_text(value)}</td></tr>" for name, value in facts)
    return f"{rows}<tr><th>command</th><td>{_run(report.command)}</td></tr>"


def _troubles(troubles: Sequence[str]) -> str:
    if not troubles:
        return ""
    return f"<h2>What the kit failed at</h2>{''.join(_pre(each) for each in troubles)}"


def _clause(clause: ClauseReport) -> str:
    decides = any(failure.level == "MUST" for failure in clause.failures)
    shown = clause.state == "fail" and decides
    name = _text(clause.id)
    why = f"<p>{_text(clause.why)}</p>" if clause.why else ""
    evidence = f"<h3>Put to the test by</h3>{_exchanges(clause.evidence)}" if clause.evidence else ""
    return (
        f'<tr class="clause {clause.state}" id="{name}" data-state="{clause.state}">'
        f'<td><button type="button" class="id" aria-expanded="{str(shown).lower()}">{name}</button></td>'
        f"<td>{_text(clause.level)}</td><td>{_text(clause.capability)}</td>"
        f'<td class="state">{clause.state.replace("_", " ")}</td><td>{_text(clause.text)}</td></tr>'
        f'<tr class="more"{"" if shown else " hidden"}><td colspan="5">{why}'
        f"<dl><dt>source</dt><dd>{_text(clause.source)}</dd><dt>hops</dt><dd>{_text(', '.join(clause.hops))}</dd>"
        f"<dt>alone</dt><dd>{_run(clause.reproduce)}</dd></dl>{_failures(clause.failures)}{evidence}</td></tr>"
    )


def _failures(failures: Sequence[Failure]) -> str:
    left = len(failures) - SHOWN_FAILURES
    more = f"<p>… and {left} more in report.json</p>" if left > 0 else ""
    return "".join(map(_failure, failures[:SHOWN_FAILURES])) + more


def _failure(failure: Failure) -> str:
    weight = "" if failure.level == "MUST" else " remark"
    seen = f"part {failure.part}" if failure.seq is None else f"part {failure.part}, seq {failure.seq}"
    facts = (
        ("contract", failure.contract, False),
        ("expected", failure.expected or "nothing", True),
        ("got", failure.got or "nothing", True),
        ("during", failure.item, False),
        ("seen in", seen, False),
    )
    rows = "".join(
        f"<dt>{name}</dt><dd>{_pre(value) if sent else _text(value)}</dd>" for name, value, sent in facts if value
    )
    return (
        f'<div class="failure{weight}"><strong>{_text(head(failure))}</strong><dl>{rows}'
        f"<dt>alone</dt><dd>{_run(failure.reproduce)}</dd></dl>{_exchanges(failure.exchanges)}</div>"
    )


def _exchanges(exchanges: Sequence[Exchange]) -> str:
    return "".join(
        f'<p class="at">part {each.part}, seq {each.seq}, {_text(each.edge)}</p>{_pre(each.shown)}'
        for each in exchanges
    )


def _parts(report: Report) -> str:
    seeds = dict(zip((part.number for part in report.parts), report.seeds, strict=False))
    return "".join(
        f"<tr><td>{_trace(part.directory)}</td><td>{part.events}</td><td>{_text(seeds.get(part.number, ''))}</td>"
        f"<td><code>{_text(part.chain)}</code></td></tr>"
        for part in report.parts
    )


def _trace(directory: str) -> str:
    if not _PART.fullmatch(directory):
        return _text(directory)
    return f'<a href="{directory}/trace.jsonl">{directory}/trace.jsonl</a>'


def _run(command: str) -> str:
    return (
        f'<span class="run"><code>{escape(one_line(command))}</code>'
        '<button type="button" class="copy">copy</button></span>'
    )


def _pre(text: str) -> str:
    return f"<pre>{_text(text)}</pre>"


def _text(text: str) -> str:
    shown = printable(text[:SHOWN_CHARACTERS])
    return escape(f"{shown} … of {len(text)} characters" if len(text) > SHOWN_CHARACTERS else shown)
