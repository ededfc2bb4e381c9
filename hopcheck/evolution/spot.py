"""All schemas of one version that may speak of a value, whichever branch of them will."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts.documents import Documents, Pointer

Root = tuple[str, Pointer]
"""A document and a place in it."""
_BESIDE = ("allOf", "anyOf", "oneOf")
_BRANCHES = ("if", "then", "else", "not")


DEFINITIONS = "$defs"
"""What stands below it says nothing until something refers to it."""


class Spot:
    """The schemas at ``roots``, and all that they refer to or branch into for the same value. Made by `spot_of`."""

    def __init__(self, documents: Documents, roots: tuple[Root, ...]) -> None:
        self.documents, self.roots = documents, roots

    @cached_property
    def nodes(self) -> tuple[tuple[Root, dict[str, Any]], ...]:
        """Each schema that is a mapping, once, with its place."""
        found: dict[Root, dict[str, Any]] = {}
        waiting = list(self.roots)
        while waiting:
            name, pointer = waiting.pop(0)
            try:
                node = self.documents.node(name, pointer)
            except ContractError:
                continue
            if not isinstance(node, dict) or (name, pointer) in found:
                continue
            found[name, pointer] = node
            if isinstance(node.get("$ref"), str):
                waiting.append(self.documents.target(name, node["$ref"]))
            for keyword in _BESIDE:
                waiting += [(name, (*pointer, keyword, number)) for number in range(len(node.get(keyword, ())))]
            waiting += [(name, (*pointer, keyword)) for keyword in _BRANCHES if keyword in node]
        return tuple(found.items())

    def said(self, keyword: str) -> Iterator[Any]:
        """What the schemas say under a keyword."""
        return (node[keyword] for _, node in self.nodes if keyword in node)

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """The members that any of them names."""
        return tuple(dict.fromkeys(name for each in self.said("properties") for name in each))

    def member(self, name: str) -> Spot:
        """The schemas of a member: by name, or those of members that have none."""
        roots: list[Root] = []
        for (document, pointer), node in self.nodes:
            if name in node.get("properties", {}):
                roots.append((document, (*pointer, "properties", name)))
            else:
                others = ("additionalProperties", "unevaluatedProperties")
                roots += [(document, (*pointer, each)) for each in others if isinstance(node.get(each), dict)]
        return spot_of(self.documents, tuple(roots))

    def item(self, number: int) -> Spot:
        """The schemas of an element."""
        roots: list[Root] = []
        for (document, pointer), node in self.nodes:
            first = node.get("prefixItems", ())
            if number < len(first):
                roots.append((document, (*pointer, "prefixItems", number)))
            elif isinstance(node.get("items"), dict):
                roots.append((document, (*pointer, "items")))
        return spot_of(self.documents, tuple(roots))


@lru_cache(10_000)
def spot_of(documents: Documents, roots: tuple[Root, ...]) -> Spot:
    """The same spot for the same schemas: what was found out of it need not be found out again."""
    return Spot(documents, roots)


@lru_cache(10_000)
def reached(documents: Documents, roots: tuple[Root, ...]) -> frozenset[Root]:
    """The roots and every place that something below them refers to, and so on."""
    found: dict[Root, None] = {}
    waiting = list(roots)
    while waiting:
        root = waiting.pop()
        if root in found:
            continue
        try:
            node = documents.node(*root)
        except ContractError:
            continue
        found[root] = None
        waiting += [documents.target(root[0], reference) for reference in references(node, definitions=False)]
    return frozenset(found)


def references(node: Any, *, definitions: bool = True) -> Iterator[str]:
    """Every reference in a document or a part of it; without ``definitions`` not those that stand in definitions."""
    if isinstance(node, list):
        for each in node:
            yield from references(each, definitions=definitions)
    elif isinstance(node, dict):
        for key, each in node.items():
            if key == "$ref" and isinstance(each, str):
                yield each
            elif definitions or key != DEFINITIONS:
                yield from references(each, definitions=definitions)


def touches(places: frozenset[Root], file: str, pointers: tuple[Pointer, ...], *, above: bool = False) -> bool:
    """Whether anything at ``pointers`` lies at or below one of the places, or with ``above`` contains one."""
    return any(
        name == file and any(_below(at, each) or (above and at[: len(each)] == each) for each in pointers)
        for name, at in places
    )


def _below(at: Pointer, pointer: Pointer) -> bool:
    return pointer[: len(at)] == at and pointer[len(at) : len(at) + 1] != (DEFINITIONS,)
