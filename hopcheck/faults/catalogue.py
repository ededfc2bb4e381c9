"""The catalogue of wrong stand-ins (contracts/faults), and whether a verdict names one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hopcheck import yaml_tree
from hopcheck.checks.generation import PRESENT
from hopcheck.checks.verdict import Finding
from hopcheck.home import CONTRACTS
from hopcheck.report.diagnosis import Diagnosis

CATALOGUE = CONTRACTS / "faults"
ARROWS = range(1, 31)
_FIELDS = {"id", "story", "case", "arrow", "breaks", "stuck", "fresh", "caught_by", "also", "holds", "generation"}
_PLACES = ("clause", "contract", "arrow")


class FaultError(ValueError):
    """An entry is incomplete, or nobody knows the fault."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The finding that must be there; what is None may be anything."""

    kind: str
    role: str
    clause: str | None = None
    contract: str | None = None
    arrow: int | None = None

    @property
    def place(self) -> str:
        """Clause, contract and arrow in words."""
        places = [self.clause, self.contract, None if self.arrow is None else f"arrow {self.arrow}"]
        return " ".join(place for place in places if place) or self.kind

    def names(self, finding: Finding) -> bool:
        """Whether a finding is this one: of this kind and place, and with this role to blame."""
        return (
            finding.kind == self.kind
            and finding.role == self.role
            and all(getattr(self, place) in (None, getattr(finding, place)) for place in _PLACES)
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong stand-in.

    ``case`` is what is played where there is one, else ``story``. ``arrow`` is where it shows (None: at a case only),
    ``stuck`` whether the flow cannot go on, ``fresh`` whether it shows only where nothing was played before, ``also``
    the other roles that are blamed for it, each with the reason. ``holds`` are messages that taps keep back, where it
    shows only in an order that seldom comes by itself (`hopcheck.generated.runs.moment.hold`), ``generation`` is
    that of the hosts that it is played on.
    """

    id: str
    story: str
    case: str | None
    arrow: int | None
    breaks: str
    stuck: bool
    caught_by: Expected
    also: Mapping[str, str]
    fresh: bool = False
    holds: tuple[str, ...] = ()
    generation: str = PRESENT

    @property
    def role(self) -> str:
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Caught:
    """What one run told: the finding that names the fault (None: nobody noticed) and everything else that fails.

    ``trouble`` is why the story was not played to its end, ``diagnosis`` the screen that somebody would have seen.
    """

    fault: Fault
    finding: Finding | None
    findings: tuple[Finding, ...]
    seconds: float
    trouble: str | None = None
    diagnosis: Diagnosis | None = None

    @property
    def blamed(self) -> list[str]:
        """Other roles that were blamed, in the order of the findings."""
        others = dict.fromkeys(f.role for f in self.findings if f.role is not None and f.role != self.fault.role)
        return list(others)

    @property
    def ok(self) -> bool:
        """Whether the fault was named, and nobody was blamed whom the catalogue does not excuse."""
        return self.finding is not None and set(self.blamed) <= set(self.fault.also)


def caught(
    fault: Fault,
    findings: Sequence[Finding],
    seconds: float,
    trouble: str | None = None,
    diagnosis: Diagnosis | None = None,
) -> Caught:
    """Look for a fault among the findings of its run."""
    failing = tuple(each for each in findings if each.fails)
    # A clause below MUST fails nothing, and is found all the same.
    named = next((each for each in findings if fault.caught_by.names(each)), None)
    return Caught(fault, named, failing, seconds, trouble, diagnosis)


def load_faults(path: Path = CATALOGUE) -> dict[str, Fault]:
    """Every fault of a directory by id, role by role in the order of its file. Raises FaultError."""
    found: dict[str, Fault] = {}
    for file in sorted(path.glob("*.yaml")):
        for entry in yaml_tree.load(file.read_text()):
            fault = fault_of(entry)
            if fault.id in found:
                raise FaultError(f"{file.name}: {fault.id} is there twice")
            if fault.role != file.stem:
                raise FaultError(f"{file.name}: {fault.id} belongs to {fault.role}.yaml")
            found[fault.id] = fault
    return found


def fault_of(entry: Mapping[str, Any]) -> Fault:
    """A fault as the file has it. Raises `FaultError` saying what is wrong with it."""
    name = entry.get("id", "an entry without id")
    if unknown := set(entry) - _FIELDS:
        raise FaultError(f"{name}: unknown {', '.join(sorted(unknown))}")
    try:
        role, _, own = entry["id"].partition(".")
        expected = Expected(role=role, **entry["caught_by"])
        fault = Fault(
            entry["id"],
            entry.get("story", "complete"),
            entry.get("case"),
            entry.get("arrow") if "case" in entry else entry["arrow"],
            entry["breaks"],
            entry.get("stuck", False),
            expected,
            entry.get("also", {}),
            entry.get("fresh", False),
            tuple(entry.get("holds", ())),
            entry.get("generation", PRESENT),
        )
    except KeyError as error:
        raise FaultError(f"{name}: lacks {error.args[0]}") from error
    except TypeError as error:
        raise FaultError(f"{name}: {error}") from error
    if not own or (fault.arrow is not None and fault.arrow not in ARROWS):
        raise FaultError(f"{name}: want ROLE.NAME and an arrow from 1 to 30")
    return fault
