"""contracts/hops.yaml: the edges, what each arrow of the diagram is on the wire, and what is background."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

from hopcheck import yaml_tree
from hopcheck.checks.predicate import OPERATORS, Where, matches
from hopcheck.trace import Event

ARROWS = range(1, 31)
KEYS = frozenset({"session", "run", "pass", "message", "correlation", "upload"})


class HopsError(ValueError):
    """hops.yaml contradicts itself or the diagram."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge: who talks to whom by which protocol, judged by which contract documents, seen by which tap."""

    name: str
    source: str
    target: str
    protocol: str
    contracts: tuple[str, ...]
    tap: str


@dataclass(frozen=True, slots=True)
class Hop:
    """Messages (glob patterns) on edges that satisfy a predicate; ``unnamed`` takes events without a message too."""

    edges: tuple[str, ...]
    messages: tuple[str, ...]
    where: Where = field(default_factory=dict)
    unnamed: bool = False

    def takes(self, message: str | None, event: Event) -> bool:
        """Whether this event is one of the hop's."""
        if self.edges and event.edge not in self.edges:
            return False
        named = self.unnamed if message is None else _named(message, self.messages)
        return named and matches(self.where, event)


@lru_cache(8192)
def _named(message: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(message, each) for each in patterns)


@dataclass(frozen=True, slots=True)
class ArrowRule:
    """An arrow on the wire: its own hop, the kind of its key, and the further ``parts`` that make it whole."""

    number: int
    hop: Hop
    key: str
    parts: Mapping[str, Hop]


@dataclass(frozen=True, slots=True)
class Background:
    """A declared class of traffic that is no arrow (rule 13).

    ``within`` limits it to requests made while a UI request of these messages was open, ``of`` to what follows from
    an upload of that kind or to the time of a ``visit``, ``fault`` to runs that declared one.
    """

    name: str
    hop: Hop
    within: tuple[str, ...] = ()
    of: str | None = None
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An outcome and the facts of a run, all of which choose it."""

    outcome: str
    when: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hops:
    """The part of hops.yaml that attribution reads; ``participants`` gives the role of a lifeline's label.

    ``auxiliary`` are those, by name, that are no participants and that cases are played against all the same.
    ``unwatched`` are edges that no tap sees of these hosts (`hopcheck.checks.generation`).
    """

    participants: Mapping[str, str]
    auxiliary: Mapping[str, str]
    edges: Mapping[str, Edge]
    arrows: Mapping[int, ArrowRule]
    background: tuple[Background, ...]
    choose: tuple[Choice, ...]
    unwatched: frozenset[str] = frozenset()

    @property
    def roles(self) -> frozenset[str]:
        """Every role of the diagram."""
        return frozenset(self.participants.values())

    @property
    def named(self) -> Mapping[str, str]:
        """The role of everybody that a case can be about, by name."""
        return {**self.participants, **self.auxiliary}


def load_hops(path: Path) -> Hops:
    """Read hops.yaml. Raises `HopsError` where an arrow, an edge or an operator is missing or unknown."""
    return hops_of(yaml_tree.load(path.read_text()))


def hops_of(document: Mapping[str, Any], unwatched: Iterable[str] = ()) -> Hops:
    """What stands in hops.yaml, and which edges nobody watches. Raises as `load_hops`."""
    edges = {
        name: Edge(
            name, each["source"], each["target"], each["protocol"], tuple(each.get("contracts", ())), each["tap"]
        )
        for name, each in document["edges"].items()
    }
    arrows = {number: _arrow(number, each) for number, each in document["arrows"].items()}
    if set(arrows) != set(ARROWS):
        raise HopsError(f"arrows: {sorted(set(arrows) ^ set(ARROWS))} do not match the diagram's 1 to 30")
    background = tuple(_background(each) for each in document["background"])
    choose = tuple(Choice(each["outcome"], each.get("when", {})) for each in document["choose"])
    if not choose or choose[-1].when:
        raise HopsError("choose: the last entry must have no condition")
    hidden = frozenset(unwatched)
    hops = Hops(document["participants"], document.get("auxiliary", {}), edges, arrows, background, choose, hidden)
    if strange := hidden - set(edges):
        raise HopsError(f"unknown edges {sorted(strange)}")
    for hop in _every_hop(hops):
        if unknown := set(hop.edges) - set(edges):
            raise HopsError(f"unknown edges {sorted(unknown)}")
    return hops


def _arrow(number: int, each: Mapping[str, Any]) -> ArrowRule:
    if each["key"] not in KEYS:
        raise HopsError(f"arrow {number}: unknown key kind {each['key']!r}")
    parts = {name: _hop({"edge": each["edge"], **part}) for name, part in each.get("parts", {}).items()}
    return ArrowRule(number, _hop(each), each["key"], parts)


def _background(each: Mapping[str, Any]) -> Background:
    return Background(each["name"], _hop(each), tuple(each.get("within", ())), each.get("of"), each.get("fault", False))


def _hop(each: Mapping[str, Any]) -> Hop:
    where = each.get("where", {})
    for asked in where.values():
        if isinstance(asked, Mapping) and (unknown := set(asked) - OPERATORS):
            raise HopsError(f"unknown operators {sorted(unknown)}")
    edges = each.get("edges") or ([each["edge"]] if "edge" in each else [])
    return Hop(tuple(edges), tuple(each.get("messages", ())), where, each.get("unnamed", False))


def _every_hop(hops: Hops) -> list[Hop]:
    own = [hop for arrow in hops.arrows.values() for hop in (arrow.hop, *arrow.parts.values())]
    return own + [each.hop for each in hops.background]
