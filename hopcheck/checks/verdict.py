"""A verdict: what a stored trace proves, arrow by arrow and clause by clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ContractState = Literal["pass", "fail", "none"]
ClauseState = Literal["pass", "fail", "skip", "disabled", "not_exercised", "harness_error"]
Kind = Literal["missing", "forbidden", "unmapped", "breach", "clause", "outcome", "lost", "stuck", "harness"]
CLAUSE_STATES: tuple[ClauseState, ...] = ("pass", "fail", "skip", "disabled", "not_exercised", "harness_error")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    ``role`` is to blame (None: nobody, or the kit), ``event`` the seq that shows it, ``line`` the diagram's,
    ``prefix`` the seqs of the shortest offending prefix, ``run`` the label of the run, ``host`` the client id of the
    host where it shows, ``host_name`` what that is called, ``level`` that of the clause: below MUST it fails nothing.
    ``absent``: nothing wrong was seen, something was not seen.
    """

    kind: Kind
    expected: str
    got: str
    role: str | None = None
    clause: str | None = None
    contract: str | None = None
    arrow: int | None = None
    event: int | None = None
    line: int | None = None
    prefix: tuple[int, ...] = ()
    run: str | None = None
    level: str = "MUST"
    host: str | None = None
    host_name: str | None = None
    absent: bool = False

    @property
    def fails(self) -> bool:
        """Whether it decides the verdict."""
        return self.level == "MUST"


@dataclass(frozen=True, slots=True)
class ArrowResult:
    """One arrow of one run: ``first_s`` is seconds since the stimulus, ``events`` all seqs that belong to it."""

    number: int
    source: str
    target: str
    text: str
    line: int
    state: str
    count: int
    first_s: float | None
    events: tuple[int, ...]
    contract: ContractState


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """One run on one host. ``outcome`` is chosen from the trace, ``expected`` what the scenario asserted."""

    label: str
    run_id: str | None
    correlation_id: str | None
    host: str
    outcome: str
    expected: str
    arrows: tuple[ArrowResult, ...]
    demanded: tuple[int, ...]
    findings: tuple[Finding, ...]
    host_name: str | None = None

    @property
    def place(self) -> str:
        """The host as people call it."""
        return self.host_name or self.host

    @property
    def seen(self) -> int:
        """How many arrows were seen, or derived from what was."""
        return sum(each.state in ("seen", "derived") for each in self.arrows)

    @property
    def met(self) -> int:
        """How many of the demanded arrows were seen."""
        return sum(each.state in ("seen", "derived") and each.number in self.demanded for each in self.arrows)

    @property
    def events(self) -> set[int]:
        """The seqs of everything that is an arrow of it."""
        return {seq for arrow in self.arrows for seq in arrow.events}

    @property
    def ok(self) -> bool:
        return not any(each.fails for each in self.findings)


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """A clause's one state, and seqs of events that show it."""

    state: ClauseState
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a trace proves. ``findings`` are all of them, those of the runs included; ``names`` messages' by seq.

    ``generation`` is that of the hosts, ``not_judged`` what it speaks of not at all, as no tap can see it, ``disabled``
    the reasons of clauses that do not bind it, ``hidden`` those of arrows that cannot be seen; all three are empty for
    the present one.
    """

    runtime: str | None
    participants: Mapping[str, Mapping[str, Any]]
    runs: tuple[RunVerdict, ...]
    clauses: Mapping[str, ClauseResult]
    messages: Mapping[str, int]
    timing: Mapping[str, float | None]
    findings: tuple[Finding, ...] = field(default=())
    names: Mapping[int, str | None] = field(default_factory=dict, repr=False, compare=False)
    generation: str = ""
    not_judged: tuple[str, ...] = ()
    disabled: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[int, str] = field(default_factory=dict)

    @property
    def verdict(self) -> Literal["pass", "fail", "error"]:
        """error where the kit itself failed, since then nobody can be blamed; else fail or pass."""
        if any(each.kind == "harness" for each in self.findings):
            return "error"
        return "fail" if any(each.fails for each in self.findings) else "pass"

    def of(self, run: RunVerdict) -> tuple[Finding, ...]:
        """What is wrong with one run on one host: its own findings, and its messages'; what that host did besides.

        A message of the host that is no arrow of any run counts for all runs on it.
        """
        own, mapped = run.events, {seq for each in self.runs for seq in each.events}
        return tuple(
            each
            for each in self.findings
            if each in run.findings
            or (each.host in (None, run.host) and each.event in own)
            or (each.host == run.host and each.arrow is None and each.event not in mapped)
        )

    def ok(self, run: RunVerdict) -> bool:
        """Whether nothing that decides is wrong with one run on one host."""
        return not any(each.fails for each in self.of(run))

    @property
    def clause_counts(self) -> dict[str, int]:
        """How many clauses have each of the six states."""
        counts = Counter(each.state for each in self.clauses.values())
        return {state: counts[state] for state in CLAUSE_STATES}

    def summary(self) -> dict[str, Any]:
        """summary.json: ``arrows`` are the first run's, a derived arrow counts as seen; ``runs`` has each alone."""
        return {
            "verdict": self.verdict,
            "runtime": self.runtime,
            "participants": {
                role: {name: each.get(name) for name in ("kind", "version", "hosts") if name != "hosts" or name in each}
                for role, each in self.participants.items()
            },
            "arrows": _arrows(self.runs[0]) if self.runs else _NO_ARROWS,
            "runs": [self._run(each) for each in self.runs],
            "together": self.together(),
            "messages": dict(self.messages),
            "clauses": self.clause_counts,
            "timing": dict(self.timing),
            "findings": len(self.findings),
            **({"generation": self.generation, "not_judged": list(self.not_judged)} if self.not_judged else {}),
        }

    def together(self) -> dict[str, int]:
        """All runs on all hosts: how many there are, how many went as asserted, and arrows demanded and met."""
        good = sum(self.ok(each) for each in self.runs)
        return {
            "runs": len(self.runs),
            "as_asserted": good,
            "wrong": len(self.runs) - good,
            "demanded": sum(len(each.demanded) for each in self.runs),
            "met": sum(each.met for each in self.runs),
        }

    def _run(self, run: RunVerdict) -> dict[str, Any]:
        return {
            "label": run.label,
            "run_id": run.run_id,
            "correlation_id": run.correlation_id,
            "host": run.host,
            "host_name": run.host_name,
            "outcome": run.outcome,
            "expected": run.expected,
            "verdict": "pass" if self.ok(run) else "fail",
            "arrows": _arrows(run),
            "findings": len(self.of(run)),
        }

    def as_dict(self) -> dict[str, Any]:
        """The whole verdict as JSON; equal traces give equal values."""
        return {
            **self.summary(),
            "runs": [asdict(run) for run in self.runs],
            "clauses": {
                name: asdict(each) | ({"why": self.disabled[name]} if name in self.disabled else {})
                for name, each in self.clauses.items()
            },
            "findings": [asdict(each) for each in self.findings],
        }


_NO_ARROWS: dict[str, Any] = {"total": 30, "demanded": 0, "seen": 0, "missing": [], "forbidden": []}


def _arrows(run: RunVerdict) -> dict[str, Any]:
    states = {each.number: each.state for each in run.arrows}
    return {
        "total": len(run.arrows),
        "demanded": len(run.demanded),
        "seen": sum(state in ("seen", "derived") for state in states.values()),
        "missing": [number for number, state in states.items() if state == "missing"],
        "forbidden": [number for number, state in states.items() if state == "forbidden"],
    }
