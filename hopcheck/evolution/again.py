"""A stored trace judged by two versions of the contracts, and what they say differently of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hopcheck.checks.judge import Judge
from hopcheck.checks.verdict import Verdict
from hopcheck.evolution.version import Version
from hopcheck.trace import Trace

NONE = "no such clause"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A clause, arrow or finding of which the two versions say different things."""

    what: str
    old: str
    new: str


def judged_twice(trace: Trace, old: Version, new: Version) -> tuple[Verdict, Verdict]:
    """The verdicts on one trace. Raises what `Judge` raises of a version that cannot be used."""
    verdicts = []
    for version in (old, new):
        with TemporaryDirectory() as directory:
            verdicts.append(Judge(version.write(Path(directory))).judge(trace))
    return verdicts[0], verdicts[1]


def disagreements(old: Verdict, new: Verdict) -> Iterator[Disagreement]:
    """The verdict as a whole, then clause by clause, then the findings that one has and the other has not."""
    if old.verdict != new.verdict:
        yield Disagreement("verdict", old.verdict, new.verdict)
    for name in dict.fromkeys([*old.clauses, *new.clauses]):
        states = [NONE if name not in each.clauses else each.clauses[name].state for each in (old, new)]
        if states[0] != states[1]:
            yield Disagreement(f"clause {name}", states[0], states[1])
    told = [dict.fromkeys(_findings(each)) for each in (old, new)]
    for finding in told[0]:
        if finding not in told[1]:
            yield Disagreement(finding, "found", "-")
    for finding in told[1]:
        if finding not in told[0]:
            yield Disagreement(finding, "-", "found")


def _findings(verdict: Verdict) -> Iterator[str]:
    for each in verdict.findings:
        where = each.clause or each.contract or (f"arrow {each.arrow}" if each.arrow else each.kind)
        at = f" at event {each.event}" if each.event is not None else ""
        yield f"{each.level} {where} of {each.role or 'the kit'}{at}: {each.expected}, got {each.got}"
