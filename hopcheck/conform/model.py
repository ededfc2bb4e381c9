"""A conformance report: each clause that binds a role, with one of six states. Made from traces alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from hopcheck.checks.generation import PRESENT
from hopcheck.checks.verdict import CLAUSE_STATES, ClauseState, Finding

Outcome = Literal["pass", "fail", "error"]
CORE = "core"


@dataclass(frozen=True, slots=True)
class Component:
    """What was put to the test.

    ``kind`` is stand-in, cmd, image, url or host; ``given`` the command, image or address as it was given; ``version``
    what it reported, empty where it did not; ``identity`` digests by name: ``sha256`` of the program, ``image`` of an
    image.
    """

    role: str
    kind: str
    given: str
    version: str
    identity: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """An observation that shows something: ``part`` and ``seq`` say where, ``shown`` is its redacted text."""

    part: int
    seq: int
    edge: str
    shown: str


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is wrong: expected against got, where it shows, and the command line that shows it alone.

    ``item`` is the case or story during which it was seen.
    """

    kind: str
    clause: str | None
    contract: str | None
    arrow: int | None
    role: str | None
    expected: str
    got: str
    level: str
    item: str | None
    part: int
    seq: int | None
    exchanges: tuple[Exchange, ...]
    reproduce: str

    @classmethod
    def of(
        cls, finding: Finding, part: int, item: str | None, exchanges: tuple[Exchange, ...], reproduce: str
    ) -> Failure:
        """A finding of the verdict on one part's trace."""
        return cls(
            finding.kind,
            finding.clause,
            finding.contract,
            finding.arrow,
            finding.role,
            finding.expected,
            finding.got,
            finding.level,
            item,
            part,
            finding.event,
            exchanges,
            reproduce,
        )


@dataclass(frozen=True, slots=True)
class ClauseReport:
    """One clause that binds the role.

    ``evidence`` are observations that put it to the test, ``why`` explains every state but pass and fail: the reason
    and date of a known deviation (skip), the capability that was not declared (disabled), why nothing showed it (not
    exercised). A pass may have a ``why``, too: a deviation that is known but does not show.
    """

    id: str
    level: str
    text: str
    source: str
    hops: tuple[str, ...]
    capability: str
    state: ClauseState
    why: str
    evidence: tuple[Exchange, ...]
    failures: tuple[Failure, ...]
    reproduce: str


@dataclass(frozen=True, slots=True)
class Part:
    """One topology's trace: ``directory`` below the report, where its trace.jsonl and logs lie; ``chain`` the end of
    the hash chain over it, hexadecimal; ``events`` how many there are.
    """

    number: int
    directory: str
    events: int
    chain: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the traces prove about one component.

    ``contracts`` is the digest of the kit's contracts, ``seeds`` those of the parts. ``others`` are failures of the
    component's that break no catalogued clause (an arrow that is missing, a message that no contract knows, its death);
    ``neighbours`` those that blame a trusted neighbour: beside failures of the component's they mostly follow from
    them, alone they are the kit's error. ``command`` is the command line, without what it was restricted to: ``only``
    are those clauses, cases and stories, none where everything was played. ``generation`` is that of the hosts, and
    ``not_judged`` what nothing is said of, as no tap can see it there.
    """

    role: str
    component: Component
    kit: str
    contracts: str
    runtime: str
    seeds: tuple[str, ...]
    capabilities: tuple[str, ...]
    only: tuple[str, ...]
    command: str
    clauses: tuple[ClauseReport, ...]
    others: tuple[Failure, ...]
    neighbours: tuple[Failure, ...]
    troubles: tuple[str, ...]
    parts: tuple[Part, ...]
    generation: str = PRESENT
    not_judged: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many clauses have each of the six states."""
        found = Counter(each.state for each in self.clauses)
        return {state: found[state] for state in CLAUSE_STATES}

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All that is wrong with the component, also what fails nothing (a broken SHOULD), not what is skipped."""
        mine = (failure for each in self.clauses if each.state != "skip" for failure in each.failures)
        return (*mine, *self.others)

    @property
    def exercised(self) -> frozenset[str]:
        """The clauses that something put to the test."""
        return frozenset(each.id for each in self.clauses if each.state in ("pass", "fail", "skip"))

    @property
    def said(self) -> str:
        """The verdict in words: one of a restricted run is none on the component."""
        return f"{self.verdict} of a part: only {', '.join(self.only)}" if self.only else self.verdict

    @property
    def verdict(self) -> Outcome:
        """fail where the component broke a MUST; error where the kit failed, a neighbour alone, or nothing showed."""
        if any(failure.level == "MUST" for failure in self.failures):
            return "fail"
        if self.troubles or self.neighbours or self.counts["harness_error"] or not self.exercised:
            return "error"
        return "pass"

    def result(self) -> dict[str, Any]:
        """The result section: equal traces give equal values."""
        return {
            "role": self.role,
            "only": list(self.only),
            "verdict": self.verdict,
            "counts": self.counts,
            "clauses": [asdict(each) for each in self.clauses],
            "others": [asdict(each) for each in self.others],
            "neighbours": [asdict(each) for each in self.neighbours],
            "troubles": list(self.troubles),
            **({"generation": self.generation, "not_judged": list(self.not_judged)} if self.not_judged else {}),
        }

    def as_dict(self) -> dict[str, Any]:
        """report.json."""
        return {
            "kit": self.kit,
            "contracts": self.contracts,
            "component": asdict(self.component),
            "runtime": self.runtime,
            "seeds": list(self.seeds),
            "capabilities": list(self.capabilities),
            "only": list(self.only),
            "command": self.command,
            "parts": [asdict(each) for each in self.parts],
            "result": self.result(),
        }


def part_directory(report: Path, number: int) -> Path:
    """Where a part's trace and logs lie below a report."""
    return report / f"part-{number}"
