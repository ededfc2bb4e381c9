"""A generation of hosts that is not the present one: what its contracts say otherwise (``contracts/generations``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hopcheck import yaml_tree
from hopcheck.checks.clause import Clause, ClauseError, entry
from hopcheck.checks.hops import Hops
from hopcheck.flow import Order
from hopcheck.suggestion import meant
from hopcheck.trace import Trace

DIRECTORY = "generations"
HOPS = "hops.yaml"
PRESENT = "rhel-10"
"""The one that all other contracts are about; it has no file of its own."""
_FIELDS = frozenset(("about", "unwatched", "choose", "stories", "left_out", "amends", "clauses", "disabled"))


class GenerationError(ValueError):
    """There is no such generation, or what is said of it does not fit the contracts; the text says which."""


@dataclass(frozen=True, slots=True)
class Generation:
    """What is otherwise than in the contracts of the present generation.

    ``unwatched`` gives for edges that no tap can see the reason, ``choose`` further rules of how an outcome is told,
    ``stories`` by role what conform plays, ``left_out`` the cases that it does not. ``amends`` are merge patches
    (RFC 7396) by document. ``clauses`` stand in the place of those with the same id; of ``disabled`` ones the reason is
    given. How such hosts are started, their profiles say (``contracts/profiles/NAME``).
    """

    name: str = PRESENT
    about: str = ""
    unwatched: Mapping[str, str] = field(default_factory=dict)
    choose: tuple[Mapping[str, Any], ...] = ()
    stories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    amends: Mapping[str, Any] = field(default_factory=dict)
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    disabled: Mapping[str, str] = field(default_factory=dict)

    def amended(self, name: str, tree: dict[str, Any]) -> dict[str, Any]:
        """A document as this generation has it."""
        made: dict[str, Any] = merged(tree, self.amends[name]) if name in self.amends else tree
        if name == HOPS and self.choose:
            *rules, otherwise = made["choose"]
            made = {**made, "choose": [*rules, *self.choose, otherwise]}
        return made

    def reads(self, catalogue: Mapping[str, Clause]) -> dict[str, Clause]:
        """The catalogue with its own clauses. Raises `GenerationError` for an id that the catalogue has not."""
        for name in (*self.clauses, *self.disabled):
            if name not in catalogue:
                raise GenerationError(f"{self.name}: {name} is no clause of the catalogue")
        if both := sorted(set(self.clauses) & set(self.disabled)):
            raise GenerationError(f"{self.name}: {', '.join(both)} cannot be both replaced and disabled")
        return {**catalogue, **self.clauses}

    def reasons(self, catalogue: Iterable[Clause]) -> dict[str, str]:
        """Why clauses are disabled, by id: those that are named, and those that show on unwatched edges alone."""
        hidden = {
            each.id: self.unwatched[each.hops[0]]
            for each in catalogue
            if each.hops and each.id not in self.clauses and set(each.hops) <= set(self.unwatched)
        }
        return {**hidden, **self.disabled}

    def excuses(self, order: Order, hops: Hops) -> Order:
        """The order, in which no outcome demands an arrow that cannot be seen."""
        hidden = frozenset(hidden_arrows(hops))
        outcomes = {
            name: replace(each, demanded=each.demanded - hidden, optional=each.optional | (each.demanded & hidden))
            for name, each in order.outcomes.items()
        }
        return replace(order, outcomes=outcomes) if hidden else order

    def hidden(self, hops: Hops) -> dict[int, str]:
        """Why arrows cannot be seen, by number."""
        return {number: why for edge, why in self.unwatched.items() for number in hidden_arrows(hops, edge)}

    def not_judged(self, hops: Hops) -> tuple[str, ...]:
        """What a verdict does not speak of, a sentence for each edge that nobody watches."""
        return tuple(
            f"{edge} (arrows {', '.join(str(n) for n in hidden_arrows(hops, edge))}): {why}"
            for edge, why in self.unwatched.items()
        )


def hidden_arrows(hops: Hops, *edges: str) -> list[int]:
    """The arrows on these unwatched edges, on all of them where none is named."""
    return [n for n, arrow in hops.arrows.items() if set(arrow.hop.edges) <= set(edges or hops.unwatched)]


def names(contracts_dir: Path) -> tuple[str, ...]:
    """Every generation, the present one first."""
    return (PRESENT, *sorted(path.stem for path in (contracts_dir / DIRECTORY).glob("*.yaml")))


def load(contracts_dir: Path, name: str) -> Generation:
    """The generation of this name; the present one needs no file. Raises `GenerationError`."""
    if name == PRESENT:
        return Generation()
    known = names(contracts_dir)
    if name not in known:
        raise GenerationError(f"there is no generation {name!r}{meant(name, known)}; there are {', '.join(known)}")
    file = contracts_dir / DIRECTORY / f"{name}.yaml"
    tree: dict[str, Any] = yaml_tree.load(file.read_text())
    if wrong := set(tree) - _FIELDS:
        raise GenerationError(f"{file.name}: unknown {', '.join(sorted(wrong))}")
    try:
        clauses = {each.id: each for each in (entry(file.name, told) for told in tree.get("clauses", ()))}
    except ClauseError as error:
        raise GenerationError(str(error)) from error
    return Generation(
        name,
        tree["about"],
        tree.get("unwatched", {}),
        tuple(tree.get("choose", ())),
        {role: tuple(stories) for role, stories in tree.get("stories", {}).items()},
        tuple(tree.get("left_out", ())),
        tree.get("amends", {}),
        clauses,
        tree.get("disabled", {}),
    )


def named_in(trace: Trace) -> str:
    """The generation of a trace's hosts, as the kit told when it brought them up."""
    told = trace.where(protocol="kit", op="run")
    return str(told[0].attrs.get("generation") or PRESENT) if told else PRESENT


def merged(tree: Any, patch: Any) -> Any:
    """A JSON value as a merge patch has it (RFC 7396)."""
    if not isinstance(patch, Mapping):
        return patch
    made = dict(tree) if isinstance(tree, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), value)
    return made
