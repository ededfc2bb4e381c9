"""The cause of a failure in at most twenty lines: what broke, whose it is, what that says, how to see it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from hopcheck.checks.clause import Clause
from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.printable import clipped, one_line
from hopcheck.report.diagnosis.cause import Cause, cause
from hopcheck.report.diagnosis.drawing import Stroke, draw, draw_message
from hopcheck.report.diagnosis.said import said
from hopcheck.report.diagnosis.waiting import unanswered
from hopcheck.report.finding import HEADS, further
from hopcheck.report.reproduce import Reproduce
from hopcheck.trace import Event, Trace

ROWS, COLUMNS, LOG_LINES = 20, 120, 4
Style = Literal["plain", "bad", "good", "dim", "strong"]
_SEEN = 20
"""Characters of a difference that are enough to see it."""
_DIM: Style = "dim"
_STRONG: Style = "strong"
_BROKEN = ("breach", "clause")
_HOW = {"around": "around that instant", "about it": "about it", "last": "its last lines"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen, without colour."""

    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The screen, and whom it names: the role to look at, None where that is the kit or nobody."""

    role: str | None
    finding: Finding
    lines: tuple[Line, ...]


def diagnose(
    verdict: Verdict, trace: Trace, catalogue: Mapping[str, Clause], report: Path | None, kept: str | None = None
) -> Diagnosis | None:
    """Of a verdict that is not pass; None where nothing decides it. ``report`` is where trace and logs are, ``kept``
    the name of a run whose hosts were kept.

    At most `ROWS` lines of at most `COLUMNS` characters; a command that is longer goes on in a further one.
    """
    found = cause(verdict)
    if found is None:
        return None
    waits = _waits(found, trace)
    if waits is not None and (own := cause(_blaming(verdict, waits.target))) is not None:
        # What is said of the one who owes the answer tells more than that somebody waits for it.
        found, waits = own, None
    role = waits.target if waits is not None else found.finding.role
    seqs = {each.seq: each for each in trace}
    event = waits or (None if found.instant is None else seqs.get(found.instant))
    asked = None if event is None or event.op != "response" else _question(event, trace)
    lines = list(_what(verdict, found, event, role, catalogue, waits, asked))
    after = list(_again(found.finding, trace, report, kept))
    log = list(_log(found.finding, event, role, report, ROWS - len(lines) - len(after)))
    return Diagnosis(role, found.finding, (*lines, *log, *after))


def _blaming(verdict: Verdict, role: str) -> Verdict:
    return replace(verdict, findings=tuple(each for each in verdict.findings if each.role == role))


def _waits(found: Cause, trace: Trace) -> Event | None:
    """The question that the blamed one still waits for the answer to, where nothing came of it."""
    finding = found.finding
    if finding.role is None or not (finding.kind == "missing" or finding.absent):
        return None
    return unanswered(trace, finding.role, finding.host)


def _what(
    verdict: Verdict,
    found: Cause,
    event: Event | None,
    role: str | None,
    catalogue: Mapping[str, Clause],
    waits: Event | None,
    asked: Event | None,
) -> Iterator[Line]:
    finding = found.finding
    yield Line(clipped(f"VERDICT: {verdict.verdict}: {_where_to_look(verdict, finding, role)}", COLUMNS), "bad")
    others = further([each for each in verdict.findings if each.fails or each is finding], finding)
    more = f"; {others} above" if others else ""
    yield Line(clipped(f"  {finding.kind}: {HEADS[finding.kind]}{more}", COLUMNS))
    for stroke in _drawing(verdict, found, event, waits, asked):
        mark, style = (">", _STRONG) if stroke.cause else (" ", _DIM)
        yield Line(clipped(f"  {mark} {stroke.text}", COLUMNS), style)
    clause = catalogue.get(finding.clause or "")
    if clause is not None:
        yield Line(clipped(f"  clause    {clause.id} ({clause.level}): {' '.join(clause.text.split())}", COLUMNS))
    elif finding.contract:
        yield Line(clipped(f"  contract  {finding.contract}", COLUMNS))
    expected, got = contrast(finding.expected or "nothing", finding.got or "nothing", COLUMNS - len("  expected  "))
    yield Line(clipped(f"  expected  {expected}", COLUMNS), "good")
    yield Line(clipped(f"  got       {got}", COLUMNS), "bad")
    if waits is not None:
        what = f"{waits.attrs.get('method') or waits.op} {waits.attrs.get('path') or waits.attrs.get('member') or ''}"
        yield Line(clipped(f"  waits     {waits.source} still waits for {waits.target}: {what.strip()}", COLUMNS))
    if event is not None:
        yield Line(
            clipped(f"  when      {event.wall[11:23]} UTC, trace.jsonl seq {event.seq}{_during(finding)}", COLUMNS)
        )


def _where_to_look(verdict: Verdict, finding: Finding, role: str | None) -> str:
    if role is None:
        return "the kit failed, no component is to blame" if finding.kind == "harness" else "nobody is to blame"
    on_hosts = "hosts" in verdict.participants.get(role, {})
    return f"look at {role} on {finding.host_name}" if on_hosts and finding.host_name else f"look at {role}"


def contrast(expected: str, got: str, width: int) -> tuple[str, str]:
    """Both from a little before they differ on, where more than ``width`` characters would hide that."""
    same = next((at for at, (one, two) in enumerate(zip(expected, got, strict=False)) if one != two), 0)
    start = same - width // 3
    if start <= 0 or max(len(expected), len(got)) <= width or same < width - _SEEN:
        return expected, got
    return f"…{expected[start:]}", f"…{got[start:]}"


def _during(finding: Finding) -> str:
    return f", during {finding.run!r}" if finding.run else ""


def _question(answer: Event, trace: Trace) -> Event | None:
    return next((e for e in trace if e.exchange == answer.exchange and e.op == "request"), None)


def _drawing(
    verdict: Verdict, found: Cause, event: Event | None, waits: Event | None, asked: Event | None
) -> list[Stroke]:
    """The arrow of the finding, or of its event; a message that is no arrow stands alone.

    Of a component that died, the first arrow to or from it that did not come.
    """
    finding, run = found.finding, found.run
    if finding.kind == "lost":
        stopped = (
            draw(each, arrow.number, broken=True)
            for each in verdict.runs
            for arrow in each.arrows
            if arrow.state == "missing" and finding.role in (arrow.source, arrow.target)
        )
        return next(stopped, [])
    seq = finding.event if waits is None else waits.seq
    number = finding.arrow
    if number is None and run is not None:
        number = next((each.number for each in run.arrows if seq in each.events), None)
    if number is not None and run is not None:
        return draw(run, number, broken=finding.kind in _BROKEN)
    if event is None or event.protocol == "kit":
        return []
    what = event.attrs.get("path") or event.attrs.get("topic") or event.attrs.get("member") or ""
    verb = event.attrs.get("method") or event.attrs.get("status") or event.op
    if asked is not None:
        what = f"to {asked.attrs.get('method')} {asked.attrs.get('path') or asked.attrs.get('target')}"
    return draw_message(event.source, event.target, f"{verb} {what}".strip())


def _log(finding: Finding, event: Event | None, role: str | None, report: Path | None, most: int) -> Iterator[Line]:
    if role is None or report is None or most < 2:
        return
    instant = None if finding.kind == "lost" else event
    found = said(report / "logs", role, finding.host_name, instant, min(LOG_LINES, most - 1))
    if found is None:
        yield Line(f"  log       {role} has none of its own: what it was given and printed is in the report, Exchanges")
        return
    yield Line(clipped(f"  log       {found.file}, {_HOW[found.how]}:", COLUMNS))
    yield from (Line(clipped(f"    | {line}", COLUMNS), "dim") for line in found.lines)


def _again(finding: Finding, trace: Trace, report: Path | None, kept: str | None) -> Iterator[Line]:
    first, *rest = _folded(Reproduce(trace).line(finding), COLUMNS - 12)
    yield Line(f"  only this {first}", "strong")
    yield from (Line(f"            {each}", "strong") for each in rest)
    yield keep(kept)
    if report is not None and (report / "index.html").is_file():
        yield Line(f"  report    {one_line(str(report / 'index.html'))}")


def keep(kept: str | None) -> Line:
    """How hosts are kept, or of those that were, how they are looked at and left."""
    if kept is not None:
        return Line(
            clipped(f"  kept      {kept}: `status`, `logs`, `shell` show it, and `down {kept}` ends it", COLUMNS)
        )
    return Line(
        "  keep      the same with --keep leaves hosts and files: `status`, `logs`, `shell`, and `down` ends it"
    )


def _folded(command: str, width: int) -> list[str]:
    """A command in lines that a shell takes for one."""
    rows = [""]
    for word in map(shlex.quote, shlex.split(command)):
        if rows[-1] and len(rows[-1]) + len(word) + 3 > width:
            rows[-1] += " \\"
            rows.append("")
        rows[-1] += f" {word}" if rows[-1] else word
    return rows
