"""Differences between the YAML documents of two versions, each on its own: nothing else has changed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import yaml

from hopcheck.catalogue.examples import line_of
from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts.dbus import ARGUMENTS
from hopcheck.checks.contracts.documents import Documents, Pointer
from hopcheck.checks.contracts.rule import Rule
from hopcheck.evolution import schemas
from hopcheck.evolution.change import ABSENT, Change, Leaf, changes
from hopcheck.evolution.dbus import members
from hopcheck.evolution.difference import SCHEMA, Difference, Effect, merged
from hopcheck.evolution.kinds import Messages, Trees, files_of, kind_of, users
from hopcheck.evolution.search import Place, effects
from hopcheck.evolution.specimen import Ends, complaints
from hopcheck.evolution.version import Version
from hopcheck.trace import Event

TOGETHER = "does not stand alone: seen together with the other changes"
INERT = "nobody need refer to it: what does is a change of its own"
WITH_MEMBER = "comes and goes with its member"
NAMES = "breaches of it name other clauses"
NOTHING = "no message was found that is judged otherwise"
UNDONE = "alone it would be; other changes say the same elsewhere"


class YamlDocuments:
    """Old and new version. ``arrows`` are the messages that the diagram sends along an edge.

    What the new one merely defines in addition is part of both, so that other changes can refer to it.
    """

    def __init__(self, old: Version, new: Version, arrows: frozenset[str]) -> None:
        self._old, self._new, self._arrows = old, new, arrows
        self._changes = {
            name: self._of(name) for name in dict.fromkeys([*old.trees, *new.trees]) if kind_of(name) is not None
        }
        self._base: Trees = dict(old.trees)
        for name, found in self._changes.items():
            for change in found:
                if _defines(change) and change.adds:
                    self._base = {**self._base, name: change.applied(self._base.get(name, {}))}
        self._before: dict[str, Messages] = {}
        self._after: dict[str, Messages] = {}

    def differences(self) -> Iterator[Difference]:
        """Every change, file by file."""
        for found in self._changes.values():
            for change in found:
                yield self._difference(change)

    def _of(self, name: str) -> list[Change]:
        old, new = self._old.trees.get(name), self._new.trees.get(name)
        if old is None or new is None:
            return [Change(name, (), (Leaf((), ABSENT if old is None else old, ABSENT if new is None else new),))]
        return changes(name, old, new)

    def _difference(self, change: Change) -> Difference:
        found: tuple[Effect, ...] = ()
        note = ""
        if change.only_clauses:
            note = "" if change.only_words else NAMES
        elif _defines(change):
            note = INERT
        elif self._goes_with_member(change):
            note = WITH_MEMBER
        else:
            found, note = self._effects(change)
        kind = kind_of(change.file) or ""
        where = change.where if change.pointer else "#"
        return Difference(kind, change.file, self._line(change), where, change.what, found, change.only_words, note)

    def _goes_with_member(self, change: Change) -> bool:
        """Whether it says something of the arguments of a member that one version has not."""
        if change.file != ARGUMENTS or change.pointer[:1] != ("arguments",) or len(change.pointer) < 2:
            return False
        return any(change.pointer[1] not in members(version.documents) for version in (self._old, self._new))

    def _effects(self, change: Change) -> tuple[tuple[Effect, ...], str]:
        place = Place(change.file, tuple(leaf.pointer for leaf in change.leaves))
        for trees, note in ((self._alone(change), NOTHING), (self._new.trees, TOGETHER)):
            if trees is not None:
                try:
                    found = list(self._concerned(place, trees))
                except (ContractError, KeyError, TypeError):
                    continue
                standing = found if note == TOGETHER else [each for each in found if self._stands(change.file, each)]
                if found and not standing:
                    note = UNDONE
                return merged(standing), "" if standing and note == NOTHING else note
        raise ContractError(f"{change.file}: {change.where}: cannot be used")

    def _concerned(self, place: Place, after: Trees) -> Iterator[Effect]:
        if kind_of(place.file) == SCHEMA:
            old, new = _schemas(self._base, place.file), _schemas(after, place.file)
            yield from schemas.effects(place, old, new, self._users)
            return
        if place.file not in self._before:
            self._before[place.file] = Messages(place.file, self._old.texts, self._base, self._arrows)
        texts = self._new.texts if after is self._new.trees else self._old.texts
        one, other = self._before[place.file], Messages(place.file, texts, after, self._arrows)
        yield from effects(place, one.side, other.side, one.specimens(), other.specimens())

    def _stands(self, file: str, effect: Effect) -> bool:
        """Whether a change that concerns a role by itself does so too beside all the other changes of the version."""
        assert effect.witness is not None
        one, other = effect.witness.value
        try:
            if isinstance(one, Event):
                if file not in self._after:
                    self._after[file] = Messages(file, self._new.texts, self._new.trees, self._arrows)
                before, after = (
                    complaints(each.side.kind, one, other) for each in (self._before[file], self._after[file])
                )
            else:
                sides = (_schemas(self._base, file), _schemas(self._new.trees, file))
                before, after = (Rule(each, *one).breaches(other, file, "value", None) for each in sides)
        except ContractError:
            return True
        if effect.does != "reads":
            return bool(after)
        return not {breach.place for breach in before} & {breach.place for breach in after}

    def _alone(self, change: Change) -> Trees | None:
        """The old version with this change and no other; None where the change is the whole file."""
        if not change.pointer and change.leaves[0].pointer == ():
            return None
        return {**self._base, change.file: change.applied(self._base[change.file])}

    @cached_property
    def _users(self) -> schemas.Users:
        found: dict[tuple[str, Pointer], set[Ends]] = {}
        for version in (self._old, self._new):
            for root, ends in users(version.documents, self._arrows).items():
                found.setdefault(root, set()).update(ends)
        return found

    def _line(self, change: Change) -> int:
        gone = change.leaves[0].new is ABSENT
        text = (self._old if gone else self._new).files[change.file]
        return line_of(yaml.compose(text, Loader=yaml.CSafeLoader), change.first)


def _schemas(trees: Trees, file: str) -> Documents:
    """A schema file and what it refers to."""
    return Documents.of({}, {name: trees[name] for name in files_of(trees, [file])}, wire=True)


def _defines(change: Change) -> bool:
    """Whether a definition as a whole came or went."""
    at, leaf = change.pointer, change.leaves[0]
    if ABSENT not in (leaf.old, leaf.new) or leaf.pointer != at:
        return False
    definition = (len(at) == 3 and at[0] == "components") or (len(at) == 2 and at[0] == "$defs")
    return definition and len(change.leaves) == 1
