"""A stored trace judged: offline, again and again, with the same result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from hopcheck import yaml_tree
from hopcheck.checks.attribution import attribute
from hopcheck.checks.background import unmapped
from hopcheck.checks.cases import Cases, exchanges
from hopcheck.checks.clause import Clause, Told, Violation, catalogue_of, relations
from hopcheck.checks.clause_states import Borne, clause_states
from hopcheck.checks.contracts import Breach, Checker, Contracts, upload_parts
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.generated import findings as generated
from hopcheck.checks.generated import owed
from hopcheck.checks.generation import PRESENT, named_in
from hopcheck.checks.generation import load as load_generation
from hopcheck.checks.history import History, body, member
from hopcheck.checks.hops import Hops, hops_of
from hopcheck.checks.instance import Instance
from hopcheck.checks.relations.flow import is_over
from hopcheck.checks.run_verdict import FlowJudge
from hopcheck.checks.sightings import sightings
from hopcheck.checks.verdict import Finding, RunVerdict, Verdict
from hopcheck.flow import Processes, load_order, parse
from hopcheck.trace import Event, Trace, load
from hopcheck.trace.uncollected import uncollected


class Judge:
    """The contracts of a directory, read once; judges any number of traces. Raises where they contradict each other.

    They are as the named generation of hosts has them; a trace of another one is judged by that one's.
    """

    def __init__(self, contracts_dir: Path, generation: str = PRESENT) -> None:
        self._directory, self._others = contracts_dir, dict[str, Judge]()
        self.generation = own = load_generation(contracts_dir, generation)
        tree = own.amended("hops.yaml", yaml_tree.load((contracts_dir / "hops.yaml").read_text()))
        self.hops: Hops = hops_of(tree, own.unwatched)
        self.diagram = parse((contracts_dir / "flow.mmd").read_text())
        self.order = own.excuses(load_order(tree, self.diagram), self.hops)
        self.processes = Processes(self.diagram, self.order)
        self.contracts = Contracts(Documents(contracts_dir, amended=own.amended))
        self.relations = {**relations(), **relations(generation)}
        self.catalogue: dict[str, Clause] = own.reads(catalogue_of(contracts_dir, self.hops.roles))
        self.disabled = own.reasons(self.catalogue.values())
        self.cases = Cases(self.contracts.documents)
        self.cases.fit(self.catalogue, self.hops.named.values())

    def of(self, generation: str) -> Judge:
        """By the contracts of the same directory, as this generation has them, the present one where none is named.

        Raises `GenerationError`.
        """
        generation = generation or PRESENT
        if generation == self.generation.name:
            return self
        if generation not in self._others:
            self._others[generation] = Judge(self._directory, generation)
        return self._others[generation]

    def judge(self, trace: Trace) -> Verdict:
        """The verdict on a trace, by the contracts of its hosts' generation."""
        return self.of(named_in(trace)).judge_as_own(trace)

    @uncollected()
    def judge_as_own(self, trace: Trace) -> Verdict:
        """The verdict on a trace as if its hosts were of this judge's generation."""
        names, breaches, borne = self.check(trace)
        history = History(trace, names, self.hops, upload_parts)
        attribution = attribute(history)
        broken = {event.seq for event, _ in breaches}
        flow = FlowJudge(
            self.processes,
            history,
            {seq: seq in broken for seq, name in names.items() if name is not None},
            bool(history.kit("closed")),
        )
        runs, mapped = [], set[int]()
        for number, instance in enumerate(attribution.instances, 1):
            shown = sightings(history, instance)
            mapped.update(event.seq for _, events in shown for event in events)
            mapped.update(_beside(instance))
            runs.append(flow.run(instance, shown, number))
        strangers = list(unmapped(history, attribution, mapped))
        states, clause_findings = clause_states(
            self.catalogue,
            self.relations,
            Told(history, attribution),
            breaches,
            borne,
            self.cases.judge(trace),
            self.disabled,
        )
        findings = [
            *_harness(history, runs),
            *(finding for run in runs for finding in run.findings),
            *(_unmapped(history, event) for event in strangers),
            *(self.breach(event, breach) for event, breach in breaches),
            *(self._answered_wrong(asked, wrong) for asked, wrong in self.cases.unclaused(trace)),
            *generated(history),
            *clause_findings,
            *_lost(history, self.hops),
        ]
        messages = {
            "observed": sum(event.protocol != "kit" for event in trace),
            "validated": sum(name is not None and seq not in broken for seq, name in names.items()),
            "unmapped": len(strangers),
        }
        return Verdict(
            _runtime(history),
            _participants(history),
            tuple(runs),
            states,
            messages,
            _timing(history, attribution.instances),
            tuple(_placed(history, each) for each in findings),
            names,
            self.generation.name,
            self.generation.not_judged(self.hops),
            {name: why for name, why in self.disabled.items() if name in states},
            self.generation.hidden(self.hops),
        )

    def check(self, trace: Trace) -> tuple[dict[int, str | None], list[tuple[Event, Breach]], dict[str, list[int]]]:
        """Message names by seq, what each message broke, and by clause the first messages that put it to the test.

        What a tap itself bent (``fault``) broke nothing and proves nothing.
        """
        checker = Checker(self.contracts)
        names: dict[int, str | None] = {}
        breaches = []
        borne = Borne()
        for event in trace:
            if event.protocol == "kit":
                continue
            if event.payload is not None:
                _ = event.payload.json  # read once, for everybody who looks at it from here on
            checked = checker.check(event)
            names[event.seq] = checked.message
            if not event.attrs.get("fault"):
                breaches += [(event, breach) for breach in checked.breaches if not self._disabled(breach)]
                borne.add(event.seq, checked.exercise)
        return names, list(owed(trace, breaches)), borne.by_clause

    def _disabled(self, breach: Breach) -> bool:
        """Whether it is one of clauses alone that do not bind these hosts."""
        return bool(breach.clauses) and all(name in self.disabled for name in breach.clauses)

    def breach(self, event: Event, breach: Breach) -> Finding:
        """What a message broke, as a finding."""
        levels = {self.catalogue[name].level for name in breach.clauses if name in self.catalogue}
        clause = next(iter(breach.clauses), None)
        return Finding(
            "breach",
            f"{breach.place}: {breach.expected}",
            breach.got,
            role=breach.role,
            clause=clause,
            contract=breach.contract,
            event=event.seq,
            level="MUST" if not levels or "MUST" in levels else min(levels),
        )

    def _answered_wrong(self, asked: Event, wrong: Violation) -> Finding:
        """The answer to a case that no clause is about: its operation's contract stands for it."""
        event = asked if wrong.event is None else wrong.event
        contract = self.contracts.http.contract(asked)
        return Finding("breach", wrong.expected, wrong.got, role=wrong.role, contract=contract, event=event.seq)


def judge(trace: Trace, contracts_dir: Path) -> Verdict:
    """Judge a trace by the contracts of a directory."""
    return Judge(contracts_dir).judge(trace)


def judge_file(path: Path, contracts_dir: Path) -> Verdict:
    """Judge a stored trace.jsonl. Raises ValueError where it is not one."""
    return judge(load(path), contracts_dir)


def _beside(instance: Instance) -> set[int]:
    """Events of an instance that are no occurrence: verified in vain, a Transmit never posted, half a session."""
    exchanges = [
        *instance.gets,
        *instance.verifiers,
        *instance.runners,
        *instance.collections,
        *instance.lone_transmits,
        *(e for upload in instance.uploads for e in (*upload.puts, *upload.gets)),
    ]
    events = [event for each in exchanges for event in each.events]
    events += [event for each in instance.registrations for event in each.owned.events]
    events += [*instance.published, *instance.delivered, *instance.begins, *instance.ends]
    return {event.seq for event in events}


def _harness(history: History, runs: list[RunVerdict]) -> list[Finding]:
    findings = []
    if not history.kit("closed"):
        findings.append(Finding("harness", "a trace that the kit closed", "one that ends in the middle"))
    dealt_with = history.kit("visit") or history.kit("case") or any(exchanges(history.trace))
    if not runs and not dealt_with:
        findings.append(
            Finding("harness", "a run to judge", "neither a run, nor an expectation, nor a visit, nor a case")
        )
    return findings


def _placed(history: History, finding: Finding) -> Finding:
    """The finding with the host that its event was seen on, where it names none itself."""
    host = finding.host
    if host is None and finding.event is not None and (event := history.at(finding.event)).protocol != "kit":
        host = event.host
    return finding if host is None else replace(finding, host=host, host_name=history.host_names.get(host))


def _unmapped(history: History, event: Event) -> Finding:
    name = history.name(event)
    asker = (history.question(event) or event).source
    role = asker if asker in history.hops.roles else None
    return Finding(
        "unmapped",
        "an arrow of the diagram or declared background",
        f"{name or event.op} from {event.source} to {event.target} on {event.edge}",
        role=role,
        event=event.seq,
    )


def _lost(history: History, hops: Hops) -> list[Finding]:
    findings = []
    for event in history.kit("lost"):
        role = str(event.attrs.get("role"))
        got = str(event.attrs.get("cause") or f"{role} ended with status {event.attrs.get('status')}")
        own = role not in hops.roles
        findings.append(
            Finding(
                "harness" if own else "lost",
                f"{role} runs until it is stopped",
                got,
                role=None if own else role,
                event=event.seq,
                host=history.client_ids.get(event.attrs.get("host_name")),
                host_name=event.attrs.get("host_name"),
            )
        )
    return findings


def _runtime(history: History) -> str | None:
    started = history.kit("run")
    return started[0].attrs.get("runtime") if started else None


def _participants(history: History) -> dict[str, dict[str, Any]]:
    """By role; ``hosts`` are those of the hosts that run it, each with its own kind and version, where that is told."""
    found: dict[str, dict[str, Any]] = {}
    for event in history.kit("participant"):
        who = {"kind": event.attrs.get("kind"), "version": event.attrs.get("version")}
        hosts = dict(found.get(str(event.attrs.get("role")), {}).get("hosts", {}))
        if (name := event.attrs.get("host_name")) is not None:
            hosts[str(name)] = who
        found[str(event.attrs.get("role"))] = {**who, "hosts": hosts} if hosts else who
    return found


def _timing(history: History, instances: list[Instance]) -> dict[str, float | None]:
    """Of the first run: until all was ready, from the press to the terminal status in the UI, and Ansible alone."""
    ready = [event.attrs.get("seconds") for event in history.kit("ready")]
    first = instances[0] if instances else None
    flow = ansible = None
    if first is not None and first.run is not None:
        presses = [event.t for event in history.kit("stimulus") if event.seq < first.run.execute.asked.seq]
        ends = [
            each.poll.answered.t
            for each in first.run.passes
            if each.poll.answered is not None
            and member(body(each.poll.answered), "id") == first.run.run_id
            and is_over(body(each.poll.answered))
        ]
        if ends:
            flow = round((ends[0] - (presses[-1] if presses else first.run.execute.asked.began)) / 1e9, 6)
    if first is not None and first.runners and first.runners[0].answered is not None:
        ansible = round((first.runners[0].answered.t - first.runners[0].asked.t) / 1e9, 6)
    return {
        "ready_s": max((s for s in ready if isinstance(s, (int, float))), default=None),
        "flow_s": flow,
        "ansible_s": ansible,
    }
