"""A finding in words."""

from __future__ import annotations

from collections.abc import Iterable

from hopcheck.checks.verdict import Finding

_HEADS = {
    "missing": "an arrow that the outcome demands was not seen",
    "forbidden": "an observation has no legal place in the diagram",
    "unmapped": "an observation belongs to no arrow and to no declared background",
    "breach": "a message broke its contract",
    "clause": "a clause was broken",
    "outcome": "the run did not end as asserted",
    "lost": "a component ended by itself",
    "harness": "a part of the kit failed, which is nobody's fault but the kit's",
}


def explain(finding: Finding) -> str:
    """What is wrong, who is to blame, what was expected, what was got, and where to look; one fact a line."""
    who = finding.role or "nobody"
    arrow = f" arrow {finding.arrow}" if finding.arrow else ""
    lines = [f"{finding.kind.upper()}{arrow} [{who}] {_HEADS[finding.kind]}"]
    facts: Iterable[tuple[str, object]] = (
        ("run", finding.run), ("clause", f"{finding.clause} ({finding.level})" if finding.clause else None),
        ("contract", finding.contract), ("expected", finding.expected), ("got", finding.got),
        ("diagram", f"contracts/flow.mmd, line {finding.line}" if finding.line else None),
        ("event", f"trace.jsonl, seq {finding.event}" if finding.event else None),
        ("shortest offending prefix", _seqs(finding.prefix)))
    lines += [f"  {name}: {value}" for name, value in facts if value]
    return "\n".join(lines)


def _seqs(prefix: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, prefix[-12:]))
    return f"… {shown}" if len(prefix) > 12 else shown
