"""The clause catalogue (contracts/clauses/*.yaml), and the relations that judge those no single contract can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hopcheck import yaml_tree
from hopcheck.checks.attribution import Attribution
from hopcheck.checks.history import History
from hopcheck.home import OWN_CONTRACTS
from hopcheck.trace import Event

QUIRK = "QUIRK"
LEVELS = ("MUST", "SHOULD", QUIRK)
CONTRACT, RELATION, CASE, NOWHERE = "contract", "relation", "case", "nowhere"
JUDGED = (CONTRACT, RELATION, CASE, NOWHERE)
WITHOUT_RELATION = "this version of the kit has no relation that judges it"


class ClauseError(ValueError):
    """The catalogue and the code disagree, or an entry is incomplete."""


@dataclass(frozen=True, slots=True)
class Clause:
    """An entry of the catalogue.

    ``level`` is MUST, SHOULD or QUIRK (a deviation from a quirk is a difference of version, never a failure);
    ``roles`` are bound by it, ``hops`` the edges where it shows, ``evidence`` how sure the fact is
    (read, tested, executed, inferred, library), ``judged`` contract, relation or case, or nowhere for
    a ``reason``: contracts and relations judge whatever the flow shows, cases what the kit asks by itself, which
    may put any clause to the test; ``versions`` are those that are bound where it is not all of them.
    """

    id: str
    level: str
    text: str
    roles: tuple[str, ...]
    hops: tuple[str, ...]
    source: str
    evidence: str
    judged: str
    versions: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """What a relation found wrong.

    ``role`` is to blame where it is not the clause's first, ``host`` the client id of the host that it is about where
    the event does not tell. ``absent``: nothing wrong was seen, something was not
    seen, which a declared fault excuses.
    """

    event: Event | None
    expected: str
    got: str
    role: str | None = None
    absent: bool = False
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Events that exercised a clause."""

    events: tuple[Event, ...]


@dataclass(frozen=True)
class Told:
    """What a relation may look at: the history, and who did what in it."""

    history: History
    attribution: Attribution


Judged = Iterator[Violation | Seen]
Relation = Callable[[Told], Judged]


def seen(*events: Event | None) -> Seen:
    """Say which events exercised the clause."""
    return Seen(tuple(event for event in events if event is not None))


_RELATIONS: dict[str, dict[str, Relation]] = {"": {}}


def clause(*ids: str, generation: str = "") -> Callable[[Relation], Relation]:
    """Bind a relation to the clauses that it judges, those of one ``generation`` of hosts where one is named.

    Raises `ClauseError` for an id that is taken.
    """

    def bind(relation: Relation) -> Relation:
        known = _RELATIONS.setdefault(generation, {})
        for each in ids:
            if each in known:
                raise ClauseError(f"{each} has two relations")
            known[each] = relation
        return relation

    return bind


def relations(generation: str = "") -> Mapping[str, Relation]:
    """Every relation by clause id, without a name those of the present generation; else only what differs in it."""
    import hopcheck.checks.relations  # noqa: F401 - importing it is what registers them

    return dict(_RELATIONS.get(generation, {}))


def catalogue_of(contracts_dir: Path, roles: Iterable[str]) -> dict[str, Clause]:
    """The catalogue of a directory of contracts, by the kit's relations. Raises as `load_catalogue`.

    In the kit's own contracts each relation has its entry. Those of another version may be about more or fewer clauses.
    """
    other = contracts_dir.resolve() != OWN_CONTRACTS.resolve()
    return load_catalogue(contracts_dir / "clauses", relations(), roles, other_version=other)


def load_catalogue(
    directory: Path, bound: Iterable[str], roles: Iterable[str], *, other_version: bool = False
) -> dict[str, Clause]:
    """Read the catalogue, in order of its files.

    ``bound`` are the ids that relations judge, ``roles`` those that must each be bound by a clause. Raises
    `ClauseError` for a relation without an entry, an entry without its relation, and a role bound by none. In an
    ``other_version`` a relation without an entry judges nothing, and an entry without its relation is judged nowhere.
    """
    catalogue: dict[str, Clause] = {}
    for path in sorted(directory.glob("*.yaml")):
        for found in yaml_tree.load(path.read_text()) or ():
            each = entry(path.name, found)
            if each.id in catalogue:
                raise ClauseError(f"{path.name}: {each.id} is there twice")
            catalogue[each.id] = each
    known, judged = set(bound), {each.id for each in catalogue.values() if each.judged == RELATION}
    if other_version:
        known &= judged
        for name in judged - known:
            catalogue[name] = replace(catalogue[name], judged=NOWHERE, reason=WITHOUT_RELATION)
        judged = known
    if unknown := known - judged:
        raise ClauseError(f"relations without a catalogue entry that says so: {sorted(unknown)}")
    if lacking := judged - known:
        raise ClauseError(f"catalogue entries without their relation: {sorted(lacking)}")
    if free := set(roles) - {role for each in catalogue.values() for role in each.roles}:
        raise ClauseError(f"roles that no clause binds: {sorted(free)}")
    return catalogue


def entry(file: str, found: Mapping[str, Any]) -> Clause:
    """A clause as ``file`` has it. Raises `ClauseError` saying what is wrong with it."""
    where = f"{file}: {found.get('id')}"
    if missing := _NEEDED - set(found):
        raise ClauseError(f"{where}: lacks {', '.join(sorted(missing))}")
    if unknown := set(found) - _FIELDS:
        raise ClauseError(f"{where}: unknown {', '.join(sorted(unknown))}")
    if found["level"] not in LEVELS or found["judged"] not in JUDGED:
        raise ClauseError(f"{where}: level is one of {', '.join(LEVELS)}, judged one of {', '.join(JUDGED)}")
    if empty := [name for name in ("roles", "text", "source") if not found[name]]:
        raise ClauseError(f"{where}: empty {', '.join(empty)}")
    if (found["judged"] == NOWHERE) != bool(found.get("reason")):
        raise ClauseError(f"{where}: what is judged nowhere has a reason, and nothing else has")
    return Clause(**{**found, "roles": tuple(found["roles"]), "hops": tuple(found["hops"])})


_FIELDS = set(Clause.__dataclass_fields__)
_NEEDED = _FIELDS - {"versions", "reason"}
