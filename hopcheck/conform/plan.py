"""What is played for a role: its cases and the stories of the flow (contracts/conformance.yaml), in lots."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hopcheck import yaml_tree
from hopcheck.checks.cases import Case
from hopcheck.checks.clause import CONTRACT, RELATION, Clause
from hopcheck.checks.generation import Generation
from hopcheck.conform.model import CORE
from hopcheck.suggestion import meant
from hopcheck.topology.settings import ROLES, scope
from hopcheck.topology.story import ALONE, BUSY, FAILED, NOT_CONNECTED, REFUSED, Story

STORIES: Mapping[str, Story] = {
    "complete": ALONE,
    "failed": FAILED,
    "refused": REFUSED,
    "not_connected": NOT_CONNECTED,
    "busy": BUSY,
}
STORY_COST, GIVEN_COST, CASE_COST, GENERATED_COST = 1.5, 0.35, 0.03, 20.0
"""About how many seconds one takes."""
GENERATED = "generated requests"
"""What all of those that schemathesis makes are called together."""


class PlanError(ValueError):
    """Something is asked for that there is not; the text says what there is."""


@dataclass(frozen=True, slots=True)
class Capability:
    """An extension: ``clauses`` are those that bind only whoever has it, ``cases`` need it besides."""

    name: str
    what: str
    clauses: frozenset[str]
    cases: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """contracts/conformance.yaml."""

    capabilities: Mapping[str, Capability]
    stories: Mapping[str, tuple[str, ...]]
    unexercised: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, file: Path) -> Rules:
        """Raises `PlanError` naming a field that is missing or unknown."""
        tree: dict[str, Any] = yaml_tree.load(file.read_text())
        if wrong := set(tree) ^ {"capabilities", "stories", "unexercised"}:
            raise PlanError(f"{file.name}: fields differ: {', '.join(sorted(wrong))}")
        capabilities = {
            name: Capability(name, entry["what"], frozenset(entry["clauses"]), frozenset(entry["cases"]))
            for name, entry in tree["capabilities"].items()
        }
        return cls(capabilities, {role: tuple(names) for role, names in tree["stories"].items()}, tree["unexercised"])

    def misfits(self, clauses: Mapping[str, Clause], cases: Collection[str]) -> Iterator[str]:
        """Where it names what is not there; a sentence each."""
        for each in self.capabilities.values():
            for name in sorted(each.clauses - set(clauses)):
                yield f"capability {each.name} names clause {name}, which the catalogue has not"
            for name in sorted(each.cases - set(cases)):
                yield f"capability {each.name} names case {name!r}, which is none"
        for role, names in self.stories.items():
            if role not in ROLES:
                yield f"stories of {role}, which is no role"
            for name in set(names) - set(STORIES):
                yield f"{role} has story {name!r}; there are {', '.join(STORIES)}"
        for role, reasons in self.unexercised.items():
            for name in reasons:
                if name not in clauses or role not in clauses[name].roles:
                    yield f"{name} does not bind {role}, so it needs no reason"

    def of(self, generation: Generation) -> Rules:
        """As they are for hosts of this generation."""
        return replace(self, stories={**self.stories, **generation.stories})

    def capability(self, clause: str) -> str:
        """The name of the one that a clause belongs to."""
        return next((each.name for each in self.capabilities.values() if clause in each.clauses), CORE)

    def declared(self, names: Iterable[str]) -> tuple[str, ...]:
        """``core`` and the named ones, all of them where none is named. Raises `PlanError` for an unknown one."""
        known, wanted = [CORE, *self.capabilities], list(names)
        for name in wanted:
            if name not in known:
                raise PlanError(f"no capability {name!r}{meant(name, known)}; there are {', '.join(known)}")
        return tuple(name for name in known if not wanted or name == CORE or name in wanted)

    def concerning(self, role: str, names: Iterable[str], clauses: Mapping[str, Clause]) -> tuple[str, ...]:
        """Those of the capabilities that any clause of this role belongs to, and ``core``."""
        own = {self.capability(each.id) for each in clauses.values() if role in each.roles}
        return tuple(name for name in names if name == CORE or name in own)


@dataclass(frozen=True, slots=True)
class Item:
    """A case, a story, or so many generated requests an operation (``generated``), called by its name."""

    name: str
    case: Case | None
    generated: int = 0

    @property
    def story(self) -> bool:
        """Whether it is one."""
        return self.case is None and not self.generated

    @property
    def cost(self) -> float:
        """Seconds, about."""
        if self.generated:
            return GENERATED_COST
        if self.case is None:
            return STORY_COST
        return GIVEN_COST if self.case.given is not None else CASE_COST


def items(
    role: str,
    rules: Rules,
    cases: Iterable[Case],
    capabilities: Collection[str],
    *,
    foreign: bool,
    generated: int = 0,
    unbound: Collection[str] = (),
) -> list[Item]:
    """All that is played for a role with these capabilities: stories first, then its cases as they stand, and at last
    ``generated`` requests an operation where it has a REST contract.

    A ``foreign`` component is spared what is fatal to today's real one, and each what shows only clauses that are
    ``unbound`` here.
    """
    lacking = [each for each in rules.capabilities.values() if each.name not in capabilities]
    disabled: set[str] = {name for each in lacking for name in each.clauses} | set(unbound)
    needing: set[str] = {name for each in lacking for name in each.cases}
    mine = (
        case
        for case in cases
        if case.role == role
        and case.id not in needing
        and not (case.fatal and foreign)
        and not (case.clauses and disabled.issuperset(case.clauses))
    )
    made = [Item(GENERATED, None, generated)] if generated else []
    return [*(Item(name, None) for name in rules.stories[role]), *(Item(case.id, case) for case in mine), *made]


def chosen(all_items: Sequence[Item], wanted: Sequence[str], clauses: Mapping[str, Clause]) -> list[Item]:
    """The items of these names, and those that show the clauses of these names: their cases, and every story where
    it shows without being asked for.

    All of them where nothing is wanted. Raises `PlanError` for a name that is neither, with the nearest ones.
    """
    if not wanted:
        return list(all_items)
    found: list[Item] = []
    for name in wanted:
        exact = [each for each in all_items if each.name == name]
        if not exact and name in clauses:
            passive = clauses[name].judged in (CONTRACT, RELATION)
            exact = [
                each
                for each in all_items
                if (passive and each.story if each.case is None else name in each.case.clauses)
            ]
        if not exact:
            near = difflib.get_close_matches(name, [*(each.name for each in all_items), *clauses], 3, 0.3)
            raise PlanError(f"-k {name!r} is no clause, story or case of this role; near it: {', '.join(near)}")
        found += [each for each in exact if each not in found]
    return found


def lots(all_items: Iterable[Item], count: int) -> list[list[Item]]:
    """The items in at most so many lots of about the same cost, in each in the order given."""
    order = list(all_items)
    filled: list[list[Item]] = [[] for _ in range(count)]
    for each in sorted(order, key=lambda item: -item.cost):
        min(filled, key=lambda lot: sum(item.cost for item in lot)).append(each)
    return [sorted(lot, key=order.index) for lot in filled if lot]


def needed(role: str, lot: Iterable[Item]) -> tuple[str, ...]:
    """The roles that must be up for a lot: for cases those whose answers the role needs, for anything else all."""
    wanted = set(ROLES) if any(each.case is None for each in lot) else set(scope(role))
    return tuple(each for each in ROLES if each in wanted)
