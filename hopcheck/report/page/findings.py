"""What is wrong, each with what was expected, what came instead, and the line that shows it alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hopcheck.checks.clause import Clause
from hopcheck.checks.verdict import Finding
from hopcheck.printable import clipped
from hopcheck.report.finding import HEADS, alike, further
from hopcheck.report.page.source import Fragment, Sources
from hopcheck.report.page.text import command, text
from hopcheck.report.reproduce import Reproduce
from hopcheck.trace import Event

OWN_CHARACTERS = 200
SHOWN = 200
"""Findings on the page; one fault in a loop can make thousands."""


def fragments(findings: Iterable[Finding], events: Mapping[int, Event], sources: Sources | None) -> dict[int, Fragment]:
    """By position in ``findings``: the lines of the contract that was broken."""
    found = {}
    for number, each in enumerate(findings):
        if sources is None or each.contract is None or number >= SHOWN:
            continue
        event = events.get(each.event or 0)
        status = None if event is None else event.attrs.get("status")
        told = sources.fragment(each.contract, each.expected, None if status is None else str(status))
        if told is not None:
            found[number] = told
    return found


def section(
    findings: list[Finding], shown: Mapping[int, Fragment], catalogue: Mapping[str, Clause], reproduce: Reproduce
) -> str:
    """All of them in the order given, those that are alike on one card; a sentence where there are none."""
    if not findings:
        return '<p class="quiet">Nothing is wrong.</p>'
    made, number = [], 0
    for group in alike(findings[:SHOWN]):
        made.append(_finding(number, group, shown.get(number), catalogue, reproduce))
        number += len(group)
    left = len(findings) - SHOWN
    return "".join(made) + (f"<p>… and {left} more, in junit.xml</p>" if left > 0 else "")


def _finding(
    number: int, group: list[Finding], fragment: Fragment | None, catalogue: Mapping[str, Clause], reproduce: Reproduce
) -> str:
    finding = group[0]
    decides = finding.fails or finding.kind == "harness"
    event = f' data-event="{finding.event}"' if finding.event else ""
    arrow = f" · arrow {finding.arrow}" if finding.arrow else ""
    return (
        f'<article class="finding {"fails" if decides else "advice"}" id="finding-{number + 1}"{event}>'
        f'<h3><span class="kind">{finding.kind}</span> {text(finding.role or "nobody")}{arrow}</h3>'
        f"<p>{text(HEADS[finding.kind])}</p>"
        f'<div class="beside"><div class="want"><h4>Expected</h4><pre>{text(finding.expected or "nothing")}</pre></div>'
        f'<div class="had"><h4>Got</h4><pre>{text(finding.got or "nothing")}</pre></div></div>'
        f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in _facts(finding, catalogue))}</dl>"
        f"{_fragment(fragment)}"
        f'<p class="again"><strong>Show it again</strong> {command(reproduce.line(finding))}</p>'
        f"{_opened(finding)}{_others(number, group)}</article>"
    )


def _opened(finding: Finding) -> str:
    if not finding.event:
        return ""
    return f'<button type="button" class="open" data-event="{finding.event}">Show message {finding.event}</button>'


def _others(number: int, group: list[Finding]) -> str:
    """Those that say the same, each with what it has of its own."""
    if len(group) == 1:
        return ""
    told = "".join(
        f'<li id="finding-{number + n + 1}">{_opened(each)} {_own(each, group[0])}</li>'
        for n, each in enumerate(group)
        if n
    )
    return f'<details class="others"><summary>{further(group, group[0])}</summary><ul>{told}</ul></details>'


def _own(finding: Finding, first: Finding) -> str:
    where = finding.host_name or finding.host
    facts = (
        ("on", where if finding.host != first.host else None),
        ("expected", finding.expected if finding.expected != first.expected else None),
        ("got", (finding.got or "nothing") if finding.got != first.got else None),
    )
    return ", ".join(f"{name} {text(clipped(value, OWN_CHARACTERS))}" for name, value in facts if value)


def _facts(finding: Finding, catalogue: Mapping[str, Clause]) -> Iterator[tuple[str, str]]:
    if finding.clause:
        rule = catalogue.get(finding.clause)
        said = "" if rule is None else f": {text(rule.text)} <cite>{text(rule.source)}</cite>"
        yield "Clause", f'<a href="#clause-{text(finding.clause)}">{text(finding.clause)}</a> ({finding.level}){said}'
    if finding.contract:
        yield "Contract", text(finding.contract)
    if finding.run:
        yield "Run", text(finding.run)
    if finding.host:
        yield "Host", text(f"{finding.host_name} ({finding.host})" if finding.host_name else finding.host)
    if finding.line:
        yield "Diagram", f"contracts/flow.mmd, line {finding.line}"
    if finding.prefix:
        told = ", ".join(map(str, finding.prefix[-12:]))
        yield "Prefix", f"shortest offending: events {'… ' if len(finding.prefix) > 12 else ''}{told}"


def _fragment(fragment: Fragment | None) -> str:
    if fragment is None:
        return ""
    return (
        f'<details class="fragment" open><summary>contracts/{text(fragment.file)}, line {fragment.line}</summary>'
        f"<pre>{text(fragment.text)}</pre></details>"
    )
