"""Everything that the contracts' directory says about clauses, read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hopcheck.checks.cases import Case, Cases
from hopcheck.checks.clause import CONTRACT, NOWHERE, RELATION, Clause, catalogue_of
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.generation import PRESENT
from hopcheck.checks.hops import Hops, load_hops
from hopcheck.faults.catalogue import Fault, load_faults


@dataclass(frozen=True)
class Book:
    """The catalogue of clauses beside the wrong stand-ins that break them."""

    clauses: dict[str, Clause]
    faults: dict[str, Fault]
    hops: Hops
    cases: dict[str, Case]

    @classmethod
    def load(cls, directory: Path) -> Book:
        """Read a directory of contracts. Raises `ClauseError`, `FaultError` or `HopsError` saying what and where."""
        hops = load_hops(directory / "hops.yaml")
        clauses = catalogue_of(directory, hops.roles)
        cases = Cases(Documents(directory))
        cases.fit(clauses, hops.named.values())
        return cls(clauses, load_faults(directory / "faults"), hops, cases.by_id)

    def broken_by(self, clause: Clause) -> list[Fault]:
        """The wrong stand-ins that break it."""
        present = (fault for fault in self.faults.values() if fault.generation == PRESENT)
        return [fault for fault in present if fault.caught_by.clause == clause.id]

    def asked_by(self, clause: Clause) -> list[Case]:
        """The cases that put it to the test: it is active where there is one."""
        return [case for case in self.cases.values() if clause.id in case.clauses]

    def answered_wrong(self, clause: Clause) -> list[Case]:
        """The cases of which `hopcheck faults --cases` makes a wrong answer that breaks it."""
        return [case for case in self.asked_by(clause) if case.request is not None]

    def modes(self, clause: Clause) -> list[str]:
        """How it is judged: passive, always and over whatever a trace holds; active, by a stimulus of the kit's own."""
        passive = clause.judged in (CONTRACT, RELATION)
        return ["passive"] * passive + ["active"] * bool(clause.judged != NOWHERE and self.asked_by(clause))

    def arrows(self, clause: Clause) -> list[int]:
        """The diagram's arrows on the clause's hops."""
        return [number for number, arrow in self.hops.arrows.items() if set(arrow.hop.edges) & set(clause.hops)]

    def covered(self, clause: Clause) -> bool:
        """Whether the clause is judged, and a wrong stand-in, written or made from a case, shows that it bites."""
        return clause.judged != NOWHERE and bool(self.broken_by(clause) or self.answered_wrong(clause))

    def select(
        self, *, roles: Iterable[str] = (), levels: Iterable[str] = (), not_covered: bool = False
    ) -> Iterator[Clause]:
        """The clauses that bind any of the roles and have any of the levels; no role and no level stand for all."""
        asked, wanted = set(roles), set(levels)
        for clause in self.clauses.values():
            if asked and not asked & set(clause.roles):
                continue
            if wanted and clause.level not in wanted:
                continue
            if not_covered and self.covered(clause):
                continue
            yield clause
