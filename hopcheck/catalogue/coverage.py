"""What stored traces exercised of the contracts, and what they did not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hopcheck.checks.clause import NOWHERE
from hopcheck.checks.contracts import Exchanges
from hopcheck.checks.contracts.http import OF_KIT
from hopcheck.checks.judge import Judge
from hopcheck.trace import Trace


@dataclass
class Coverage:
    """Counts by name; what is declared and has a count of 0 was not exercised.

    ``statuses`` has a row ``operation status`` for each documented answer, ``messages`` one for each message of the
    other contracts, ``clauses`` the states that a clause had over the traces, without those that nothing judges.
    ``excused`` are the answers that no client can provoke, each with the reason.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    arrows: Counter[int] = field(default_factory=Counter)
    clauses: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    excused: dict[str, str] = field(default_factory=dict)

    @property
    def operations(self) -> Counter[str]:
        """Requests by operation."""
        found: Counter[str] = Counter()
        for name, count in self.statuses.items():
            found[name.partition(" ")[0]] += count
        return found


def coverage(judge: Judge, traces: Iterable[Trace]) -> Coverage:
    """Judge traces and count what each exercised."""
    found = Coverage()
    for operation in judge.contracts.http.operations:
        found.statuses.update({f"{operation.name} {status}": 0 for status in operation.statuses})
        found.excused |= {f"{operation.name} {status}": why for status, why in operation.excused.items()}
    found.messages.update(dict.fromkeys(judge.contracts.messages(), 0))
    found.arrows.update(dict.fromkeys(judge.hops.arrows, 0))
    for clause in judge.catalogue.values():
        if clause.judged != NOWHERE:
            found.clauses[clause.id] = set()
    for trace in traces:
        _count(judge, trace, found)
    return found


def _count(judge: Judge, trace: Trace, found: Coverage) -> None:
    names, _, _ = judge.check(trace)
    opening = Exchanges().opening
    for event in trace:
        opened = opening(event)
        name = names.get(event.seq)
        if name is None:
            continue
        if event.protocol != "http":
            found.messages[name] += 1
        elif event.op == "response" and opened is not None:
            operation = name.removeprefix(OF_KIT).removesuffix(".response")
            found.statuses[f"{operation} {event.attrs['status']}"] += 1
    verdict = judge.judge(trace)
    for run in verdict.runs:
        for arrow in run.arrows:
            # A derived arrow has no transfer of its own to count.
            found.arrows[arrow.number] += arrow.count or arrow.state == "derived"
    for clause, result in verdict.clauses.items():
        if clause in found.clauses:
            found.clauses[clause].add(result.state)


def kinds(found: Coverage) -> Mapping[str, Mapping[Any, int]]:
    """Everything that is counted, by its kind."""
    exercised = {clause for clause, states in found.clauses.items() if states & {"pass", "fail"}}
    return {
        "operations": found.operations,
        "answers (operation and status)": found.statuses,
        "messages": found.messages,
        "arrows": found.arrows,
        "clauses that are judged": {clause: clause in exercised for clause in found.clauses},
    }


def complete(found: Coverage) -> bool:
    """Whether all was exercised that anybody can provoke."""
    counted = [(str(name), count) for counts in kinds(found).values() for name, count in counts.items()]
    return all(count or name in found.excused for name, count in counted)


def lines(found: Coverage) -> Iterator[str]:
    """For a terminal: how much of each kind, and below it what was not exercised, and what cannot be and why.

    What nobody can provoke and was seen all the same is counted like anything else.
    """
    for what, counts in kinds(found).items():
        missing = [str(name) for name, count in counts.items() if not count]
        excused = [name for name in missing if name in found.excused]
        asked = len(counts) - len(excused)
        yield f"{what}: {len(counts) - len(missing)} of {asked} exercised" + (
            f", {len(excused)} that cannot be provoked" if excused else ""
        )
        for name in missing:
            yield f"  not {name}" + (f": {found.excused[name]}" if name in found.excused else "")
