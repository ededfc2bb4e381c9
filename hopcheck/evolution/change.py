"""Where two YAML documents differ, node by node: where to look for messages that are judged otherwise."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import takewhile
from typing import Any

from hopcheck.checks.contracts.documents import Pointer, place


class Absent(Enum):
    """What stands for a value where there is none."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT
CLAUSES = "x-clauses"
# Words for people: no message is judged by them.
_TOLD = frozenset(
    {"description", "summary", "title", "example", "examples", "$comment", "tags", "externalDocs", "deprecated"}
    | {"contact", "license", "x-not-provoked"}
)
# What stands below these is a name, whatever it is called.
_NAMES = frozenset(
    {"properties", "patternProperties", "$defs", "schemas", "paths", "responses", "content", "channels", "messages"}
    | {"operations", "requestBodies", "securitySchemes", "servers", "x-packets", "arguments", "files"}
)
# Of these a child of its own is a change of its own.
_APART = _NAMES - {"properties", "patternProperties"}
_METHODS = frozenset({"get", "put", "post", "delete", "head", "options", "patch"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that differs; ``old`` or ``new`` is ABSENT where it was added or removed."""

    pointer: Pointer
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What differs of one node of a document: its own keywords, and properties that it gained or lost."""

    file: str
    pointer: Pointer
    leaves: tuple[Leaf, ...]

    @property
    def where(self) -> str:
        """The node's place as a JSON pointer."""
        return place(self.pointer)

    @property
    def first(self) -> Pointer:
        """Where the first of it stands; of a list that is the first element that differs."""
        leaf = self.leaves[0]
        if not isinstance(leaf.old, list) or not isinstance(leaf.new, list):
            return leaf.pointer
        alike = takewhile(lambda pair: _same(*pair), zip(leaf.old, leaf.new, strict=False))
        return (*leaf.pointer, sum(1 for _ in alike))

    @property
    def adds(self) -> bool:
        """Whether something is only there that was not."""
        return all(leaf.old is ABSENT for leaf in self.leaves)

    @property
    def what(self) -> str:
        """The change in a few words."""
        return "; ".join(_words(leaf, self.pointer) for leaf in self.leaves)

    @property
    def only_words(self) -> bool:
        """Whether nothing but words for people differs."""
        return all(told(leaf.pointer) for leaf in self.leaves)

    @property
    def only_clauses(self) -> bool:
        """Whether nothing but words and the ids of clauses differ: breaches are named otherwise."""
        return all(told(leaf.pointer) or CLAUSES in leaf.pointer for leaf in self.leaves)

    def applied(self, tree: Mapping[str, Any]) -> dict[str, Any]:
        """The old document with this change alone."""
        changed: dict[str, Any] = copy.deepcopy(dict(tree))
        for leaf in self.leaves:
            node: Any = changed
            for step in leaf.pointer[:-1]:
                node = node[step]
            if leaf.new is ABSENT:
                del node[leaf.pointer[-1]]
            else:
                node[leaf.pointer[-1]] = copy.deepcopy(leaf.new)
        return changed


def changes(file: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """The changes of one document, in the order of the text."""
    found: dict[Pointer, list[Leaf]] = {}
    for leaf in _leaves(old, new, ()):
        found.setdefault(_node(leaf), []).append(leaf)
    return [Change(file, pointer, tuple(leaves)) for pointer, leaves in found.items()]


def told(pointer: Pointer) -> bool:
    """Whether what stands here is words for people."""
    named = False
    for number, step in enumerate(pointer):
        if not named and (step in _TOLD or (number == 0 and step == "info")):
            return True
        named = not named and step in _NAMES
    return False


def _leaves(old: Any, new: Any, at: Pointer) -> Iterator[Leaf]:
    if _same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _leaves(old.get(key, ABSENT), new.get(key, ABSENT), (*at, key))
    elif _parallel(old) and _parallel(new) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _leaves(one, other, (*at, number))
    else:
        yield Leaf(at, old, new)


def _node(leaf: Leaf) -> Pointer:
    """The node that a change belongs to."""
    pointer = leaf.pointer
    whole = isinstance(leaf.new if leaf.old is ABSENT else leaf.old, dict) and ABSENT in (leaf.old, leaf.new)
    if whole and len(pointer) > 1 and (pointer[-2] in _APART or pointer[-1] in _METHODS):
        return pointer
    if len(pointer) > 1 and pointer[-2] == "properties":
        return pointer[:-2]
    return pointer[:-1]


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    # True is 1 to Python, not to JSON.
    return type(old) is type(new) and bool(old == new)


def _parallel(value: Any) -> bool:
    """Whether this is a list whose elements are compared one by one."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _words(leaf: Leaf, node: Pointer) -> str:
    name = "/".join(map(str, leaf.pointer[len(node) :])) or (str(leaf.pointer[-1]) if leaf.pointer else "the file")
    if leaf.old is ABSENT:
        return f"{name} added" if isinstance(leaf.new, dict | list) else f"{name} added: {leaf.new}"
    if leaf.new is ABSENT:
        return f"{name} removed"
    if isinstance(leaf.old, list) and isinstance(leaf.new, list):
        return f"{name}: {_listed(leaf.old, leaf.new)}"
    return f"{name}: {_short(leaf.old)} -> {_short(leaf.new)}"


def _listed(old: list[Any], new: list[Any]) -> str:
    words = [f"+ {_short(each)}" for each in new if each not in old]
    words += [f"- {_short(each)}" for each in old if each not in new]
    return " ".join(words) or "in another order"


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or value.get("$ref") or "{…}")
    return str(value)
