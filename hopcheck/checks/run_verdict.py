"""One run on one host judged against the diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hopcheck.checks.blame import broken_at, too_early_for
from hopcheck.checks.history import History
from hopcheck.checks.instance import Instance
from hopcheck.checks.outcome import choose
from hopcheck.checks.sightings import Shown, events_by_arrow
from hopcheck.checks.uploads import same_bytes
from hopcheck.checks.verdict import ArrowResult, ContractState, Finding, RunVerdict
from hopcheck.flow import Diagram, FlowVerdict, Order, Processes
from hopcheck.flow import judge as judge_flow

UNDECLARED = "complete"
DERIVED, FETCHED = 26, 30


@dataclass(frozen=True)
class FlowJudge:
    """Judges instances; ``broken`` says for each named event (by seq) whether its contract was broken."""

    processes: Processes
    history: History
    broken: Mapping[int, bool]
    closed: bool

    @property
    def diagram(self) -> Diagram:
        return self.processes.diagram

    @property
    def order(self) -> Order:
        return self.processes.order

    def run(self, instance: Instance, shown: list[Shown], number: int) -> RunVerdict:
        """The verdict on one instance; a run that nobody declared must be complete."""
        expected = instance.expectation
        outcome = choose(self.history.hops, instance)
        asserted = UNDECLARED if expected is None else expected.outcome
        label = f"run {number}" if expected is None else expected.label
        flow = self._judge(instance, shown, asserted)
        run = instance.run
        arrows, findings = self._arrows(instance, shown, flow), self._findings(instance, flow, label)
        if outcome != asserted:
            findings.insert(0, Finding("outcome", asserted, outcome, run=label))
        name = None if expected is None else expected.host_name
        return RunVerdict(
            label,
            None if run is None else run.run_id,
            instance.correlation_id,
            instance.host,
            outcome,
            asserted,
            tuple(arrows),
            tuple(sorted(flow.demanded)),
            tuple(replace(each, host=instance.host, host_name=name) for each in findings),
            name,
        )

    def _judge(self, instance: Instance, shown: list[Shown], outcome: str) -> FlowVerdict:
        expected, final = instance.expectation, instance.final
        passes = {"passes": expected.passes, "uploads": expected.uploads} if expected is not None else {}
        return judge_flow(
            self.processes,
            outcome,
            [sighting for sighting, _ in shown],
            derived=(DERIVED,) if final is not None and final.fetched_same else (),
            demanded_passes={name: count for name, count in passes.items() if count},
            disturbed_after=self._fault(instance),
            closed=self.closed,
            repeatable=expected.repeatable if expected is not None else (),
        )

    def _fault(self, instance: Instance) -> int | None:
        """Where the declared fault began: the kit's entry, else the declaration itself."""
        expected = instance.expectation
        if expected is None or expected.fault is None:
            return None
        later = [event.seq for event in self.history.kit("fault") if event.seq > expected.seq]
        return later[0] if later else expected.seq

    def _arrows(self, instance: Instance, shown: list[Shown], flow: FlowVerdict) -> list[ArrowResult]:
        events, start = events_by_arrow(shown), self._stimulus(instance)
        first: dict[int, int] = {}
        for sighting, _ in shown:
            first.setdefault(sighting.arrow, sighting.seq)
        results = []
        for arrow in self.diagram.arrows:
            number, seqs = arrow.number, events.get(arrow.number, [])
            at = self.history.at(first[number]).t if number in first else None
            results.append(
                ArrowResult(
                    number,
                    self._role(arrow.source),
                    self._role(arrow.target),
                    " ".join(arrow.text.split()),
                    arrow.line,
                    flow.states[number],
                    flow.counts.get(number, 0),
                    None if at is None or start is None else round((at - start) / 1e9, 6),
                    tuple(seqs),
                    self._contract(seqs),
                )
            )
        return results

    def _findings(self, instance: Instance, flow: FlowVerdict, label: str) -> list[Finding]:
        findings = []
        broken = broken_at(
            self.diagram, [each.arrow for each in flow.missing], (DERIVED,), [loop.arrows for loop in self.order.loops]
        )
        if (wrong := flow.forbidden) is not None:
            early = too_early_for(self.diagram, wrong.arrow, [n for n in wrong.expected if n in broken])
            arrow = self.diagram.arrows[(wrong.arrow if early is None else broken[early]) - 1]
            findings.append(
                Finding(
                    "forbidden",
                    "one of arrows " + ", ".join(map(str, wrong.expected)),
                    wrong.reason,
                    role=self._role(arrow.source),
                    arrow=wrong.arrow,
                    event=wrong.sighting.seq,
                    line=wrong.line,
                    prefix=tuple(sighting.seq for sighting in wrong.prefix),
                    run=label,
                )
            )
        for each in flow.missing:
            role = self._role(self.diagram.arrows[broken[each.arrow] - 1].source)
            if broken[each.arrow] == DERIVED:
                role = self._altered(instance, broken, role)
            findings.append(
                Finding(
                    "missing",
                    self.diagram.describe(each.arrow),
                    each.reason,
                    arrow=each.arrow,
                    role=role,
                    line=each.line,
                    run=label,
                )
            )
        return findings

    def _altered(self, instance: Instance, broken: Mapping[int, int], sender: str) -> str:
        """Who kept the last bytes from arriving: whoever broke the chain to 30, the store, or else ``sender``."""
        if FETCHED in broken:
            return self._role(self.diagram.arrows[broken[FETCHED] - 1].source)
        final = instance.final
        stored = (
            final is not None
            and final.file is not None
            and any(same_bytes(final.file, put.asked) for put in final.puts)
        )
        return self._role(self.diagram.arrows[FETCHED - 1].source) if stored else sender

    def _stimulus(self, instance: Instance) -> int | None:
        """The instant of the press that this run began with: the kit's entry, else the request."""
        if instance.run is None:
            return None
        asked = instance.run.execute.asked
        before = [event.t for event in self.history.kit("stimulus") if event.seq < asked.seq]
        return before[-1] if before else asked.began

    def _role(self, participant: str) -> str:
        label = self.diagram.participant(participant).label
        return self.history.hops.participants[label]

    def _contract(self, seqs: list[int]) -> ContractState:
        judged = [self.broken[seq] for seq in seqs if seq in self.broken]
        return "none" if not judged else "fail" if any(judged) else "pass"
