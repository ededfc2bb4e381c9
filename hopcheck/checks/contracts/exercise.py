"""Which clauses of a schema an instance puts to the test: those of every node of the schema that applies to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import jsonschema_rs

from hopcheck.checks.contracts.breach import ContractError
from hopcheck.checks.contracts.documents import Documents, Pointer, place
from hopcheck.checks.contracts.validator import compiled

KEY = "x-clauses"
Test = Callable[[Any], bool]
# Their subschemas only decide or are broken as a whole: what they say is said by the node around them.
_WHOLE = ("if", "not", "contains", "unevaluatedItems", "unevaluatedProperties")
_SAYS_MORE_OF_NULL = frozenset({"$ref", "allOf", "anyOf", "const", "enum", "if", "not", "oneOf"})


class Node:
    """A schema within the contracts; ``reach`` are its own clauses and all below, whatever the instance."""

    __slots__ = (
        "_absent",
        "_additional",
        "_branches",
        "_declared",
        "_dependent",
        "_items",
        "_names",
        "_nullable",
        "_own",
        "_patterns",
        "_places",
        "_prefix",
        "_properties",
        "reach",
    )

    def __init__(self, documents: Documents, name: str, pointer: Pointer, new: list[Node]) -> None:
        documents.nodes[name, pointer] = self
        new.append(self)
        found = documents.node(name, pointer)
        schema: dict[str, Any] = found if isinstance(found, dict) else {}
        _refuse_unreachable(schema, f"{name}: {place(pointer)}")

        def at(*steps: str | int) -> Node:
            return _node(documents, name, (*pointer, *steps), new)

        def each(key: str) -> list[Node]:
            return [at(key, number) for number in range(len(schema.get(key, ())))]

        def named(key: str) -> dict[str, Node]:
            return {member: at(key, member) for member in schema.get(key, ())}

        kind = schema.get("type")
        self._own = self.reach = frozenset[str](schema.get(KEY, ()))
        self._nullable = isinstance(kind, list) and "null" in kind and not _SAYS_MORE_OF_NULL & schema.keys()
        self._places = each("allOf")
        if "$ref" in schema:
            self._places.append(_node(documents, *documents.target(name, schema["$ref"]), new))
        self._branches = [
            (compiled(documents, name, (*pointer, key, number)).is_valid, True, node)
            for key in ("anyOf", "oneOf")
            for number, node in enumerate(each(key))
        ]
        self._branches += [
            (compiled(documents, name, (*pointer, "if")).is_valid, wanted, at(key))
            for key, wanted in (("then", True), ("else", False))
            if "if" in schema and key in schema
        ]
        self._properties, self._dependent = named("properties"), named("dependentSchemas")
        self._declared = frozenset(self._properties)
        self._absent = {
            member: self._properties[member]._own for member in schema.get("required", ()) if member in self._properties
        }
        self._patterns = [(_pattern(text), node) for text, node in named("patternProperties").items()]
        self._additional, self._names, self._items = (
            at(key) if key in schema else None for key in ("additionalProperties", "propertyNames", "items")
        )
        self._prefix = each("prefixItems")

    def walk(self, value: Any, found: set[str]) -> None:
        """Add the clauses that ``value`` exercises here and below.

        Null exercises nothing where it is allowed beside another type: it is another way to be absent.
        """
        if self.reach <= found or (value is None and self._nullable):
            return
        found |= self._own
        for node in self._places:
            node.walk(value, found)
        for is_valid, wanted, node in self._branches:
            if is_valid(value) is wanted:
                node.walk(value, found)
        if isinstance(value, dict):
            self._members(value, found)
        elif isinstance(value, list):
            for node, item in zip(self._prefix, value, strict=False):
                node.walk(item, found)
            if self._items is not None:
                for item in value[len(self._prefix) :]:
                    self._items.walk(item, found)

    def _members(self, value: dict[str, Any], found: set[str]) -> None:
        for member, clauses in self._absent.items():
            if member not in value:
                found |= clauses
        for member, node in self._properties.items():
            if member in value:
                node.walk(value[member], found)
        for member, node in self._dependent.items():
            if member in value:
                node.walk(value, found)
        if self._names is not None:
            for member in value:
                self._names.walk(member, found)
        if self._patterns or self._additional is not None:
            for member, item in value.items():
                same = [node for matches, node in self._patterns if matches(member)]
                if not same and member not in self._declared and self._additional is not None:
                    same = [self._additional]
                for node in same:
                    node.walk(item, found)

    def _below(self) -> Iterator[Node]:
        yield from self._places
        yield from (node for _, _, node in self._branches)
        for members in (self._properties, self._dependent):
            yield from members.values()
        yield from (node for _, node in self._patterns)
        yield from self._prefix
        yield from (node for node in (self._additional, self._names, self._items) if node is not None)

    def _spread(self) -> bool:
        """Take over the reach of what is below; whether that was news."""
        reach = self.reach.union(*(node.reach for node in self._below()))
        news, self.reach = reach != self.reach, reach
        return news

    def _settle(self) -> None:
        """Forget what bears no clauses; patterns and positions stay, as they decide for their neighbours."""
        self._places = [node for node in self._places if node.reach]
        self._branches = [branch for branch in self._branches if branch[2].reach]
        self._properties = {member: node for member, node in self._properties.items() if node.reach}
        self._dependent = {member: node for member, node in self._dependent.items() if node.reach}
        self._absent = {member: clauses for member, clauses in self._absent.items() if clauses}
        self._additional, self._names, self._items = (
            node if node is not None and node.reach else None for node in (self._additional, self._names, self._items)
        )
        if self._additional is None and not any(node.reach for _, node in self._patterns):
            self._patterns = []


def schema_node(documents: Documents, name: str, pointer: Pointer) -> Node:
    """The schema at ``pointer`` of document ``name``, made once.

    Raises `ContractError` for clauses where nothing could exercise them.
    """
    new: list[Node] = []
    node = _node(documents, name, pointer, new)
    # Schemas may refer to each other in circles: what each reaches is known when nothing changes any more.
    while any([each._spread() for each in reversed(new)]):
        pass
    for each in new:
        each._settle()
    return node


def _node(documents: Documents, name: str, pointer: Pointer, new: list[Node]) -> Node:
    known = documents.nodes.get((name, pointer))
    return Node(documents, name, pointer, new) if known is None else known


def _pattern(text: str) -> Test:
    return jsonschema_rs.Draft202012Validator({"pattern": text}).is_valid


def _refuse_unreachable(schema: dict[str, Any], where: str) -> None:
    for key in _WHOLE:
        if key in schema and _bears(schema[key]):
            raise ContractError(f"{where}/{key}: nothing here is told apart by clause, so {KEY} belong above it")


def _bears(node: Any) -> bool:
    below: Iterable[Any] = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return (isinstance(node, dict) and KEY in node) or any(_bears(each) for each in below)
