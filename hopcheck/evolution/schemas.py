"""Values that one version's JSON Schemas allow and the other's do not, and who writes or reads such values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts.documents import Documents, Pointer, place
from hopcheck.checks.contracts.rule import Rule
from hopcheck.evolution.candidate import samples
from hopcheck.evolution.difference import Does, Effect, Witness
from hopcheck.evolution.search import Kept, Place, values
from hopcheck.evolution.specimen import Ends
from hopcheck.evolution.spot import Root, spot_of

Users = Mapping[Root, set[Ends]]


def effects(at: Place, old: Documents, new: Documents, users: Users) -> Iterator[Effect]:
    """Whom a change of a schema file concerns; where nobody uses it, whoever writes and reads such values."""
    directions: tuple[tuple[Does, Kept, Documents, Documents], ...] = (
        ("sends", "old", old, new),
        ("reads", "new", new, old),
    )
    for does, kept, sender, receiver in directions:
        for pointer in entries(sender, at.file):
            root: Root = (at.file, pointer)
            if not any(at.concerns(each, (root,)) for each in (sender, receiver)):
                continue
            witness = _witness(at, sender, receiver, root, kept)
            if witness is None:
                continue
            for ends in sorted(users.get(root, ()), key=repr) or [Ends("whoever writes it", "whoever reads it")]:
                role = ends.sender if does == "sends" else ends.receiver
                yield Effect(role, does, witness, role == ends.owner)


def entries(documents: Documents, file: str) -> list[Pointer]:
    """What of a schema file others refer to: its root and its definitions."""
    tree = documents.trees.get(file)
    return [] if tree is None else [(), *(("$defs", name) for name in tree.get("$defs", {}))]


def _witness(at: Place, sender: Documents, receiver: Documents, root: Root, kept: Kept) -> Witness | None:
    sends = Rule(sender, *root)
    try:
        reads = Rule(receiver, *root)
    except ContractError:
        # What the other version has no schema for it cannot refuse either.
        return None
    for given in _given(sender, root):
        if not sends.is_valid(given):
            continue
        found = [given] if not reads.is_valid(given) else values(at, sender, receiver, root, given)
        for value in found:
            breach = reads.breaches(value, root[0], "value", None)[0]
            name = f"{root[0]}{place(root[1])}"
            return Witness(name, kept, (root, value), f"{breach.place}: {breach.expected}", breach.got)
    return None


def _given(documents: Documents, root: Root) -> list[Any]:
    node = documents.node(*root)
    return [*node.get("examples", ()), *samples(spot_of(documents, (root,)))[:4]]
