"""The top of the page: the verdict, why, and what was under test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hopcheck.checks.clause import Clause
from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.report.diagnosis.cause import cause
from hopcheck.report.finding import HEADS, alike, further
from hopcheck.report.overlay import nameless
from hopcheck.report.page.text import counted, text
from hopcheck.report.participants import Row, rows
from hopcheck.report.sentences import of_trace
from hopcheck.trace import Trace

FOREIGN = ("foreign", "native")
"""Kinds of programs that are somebody else's than the kit's."""
_CLIPPED = 90


def ordered(verdict: Verdict) -> list[Finding]:
    """All findings: the cause first, then the kit's own trouble, then what decides, then the rest; alike together."""
    found = cause(verdict)
    first = None if found is None else found.finding
    weighed = sorted(verdict.findings, key=lambda each: (each is not first, each.kind != "harness", not each.fails))
    return [each for group in alike(weighed) for each in group]


def why(verdict: Verdict, catalogue: Mapping[str, Clause]) -> str:
    """The verdict's reason in one sentence."""
    decide = [each for each in ordered(verdict) if each.kind == "harness" or each.fails]
    if not decide:
        together = verdict.together()
        return (
            f"{counted(together['runs'], 'run')} ended as asserted: {together['met']} of {together['demanded']} "
            f"demanded arrows were seen, and {verdict.messages.get('validated', 0):,} messages kept their contracts."
        )
    first = decide[0]
    others = f" {further(decide, first)} below." if len(decide) > 1 else ""
    return f"{_sentence(first, catalogue)}{others}"


def _sentence(finding: Finding, catalogue: Mapping[str, Clause]) -> str:
    who, got = finding.role or "Nobody in particular", _short(nameless(finding.got) or "nothing")
    wanted = f"expected {_short(finding.expected or 'nothing')}, got {got}."
    rule = catalogue.get(finding.clause or "")
    if finding.kind == "harness":
        return f"The kit itself failed: {wanted}"
    if finding.kind == "lost":
        return f"{who} ended by itself: {got}."
    if finding.kind == "outcome":
        return f"{finding.run or 'A run'} ended as {got}, not as {_short(finding.expected)}."
    if finding.kind in ("missing", "forbidden"):
        return f"{who}, arrow {finding.arrow}: {got}."
    if finding.kind == "unmapped":
        return f"{who} did what belongs to no arrow and to no declared background: {got}."
    if rule is not None:
        return f"{who} broke {rule.id}, “{_short(rule.text)}”: {wanted}"
    return f"{who}: {HEADS[finding.kind]}: {wanted}"


def _short(words: str) -> str:
    whole = " ".join(words.split()).rstrip(".")
    return whole if len(whole) <= _CLIPPED else f"{whole[:_CLIPPED]}…"


def under_test(verdict: Verdict, options: Mapping[str, list[str]]) -> list[Row]:
    """What is not the kit's own: foreign and native programs, and whatever took a role by ``--sut``."""
    named = {word.partition("=")[0] for word in options.get("sut", [])}
    return [row for row in rows(verdict) if row.kind in FOREIGN or row.role in named]


def facts(verdict: Verdict, trace: Trace, started: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Names and values as HTML."""
    options = started.get("options")
    tested = under_test(verdict, options if isinstance(options, dict) else {})
    yield (
        "Under test",
        "<br>".join(f"<strong>{text(row.role)}</strong> {text(row.version)} {text(row.where)}" for row in tested)
        or "nothing of somebody else’s: the kit’s own stand-ins",
    )
    if sentences := of_trace(trace):
        yield "Sentences that do not hold", "<br>".join(text(str(each)) for each in sentences)
    together, messages = verdict.together(), verdict.messages
    yield "Runs", f"{together['as_asserted']} of {together['runs']} as asserted"
    yield "Arrows", f"{together['met']} of {together['demanded']} demanded seen"
    yield (
        "Messages",
        f"{messages.get('observed', 0):,} observed, {messages.get('validated', 0):,} validated, "
        f"{messages.get('unmapped', 0):,} unmapped",
    )
    counts = verdict.clause_counts
    yield "Clauses", ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in counts.items() if count)
    if verdict.not_judged:
        yield "Hosts", text(verdict.generation)
        yield "Not judged", "<br>".join(text(each) for each in verdict.not_judged)
    if trace.events:
        took = (trace.events[-1].t - trace.events[0].began) / 1e9
        yield "Date", f"<time>{text(trace.events[0].wall[:19].replace('T', ' '))} UTC</time>, {took:.1f} s"
    yield "Runtime", text(verdict.runtime or "unknown")
    yield "Kit", f"hopcheck {text(started.get('kit', 'unknown'))}"
    contracts = str(started.get("contracts") or "").removeprefix("sha256:")
    if contracts:
        yield "Contracts", f"<code>{text(contracts[:12])}</code>"
    if seed := started.get("seed"):
        yield "Seed", f"<code>{text(seed)}</code>"
