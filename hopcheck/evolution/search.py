"""Looks for messages that one version takes and the other does not, beside those of the contracts' examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Literal

from hopcheck.checks.contracts import Breach, ContractError
from hopcheck.checks.contracts.documents import Documents, Pointer
from hopcheck.checks.contracts.parameter import GATEWAY
from hopcheck.checks.contracts.rule import Rule
from hopcheck.evolution.candidate import beside, everywhere
from hopcheck.evolution.difference import Effect, Witness
from hopcheck.evolution.specimen import Kind, Specimen, complaints
from hopcheck.evolution.spot import Root, Spot, reached, spot_of, touches
from hopcheck.trace import Event

TRIED = 4000
"""How many values are tried at one place before it counts as one where nothing is judged otherwise."""
WIDE = 400
Kept = Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class Side:
    """One version, compiled."""

    documents: Documents
    kind: Kind


@dataclass(frozen=True, slots=True)
class Place:
    """Where the versions differ."""

    file: str
    pointers: tuple[Pointer, ...]

    def concerns(self, documents: Documents, roots: tuple[Root, ...]) -> bool:
        """Whether it is part of what the roots say or refer to, or they are part of it."""
        return touches(reached(documents, roots), self.file, self.pointers, above=True)

    def lies_below(self, spot: Spot) -> bool:
        """Whether it is part of what these schemas say or refer to."""
        return touches(reached(spot.documents, spot.roots), self.file, self.pointers)


@dataclass(frozen=True, slots=True)
class _Shown:
    specimen: Specimen
    event: Event
    breaches: list[Breach]
    reader: str

    def witness(self, kept: Kept) -> Witness:
        first = self.breaches[0]
        event = (self.event, self.specimen.opening)
        return Witness(self.specimen.name, kept, event, f"{first.place}: {first.expected}", first.got)


def effects(
    place: Place, old: Side, new: Side, before: Iterable[Specimen], after: Iterable[Specimen]
) -> Iterator[Effect]:
    """Whom a change concerns: senders by the old version before readers by the new one, and the other way round.

    ``before`` and ``after`` are the messages of the two versions.
    """
    for shown in _shown(place, old, new, before, listened=True):
        for role in dict.fromkeys(breach.role or GATEWAY for breach in shown.breaches):
            yield Effect(role, "sends", shown.witness("old"), role == shown.specimen.ends.owner)
        if not _has(new.documents, shown.specimen.declared):
            yield Effect(shown.reader, "awaits", shown.witness("old"))
    for shown in _shown(place, new, old, after, listened=False):
        yield Effect(shown.reader, "reads", shown.witness("new"), shown.reader == shown.specimen.ends.owner)


def _shown(
    place: Place, sender: Side, receiver: Side, specimens: Iterable[Specimen], *, listened: bool
) -> Iterator[_Shown]:
    """A message for each pair of ends that the sender's version takes and the receiver's does not.

    Not ``listened``: only where the receiver's version says that somebody reads there.
    """
    known = set[tuple[str, str]]()
    for specimen in specimens:
        ends = (specimen.ends.sender, specimen.ends.receiver)
        if ends in known or not any(place.concerns(side.documents, specimen.roots) for side in (sender, receiver)):
            continue
        # An answer to what the other version does not know says nothing that its question has not said.
        if specimen.opening is not None and receiver.kind.find(specimen.opening, None) is None:
            continue
        if not listened and not _has(receiver.documents, specimen.address):
            continue
        for shown in _of(place, sender, receiver, specimen):
            known.add(ends)
            yield shown
            break


def _of(place: Place, sender: Side, receiver: Side, specimen: Specimen) -> Iterator[_Shown]:
    if complaints(sender.kind, specimen.event, specimen.opening):
        return
    if breaches := complaints(receiver.kind, specimen.event, specimen.opening):
        yield _Shown(specimen, specimen.event, breaches, specimen.ends.receiver)
    for lever in specimen.levers:
        if not any(place.concerns(side.documents, (lever.root,)) for side in (sender, receiver)):
            continue
        for value in values(place, sender.documents, receiver.documents, lever.root, lever.value):
            event = lever.put(value)
            if event is None or complaints(sender.kind, event, specimen.opening):
                continue
            if breaches := complaints(receiver.kind, event, specimen.opening):
                yield _Shown(specimen, event, breaches, lever.reader or specimen.ends.receiver)


def _has(documents: Documents, root: Root | None) -> bool:
    if root is None:
        return True
    try:
        documents.node(*root)
    except ContractError:
        return False
    return True


def values(place: Place, sender: Documents, receiver: Documents, root: Root, value: Any) -> Iterator[Any]:
    """Values at a place that the sender's schemas allow and the receiver's do not.

    Nearest first: altered where the versions differ, then altered anywhere and where they differ once more.
    """
    sends, reads = _valid(sender, root), _valid(receiver, root)
    spots = spot_of(sender, (root,)), spot_of(receiver, (root,))

    near = list(islice(beside(*spots, value, place.lies_below), TRIED))
    wide = chain(near, islice(beside(*spots, value, everywhere), WIDE))
    far = (other for each in wide for other in beside(*spots, each, place.lies_below))
    for each in chain(near, islice(far, TRIED)):
        if sends(each) and not reads(each):
            yield each


def _valid(documents: Documents, root: Root) -> Callable[[Any], bool]:
    """Whether a value keeps the schema; everything does where there is none."""
    try:
        return Rule(documents, *root).is_valid
    except ContractError:
        return lambda _: True
