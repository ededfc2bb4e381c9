"""What a schema lets expect of a value, turned around: alterations of the value that it may forbid."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hopcheck.faults.derived.schemas import DECODED, LEFT, REDACTED, At, Schemas, same, types

DROP, RENAME, RETYPE, ADD = "member dropped", "member renamed", "type", "member added"
VALUE, FORMAT, PATTERN, LIMIT = "value", "format", "pattern", "limit"
OTHER = "x-other"
"""The name of members that no contract knows."""
_ANY: tuple[Any, ...] = (None, 17, "text", True, [], {})
_OPPOSITE: dict[str, tuple[Any, ...]] = {
    "string": (17, None, ["text"]),
    "integer": ("17", None, 1.5),
    "number": ("17", None, True),
    "boolean": ("true", None, 1),
    "array": ({}, None, "text"),
    "object": ([], None, "text"),
    "null": ("null", 0, {}),
}
_NEAR: dict[str, Callable[[str], str]] = {
    "uuid": lambda text: text[:-1] + "g",
    "date-time": lambda text: re.sub("([zZ]|[+-][0-9:]+)$", "", text),
    "uri": lambda text: "//" + text.partition("://")[2],
    "byte": lambda text: text + "*",
}
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """``value`` in place of the whole value; ``rule`` tells it from others: where, which keyword, which way."""

    kind: str
    rule: tuple[str, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class _Here:
    """Where in the whole value: ``path`` leads there, ``spot`` is the same without positions."""

    root: Any
    path: Path = ()
    spot: str = ""

    def down(self, step: str | int, name: str) -> _Here:
        return _Here(self.root, (*self.path, step), self.spot + name)

    def propose(self, kind: str, keyword: str, said: Any, value: Any, way: str = "") -> Proposal:
        return Proposal(kind, (self.spot, keyword, repr(said), way), replaced(self.root, self.path, value))


class Proposer:
    """Proposes alterations. ``hidden`` gathers where a secret's rules cannot be told from its digest."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.hidden: set[str] = set()

    def propose(self, at: At, value: Any, spot: str = "") -> Iterator[Proposal]:
        """Alterations of ``value``, which keeps the schema; whether it forbids each is for `Schemas.holds` to say."""
        yield from self._node(at, value, _Here(value, (), spot))

    def _node(self, at: At, value: Any, here: _Here) -> Iterator[Proposal]:
        schema = at.node
        if not isinstance(schema, dict):
            return
        if schema.get(REDACTED) is True:
            yield from self._secret(at, value, here)
            return
        yield from _scalar(schema, value, here)
        if isinstance(value, dict):
            yield from self._object(at, value, here)
        elif isinstance(value, list):
            yield from self._array(at, value, here)
        for below in self._schemas.applicable(at, value):
            yield from self._node(below, value, here)

    def _secret(self, at: At, value: Any, here: _Here) -> Iterator[Proposal]:
        schema = at.node
        if DECODED in schema:
            inner = here.down("decoded", "")
            yield inner.propose(FORMAT, "format", "not decodable", None)
            if isinstance(value, dict):
                yield from self._node(at.at(DECODED), value.get("decoded"), inner)
            return
        if set(schema) & {"pattern", "const", "enum", "minLength", "maxLength"}:
            self.hidden.add(here.spot)
        kept = {key: schema[key] for key in ("type", "format") if key in schema}
        if LEFT in schema:
            kept["pattern"] = schema[LEFT]
        yield from _scalar(kept, value, here)

    def _object(self, at: At, value: dict[str, Any], here: _Here) -> Iterator[Proposal]:
        schema = at.node
        required, declared = schema.get("required", ()), schema.get("properties", {})
        closed = schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False
        for name in required:
            if name in value:
                yield here.propose(DROP, "required", name, _without(value, name))
        for name in value:
            if name in required or closed:
                renamed = {(f"{name}-other" if key == name else key): each for key, each in value.items()}
                yield here.propose(RENAME, "required" if name in required else "closed", name, renamed)
        if closed:
            yield here.propose(ADD, "closed", False, {**value, OTHER: "text"})
        for name, below in declared.items():
            if name in value:
                yield from self._node(at.at("properties", name), value[name], here.down(name, f".{name}"))
            elif (wrong := self._wrong(at.at("properties", name))) is not None:
                kind = ADD if below is False else RETYPE
                yield here.propose(kind, "properties", name, {**value, name: wrong[0]}, "where there was none")
        others = schema.get("additionalProperties")
        if isinstance(others, dict):
            for name in self._schemas.additional(at, value):
                yield from self._node(at.at("additionalProperties"), value[name], here.down(name, ".*"))
            if (wrong := self._wrong(at.at("additionalProperties"))) is not None:
                yield here.propose(RETYPE, "additionalProperties", others, {**value, OTHER: wrong[0]})
        if "minProperties" in schema:
            yield here.propose(LIMIT, "minProperties", schema["minProperties"], {})
        if "maxProperties" in schema:
            more = {f"{OTHER}-{number}": "text" for number in range(schema["maxProperties"] + 1)}
            yield here.propose(LIMIT, "maxProperties", schema["maxProperties"], {**value, **more})

    def _array(self, at: At, value: list[Any], here: _Here) -> Iterator[Proposal]:
        schema = at.node
        first = schema.get("prefixItems", ())
        for number in range(min(len(first), len(value))):
            yield from self._node(at.at("prefixItems", number), value[number], here.down(number, f"[{number}]"))
        if "items" in schema:
            for number in range(len(first), len(value)):
                yield from self._node(at.at("items"), value[number], here.down(number, "[]"))
            if len(value) <= len(first) and (wrong := self._wrong(at.at("items"))) is not None:
                yield here.propose(RETYPE, "items", schema["items"], [*value, wrong[0]], "where there was none")
        if schema.get("minItems"):
            yield here.propose(LIMIT, "minItems", schema["minItems"], value[: schema["minItems"] - 1])
        if "maxItems" in schema and value:
            yield here.propose(LIMIT, "maxItems", schema["maxItems"], [value[0]] * (schema["maxItems"] + 1))

    def _wrong(self, at: At) -> tuple[Any] | None:
        """Any value that the schema forbids; None where it forbids none of those that are tried."""
        return next(((each,) for each in _ANY if not self._schemas.holds(at, each)), None)


def _scalar(schema: dict[str, Any], value: Any, here: _Here) -> Iterator[Proposal]:
    if "type" in schema:
        said = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        allowed = set(said) | ({"integer"} if "number" in said else set())
        wrong = [each for each in _OPPOSITE[said[0]] if not types(each) & allowed]
        for number, each in enumerate(wrong[:2]):
            yield here.propose(RETYPE, "type", said, each, str(number))
    if "const" in schema:
        yield here.propose(VALUE, "const", schema["const"], _beside([schema["const"]]))
    if "enum" in schema:
        yield here.propose(VALUE, "enum", schema["enum"], _beside(schema["enum"]))
    if "minimum" in schema:
        yield here.propose(LIMIT, "minimum", schema["minimum"], schema["minimum"] - 1)
    if "maximum" in schema:
        yield here.propose(LIMIT, "maximum", schema["maximum"], schema["maximum"] + 1)
    if not isinstance(value, str):
        return
    if schema.get("minLength"):
        yield here.propose(LIMIT, "minLength", schema["minLength"], value[: schema["minLength"] - 1])
    if "maxLength" in schema:
        yield here.propose(LIMIT, "maxLength", schema["maxLength"], value.ljust(schema["maxLength"] + 1, "x"))
    if "pattern" in schema:
        for number, each in enumerate(_unlike(schema["pattern"], value)):
            yield here.propose(PATTERN, "pattern", schema["pattern"], each, str(number))
    if "format" in schema:
        yield here.propose(FORMAT, "format", schema["format"], _NEAR[schema["format"]](value), "near")
        yield here.propose(FORMAT, "format", schema["format"], "of no format", "far")


def _beside(allowed: Sequence[Any]) -> Any:
    """A value of the same type that is none of these."""
    first = next((each for each in allowed if each is not None), None)
    if isinstance(first, bool):
        return None if len(allowed) > 1 else not first
    if isinstance(first, (int, float)):
        return max(each for each in allowed if isinstance(each, (int, float))) + 1
    text = "other" if first is None else f"{first}-other"
    while any(same(text, each) for each in allowed):
        text += "-other"
    return text


def _unlike(pattern: str, value: str) -> list[str]:
    """Texts that a pattern does not fit: the nearest first, two at most. Raises ValueError where none is found."""
    tries = (value + "?", "?" + value, value[:-1], value[1:], "?", "")
    found = [each for each in dict.fromkeys(tries) if each != value and re.search(pattern, each) is None]
    if not found:
        raise ValueError(f"no text is known that {pattern} does not fit")
    return found[:2]


def replaced(root: Any, path: Path, value: Any) -> Any:
    """``root`` with ``value`` at ``path``; what lies beside the path is shared."""
    if not path:
        return value
    copy: Any = dict(root) if isinstance(root, dict) else list(root)
    copy[path[0]] = replaced(root[path[0]], path[1:], value)
    return copy


def _without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: each for key, each in value.items() if key != name}
