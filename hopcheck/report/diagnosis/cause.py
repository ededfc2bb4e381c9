"""Which of a verdict's findings is the cause: the earliest that no other explains."""

from __future__ import annotations

from dataclasses import dataclass

from hopcheck.checks.verdict import Finding, RunVerdict, Verdict

# At one instant: what a component did before what is concluded from it.
_RANKS = ("lost", "stuck", "breach", "clause", "unmapped", "forbidden", "missing", "outcome")


@dataclass(frozen=True, slots=True)
class Cause:
    """The finding to begin with. ``instant`` is the seq of the trace at which it happened, or came due; None: unknown.

    ``run`` is the run that it belongs to, None where it belongs to none.
    """

    finding: Finding
    instant: int | None
    run: RunVerdict | None


def cause(verdict: Verdict) -> Cause | None:
    """The cause of a verdict that is not pass; None where nothing decides it."""
    found = _Findings(verdict)
    candidates = found.own_trouble() or found.unexplained()
    if not candidates:
        return None
    first = min(candidates, key=found.order)
    return Cause(first, found.instant(first), found.run(first))


class _Findings:
    def __init__(self, verdict: Verdict) -> None:
        self._runs = verdict.runs
        self._all = verdict.findings
        self._deciding = [each for each in verdict.findings if each.fails and each.kind != "harness"]
        self._lost = [each for each in self._deciding if each.kind == "lost"]

    def own_trouble(self) -> list[Finding]:
        """What failed of the kit; not that a trace has no end or no run, where a component died that was needed."""
        harness = [each for each in self._all if each.kind == "harness"]
        return [each for each in harness if each.event or each.clause or not self._lost]

    def unexplained(self) -> list[Finding]:
        """What decides, without what another one brought about."""
        return [each for each in self._deciding if not self._explained(each)]

    def order(self, finding: Finding) -> tuple[float, int]:
        """Sorts by instant. The outcome, and what should have been seen by the end, come after all that has one."""
        rank = len(_RANKS) if finding.kind == "harness" else _RANKS.index(finding.kind)
        instant = self.instant(finding)
        return (float("inf") if instant is None or finding.absent else instant, rank)

    def instant(self, finding: Finding) -> int | None:
        """When it happened; of a missing arrow, when its sender had all that it waits for."""
        if finding.event is not None:
            return finding.event
        run = self.run(finding)
        if finding.kind != "missing" or run is None or finding.arrow is None:
            return None
        sender = run.arrows[finding.arrow - 1].source
        before = [each for each in run.arrows[: finding.arrow - 1] if sender in (each.source, each.target)]
        return max((min(each.events) for each in before if each.events), default=0)

    def run(self, finding: Finding) -> RunVerdict | None:
        """The run that it is of, or whose arrow its event is."""
        for each in self._runs:
            if (each.label, each.host) == (finding.run, finding.host):
                return each
        if finding.event is None:
            return None
        return next((each for each in self._runs if finding.event in each.events), None)

    def _explained(self, finding: Finding) -> bool:
        if finding.kind == "outcome":
            return any(each.kind != "outcome" for each in self._deciding)
        if finding.absent or finding.kind == "missing":
            return bool(self._lost) or self._continues(finding)
        return finding.kind == "forbidden" and self._overtook(finding)

    def _continues(self, finding: Finding) -> bool:
        """Whether an earlier arrow of the same run is missing by the same fault."""
        return finding.arrow is not None and any(
            each.kind == "missing"
            and (each.run, each.host, each.role) == (finding.run, finding.host, finding.role)
            and (each.arrow or 0) < finding.arrow
            for each in self._deciding
        )

    def _overtook(self, finding: Finding) -> bool:
        """Whether an arrow came too early only because one that somebody else is blamed for came late or never."""
        run = self.run(finding)
        if run is None or finding.arrow is None or finding.event is None:
            return False
        early = run.arrows[finding.arrow - 1]
        ends = {early.source, early.target}
        before = [each for each in run.arrows[: finding.arrow - 1] if ends & {each.source, each.target}]
        never = {each.number for each in before}
        late = {seq for each in before for seq in each.events if seq > finding.event}
        others = [each for each in self._deciding if each.role not in (None, finding.role)]
        return any((each.kind == "missing" and each.arrow in never) or each.event in late for each in others)
