"""Makes the report of the traces of a conformance run, and of nothing else: again and again the same."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hopcheck.checks.clause import NOWHERE, Clause
from hopcheck.checks.judge import Judge
from hopcheck.checks.verdict import ClauseState, Finding, Verdict
from hopcheck.conform.chain import chain
from hopcheck.conform.model import ClauseReport, Component, Exchange, Failure, Part, Report
from hopcheck.conform.plan import STORIES, Rules
from hopcheck.conform.shown import shown
from hopcheck.topology.process import StartError
from hopcheck.topology.roles import GRACE_S
from hopcheck.trace import Event, Trace, load

EVIDENCE = 3
"""How many exchanges a report shows of what put a clause to the test."""
ENDS = f"it ends within {GRACE_S:g} s of SIGTERM"
NOT_IN_TIME = "the flow goes on: everybody else in it is trusted"


class NoReport(ValueError):
    """A directory that holds no traces of a conformance run; the text says which and why."""


def report(directory: Path, judge: Judge, rules: Rules) -> Report:
    """What the parts below a directory prove. Raises `NoReport`, or ValueError for a trace that is none."""
    tellers = [_Teller(number, path, judge) for number, path in _parts(directory)]
    if not tellers:
        raise NoReport(f"{directory}: no part-N/trace.jsonl below it; `hopcheck conform ROLE --report DIR` makes some")
    return _Maker(tellers, judge, rules).report()


def _parts(directory: Path) -> Iterator[tuple[int, Path]]:
    numbered = [(int(path.parent.name[5:]), path) for path in directory.glob("part-[0-9]*/trace.jsonl")]
    yield from sorted(numbered)


@dataclass(frozen=True, slots=True)
class _Span:
    """A case or story, and when it was played: from ``start`` on, to before ``end``."""

    name: str
    start: int
    end: int


class _Teller:
    """One part: its trace, the verdict on it, and what the kit told in it."""

    def __init__(self, number: int, path: Path, judge: Judge) -> None:
        self.number, self.path = number, path
        self.trace: Trace = load(path)
        self.verdict: Verdict = judge.judge(self.trace)
        told = self.kit("conform")
        if not told:
            raise NoReport(f"{path}: a trace of something else than `hopcheck conform`")
        self.told: Mapping[str, Any] = told[0].attrs
        self.troubles = [event.attrs for event in self.kit("trouble")]
        self._by_exchange: dict[str, list[Event]] = {}
        for event in self.trace:
            if event.exchange is not None:
                self._by_exchange.setdefault(event.exchange, []).append(event)
        marks = self.kit("item")
        ends = [*(event.seq for event in marks[1:]), len(self.trace) + 1][: len(marks)]
        self.spans = [_Span(str(e.attrs["name"]), e.seq, end) for e, end in zip(marks, ends, strict=True)]

    def kit(self, op: str) -> list[Event]:
        return self.trace.where(protocol="kit", op=op)

    def item(self, seq: int | None) -> str | None:
        """The name of what was played when an event was seen."""
        if seq is None:
            return None
        return next((span.name for span in self.spans if span.start <= seq < span.end), None)

    def exchanges(self, seqs: Iterable[int | None], most: int) -> tuple[Exchange, ...]:
        """The events, each with what it answers and what answers it, in order; the first ``most`` of them."""
        events: dict[int, Event] = {}
        for seq in seqs:
            if seq is None or seq > len(self.trace):
                continue
            event = self.trace.events[seq - 1]
            for each in self._by_exchange.get(event.exchange or "", [event])[:2]:
                events[each.seq] = each
            events[seq] = event
            if len(events) >= most:
                break
        ordered = [events[seq] for seq in sorted(events)][:most]
        return tuple(Exchange(self.number, event.seq, event.edge, shown(event)) for event in ordered)

    def part(self) -> Part:
        return Part(self.number, self.path.parent.name, len(self.trace), chain(self.path))


class _Maker:
    def __init__(self, tellers: Sequence[_Teller], judge: Judge, rules: Rules) -> None:
        self._tellers, self._rules = tellers, rules
        self._judge = judge.of(tellers[0].verdict.generation)
        self._told = tellers[0].told
        self._role = str(self._told["role"])
        if strange := [each.path for each in tellers if each.told["role"] != self._role]:
            raise NoReport(f"{strange[0]}: a trace of another role than the others")
        self._capabilities = tuple(self._told["capabilities"])
        self._deviations = {str(each["clause"]): each for each in self._told["deviations"]}
        self._mine: list[tuple[_Teller, Finding]] = []
        self._others: list[tuple[_Teller, Finding]] = []
        for teller in tellers:
            for finding in self._findings(teller):
                (self._mine if finding.role == self._role else self._others).append((teller, finding))

    def _findings(self, teller: _Teller) -> Iterator[Finding]:
        """Those of the verdict, and what did not get to its end through the component."""
        broken_off = bool(teller.troubles)
        for finding in teller.verdict.findings:
            if finding.kind == "harness" and finding.clause is None and finding.event is None and broken_off:
                continue  # the trace was not closed, or holds no run: the trouble says why
            yield replace(finding, got=self._with_words(teller, finding)) if finding.kind == "lost" else finding
        lost = any(finding.kind == "lost" and finding.role == self._role for finding in teller.verdict.findings)
        for event in teller.kit("stubborn"):
            if event.attrs["role"] == self._role:
                yield Finding("stuck", ENDS, "it had to be killed", role=self._role, event=event.seq)
        for told in teller.troubles:
            if not lost and not self._kits(told):
                where = next((span.start for span in teller.spans if span.name == told.get("item")), None)
                yield Finding("stuck", NOT_IN_TIME, str(told["cause"]), role=self._role, event=where)

    def _with_words(self, teller: _Teller, finding: Finding) -> str:
        """How a process was lost, and the last lines that it wrote where somebody waited for it."""
        words = [str(told["words"]) for told in teller.troubles if told["words"] and told["role"] == finding.role]
        log = [f"its log: {teller.path.parent.name}/logs/{finding.role}.log"] if finding.role == self._role else []
        return "\n".join([finding.got, *words[:1], *log])

    def _kits(self, trouble: Mapping[str, Any]) -> bool:
        """Whether it is the kit's: a neighbour is trusted, so where its process failed, or what is none, the kit did.

        What just does not come is the component's, and a host that does not connect is it of either end.
        """
        role = trouble["role"]
        if role is None and trouble["kind"] == StartError.__name__:
            return True
        return role not in (None, self._role) and not (role == "rhc" and self._role == "cloud-connector")

    def report(self) -> Report:
        told, first = self._told, self._tellers[0]
        bound = [each for each in self._judge.catalogue.values() if self._role in each.roles]
        clauses = tuple(self._clause(each) for each in bound)
        known = {each.id for each in clauses}
        return Report(
            self._role,
            self._component(),
            str(told["kit"]),
            str(told["contracts"]),
            first.verdict.runtime or str(told["runtime"]),
            tuple(str(each.told["seed"]) for each in self._tellers),
            self._capabilities,
            tuple(map(str, told["only"])),
            str(told["command"]),
            clauses,
            tuple(self._failure(t, f) for t, f in self._mine if f.clause not in known),
            tuple(self._failure(t, f) for t, f in self._others if f.kind != "harness" and f.fails),
            tuple(self._troubles()),
            tuple(each.part() for each in self._tellers),
            self._judge.generation.name,
            first.verdict.not_judged,
        )

    def _component(self) -> Component:
        versions = [each.verdict.participants.get(self._role, {}).get("version") for each in self._tellers]
        version = next((str(each) for each in versions if each), "")
        told = [event.attrs for each in self._tellers for event in each.kit("participant")]
        identity = next(
            (each["identity"] for each in told if each["role"] == self._role and each.get("identity")),
            self._told["identity"],
        )
        source = {"git": self._told["git"]} if self._told.get("git") else {}
        return Component(self._role, self._told["kind"], self._told["given"], version, {**identity, **source})

    def _troubles(self) -> Iterator[str]:
        """What the kit itself failed at."""
        for teller in self._tellers:
            for told in teller.troubles:
                if self._kits(told):
                    yield f"part {teller.number}: {told.get('item') or 'the start'}: {told['cause']}"
        for teller, finding in self._others:
            if finding.kind == "harness":
                yield f"part {teller.number}: {finding.expected}: {finding.got}"

    def _clause(self, clause: Clause) -> ClauseReport:
        failures = tuple(
            # A case is played alone in a moment, a story is not.
            sorted(
                (self._failure(t, f) for t, f in self._mine if f.clause == clause.id),
                key=lambda failure: failure.item is None or failure.item in STORIES,
            )
        )
        state, why = self._state(clause, failures)
        return ClauseReport(
            clause.id,
            clause.level,
            clause.text,
            clause.source,
            clause.hops,
            self._rules.capability(clause.id),
            state,
            why,
            tuple(self._evidence(clause.id)),
            failures,
            failures[0].reproduce if failures else self._reproduce(clause.id),
        )

    def _evidence(self, clause: str) -> Iterator[Exchange]:
        left = EVIDENCE
        for teller in self._tellers:
            found = teller.exchanges(teller.verdict.clauses[clause].evidence[:left], left)
            left -= len(found)
            yield from found

    def _state(self, clause: Clause, failures: Sequence[Failure]) -> tuple[ClauseState, str]:
        states = {teller.verdict.clauses[clause.id].state for teller in self._tellers}
        capability, deviation = self._rules.capability(clause.id), self._deviations.get(clause.id)
        if "harness_error" in states:
            return "harness_error", "the kit could not judge it, see the troubles"
        if clause.id in self._judge.disabled:
            return "disabled", self._judge.disabled[clause.id]
        if capability not in self._capabilities and clause.level != "QUIRK":
            return "disabled", f"the capability {capability} was not declared"
        if failures and clause.level != "QUIRK":
            if deviation is None:
                return "fail", ""
            if deviation["expired"]:
                return "fail", f"a known deviation that expired on {deviation['expires']}: {deviation['reason']}"
            return "skip", f"a known deviation until {deviation['expires']}: {deviation['reason']}"
        if "pass" in states or "fail" in states:
            # Where it failed, somebody else was to blame, and this role has kept it.
            late = "" if deviation is None else "a known deviation that did not show: take it off the list"
            return "pass", late
        return "not_exercised", self._why_not(clause, failures)

    def _why_not(self, clause: Clause, failures: Sequence[Failure]) -> str:
        if clause.judged == NOWHERE:
            return clause.reason
        if failures:
            return f"a quirk of other versions: here {failures[0].got}"
        if clause.level == "QUIRK" and self._rules.capability(clause.id) not in self._capabilities:
            return f"the capability {self._rules.capability(clause.id)} was not declared"
        if why := self._rules.unexercised.get(self._role, {}).get(clause.id):
            return why
        spared = [case.id for case in self._judge.cases.by_id.values() if case.fatal and clause.id in case.clauses]
        if spared and self._told["foreign"]:
            return f"today's real component does not survive {spared[0]!r}: only stand-ins are faced with it"
        left_out = {each.attrs["name"]: each.attrs["why"] for t in self._tellers for each in t.kit("left_out")}
        if not_asked := [each for each in left_out if clause.id in self._clauses_of(each)]:
            return f"{not_asked[0]!r} was left out: {left_out[not_asked[0]]}"
        if self._told["only"]:
            return "left out by -k"
        if any(teller.troubles for teller in self._tellers):
            return "what would have shown it was not played, or did not get to its end"
        return "nothing that was played showed it"

    def _clauses_of(self, item: str) -> Collection[str]:
        case = self._judge.cases.by_id.get(item)
        return () if case is None else case.clauses

    def _failure(self, teller: _Teller, finding: Finding) -> Failure:
        item = teller.item(finding.event) or self._item_of_run(teller, finding.run)
        only = item or finding.clause
        return Failure.of(
            finding,
            teller.number,
            item,
            teller.exchanges([finding.event, *finding.prefix[-2:]], EVIDENCE + 1),
            self._command() if only is None else self._reproduce(only),
        )

    def _item_of_run(self, teller: _Teller, label: str | None) -> str | None:
        if label is None:
            return None
        told = [event for event in teller.kit("expect") if event.attrs.get("label") == label]
        return teller.item(told[0].seq) if told else None

    def _command(self) -> str:
        return str(self._told["command"])

    def _reproduce(self, name: str) -> str:
        return f"{self._command()} -k {shlex.quote(name)}"
