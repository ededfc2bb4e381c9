"""A finding in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hopcheck.checks.verdict import Finding
from hopcheck.printable import printable

FACT_CHARACTERS = 2000
FINDINGS_SHOWN, FINDING_LINES = 5, 20
HEADS = {
    "missing": "an arrow that the outcome demands was not seen",
    "forbidden": "an observation has no legal place in the diagram",
    "unmapped": "an observation belongs to no arrow and to no declared background",
    "breach": "a message broke its contract",
    "clause": "a clause was broken",
    "outcome": "the run did not end as asserted",
    "lost": "a component ended by itself",
    "stuck": "a component did not do what everybody waits for",
    "harness": "a part of the kit failed, which is nobody's fault but the kit's",
}


def explain(finding: Finding) -> str:
    """What is wrong, who is to blame, what was expected, what was got, and where to look; one fact a line.

    Control characters in what a peer sent are shown as escapes, further lines of a value are indented.
    """
    arrow = f" arrow {finding.arrow}" if finding.arrow else ""
    lines = [f"{finding.kind.upper()}{arrow} [{_shown(finding.role or 'nobody')}] {HEADS[finding.kind]}"]
    facts: tuple[tuple[str, str | None], ...] = (
        ("run", finding.run),
        ("host", f"{finding.host_name} ({finding.host})" if finding.host_name else finding.host),
        ("clause", f"{finding.clause} ({finding.level})" if finding.clause else None),
        ("contract", finding.contract),
        ("expected", finding.expected or "nothing"),
        ("got", finding.got or "nothing"),
        ("diagram", f"contracts/flow.mmd, line {finding.line}" if finding.line else None),
        ("event", f"trace.jsonl, seq {finding.event}" if finding.event else None),
        ("shortest offending prefix", _seqs(finding.prefix)),
    )
    lines += [f"  {name}: {_shown(value)}" for name, value in facts if value]
    return "\n".join(lines)


def alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Those together that say the same of the same role, each group where its first stood."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for each in findings:
        groups.setdefault(_same(each), []).append(each)
    return list(groups.values())


def further(findings: Sequence[Finding], first: Finding) -> str:
    """How many there are besides ``first``, those like it apart: ``3 more like it, 1 more finding``; empty if none."""
    like = sum(_same(each) == _same(first) for each in findings) - 1
    others = len(findings) - like - 1
    told = [f"{like} more like it"] * bool(like)
    return ", ".join([*told, f"{others} more finding{'' if others == 1 else 's'}"] if others else told)


def _same(finding: Finding) -> tuple[object, ...]:
    return (finding.kind, finding.role, finding.clause, finding.contract, finding.arrow, finding.level)


def explain_all(findings: Iterable[Finding]) -> Iterator[str]:
    """The first few in lines, what decides before advice; those that are alike are one, and counted."""
    groups = alike(sorted(findings, key=lambda each: (each.kind != "harness", not each.fails)))
    for first, *others in groups[:FINDINGS_SHOWN]:
        lines = explain(first).splitlines()
        yield from lines[:FINDING_LINES]
        if len(lines) > FINDING_LINES:
            yield f"  … {len(lines) - FINDING_LINES} more lines"
        if others:
            yield f"  {further([first, *others], first)}"
        yield ""
    if left := sum(map(len, groups[FINDINGS_SHOWN:])):
        yield f"… and {left} more finding{'' if left == 1 else 's'}"


def _shown(value: str) -> str:
    if len(value) > FACT_CHARACTERS:
        value = f"{value[:FACT_CHARACTERS]} … of {len(value)} characters"
    return printable(value).replace("\n", "\n    ")


def _seqs(prefix: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, prefix[-12:]))
    return f"… {shown}" if len(prefix) > 12 else shown
