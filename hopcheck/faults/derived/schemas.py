"""JSON Schema read for what it forbids, by an evaluator of its own: the judge's validator is not its own witness."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hopcheck.checks.contracts.documents import Documents, Pointer

ANNOTATIONS = frozenset(
    {"$schema", "$defs", "title", "description", "example", "examples", "default", "deprecated", "readOnly"}
)
REDACTED, DECODED, LEFT = "x-redacted", "x-decoded", "x-redacted-pattern"
FORMATS = {
    "uuid": re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.I),
    "date-time": re.compile(r"\d{4}-\d\d-\d\d[tT]\d\d:\d\d:\d\d(\.\d+)?([zZ]|[+-]\d\d:\d\d)"),
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*"),
    "byte": re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"),
}


class SchemaError(ValueError):
    """A schema says something that nothing is derived from: the text names document and keyword."""


@dataclass(frozen=True, slots=True)
class At:
    """A schema: the node, and the document that its references start from."""

    document: str
    node: Any

    def at(self, *steps: str | int) -> At:
        """The schema below."""
        node = self.node
        for step in steps:
            node = node[step]
        return At(self.document, node)


class Schemas:
    """The schemas of ``documents`` (those of the wire), and whether a value as a trace shows it keeps one."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._targets: dict[tuple[str, str], At] = {}

    def find(self, document: str, pointer: Pointer) -> At:
        """What stands at ``pointer``, references followed. Raises `ContractError` where nothing does."""
        name, _, node = self._documents.follow(document, pointer)
        return At(name, node)

    def target(self, at: At) -> At:
        """What a node's reference means."""
        key = (at.document, at.node["$ref"])
        if key not in self._targets:
            name, pointer = self._documents.target(*key)
            self._targets[key] = At(name, self._documents.node(name, pointer))
        return self._targets[key]

    def holds(self, at: At, value: Any) -> bool:
        """Whether ``value`` keeps the schema. Raises `SchemaError` for a keyword or format that is not known here."""
        schema = at.node
        if isinstance(schema, bool):
            return schema
        if schema.get(REDACTED) is True:
            return self._redacted(at, value)
        return all(
            self._keyword(keyword, at, value)
            for keyword in schema
            if keyword not in ANNOTATIONS and not keyword.startswith("x-")
        )

    def _redacted(self, at: At, value: Any) -> bool:
        """Of a secret a trace shows a digest, which keeps type and format, or the structure that it hid."""
        schema = at.node
        if DECODED in schema:
            return isinstance(value, dict) and "decoded" in value and self.holds(at.at(DECODED), value["decoded"])
        kept = {key: schema[key] for key in ("type", "format") if key in schema}
        if LEFT in schema:
            kept["pattern"] = schema[LEFT]
        return self.holds(At(at.document, kept), value)

    def _keyword(self, keyword: str, at: At, value: Any) -> bool:
        said = at.node[keyword]
        if keyword in _PLAIN:
            return _PLAIN[keyword](said, value)
        match keyword:
            case "$ref":
                return self.holds(self.target(at), value)
            case "allOf":
                return all(self.holds(at.at(keyword, number), value) for number in range(len(said)))
            case "anyOf":
                return any(self.holds(at.at(keyword, number), value) for number in range(len(said)))
            case "oneOf":
                return sum(self.holds(at.at(keyword, number), value) for number in range(len(said))) == 1
            case "if":
                branch = self.branch(at, value)
                return branch is None or self.holds(branch, value)
            case "then" | "else":
                return True
            case "not":
                return not self.holds(at.at(keyword), value)
            case "properties":
                return not isinstance(value, dict) or all(
                    self.holds(at.at(keyword, name), value[name]) for name in said if name in value
                )
            case "additionalProperties":
                return all(self.holds(at.at(keyword), value[name]) for name in self.additional(at, value))
            case "unevaluatedProperties":
                names = set(value) - self._evaluated(at, value) if isinstance(value, dict) else ()
                return all(self.holds(at.at(keyword), value[name]) for name in names)
            case "prefixItems":
                return not isinstance(value, list) or all(
                    self.holds(at.at(keyword, number), item) for number, item in enumerate(value[: len(said)])
                )
            case "items":
                rest = value[len(at.node.get("prefixItems", ())) :] if isinstance(value, list) else ()
                return all(self.holds(at.at(keyword), item) for item in rest)
            case "format":
                return _format(at, said, value)
        raise SchemaError(f"{at.document}: nothing is derived from {keyword}")

    def branch(self, at: At, value: Any) -> At | None:
        """The one of then and else that applies to ``value``; None where it is not there."""
        chosen = "then" if self.holds(at.at("if"), value) else "else"
        return at.at(chosen) if chosen in at.node else None

    def additional(self, at: At, value: Any) -> list[str]:
        """The members that the node's own properties do not name."""
        return [name for name in value if name not in at.node.get("properties", {})] if isinstance(value, dict) else []

    def _evaluated(self, at: At, value: dict[str, Any]) -> set[str]:
        """The members that any applicable part of the schema names."""
        schema = at.node
        if not isinstance(schema, dict):
            return set()
        if "additionalProperties" in schema:
            return set(value)
        found = set(schema.get("properties", {}))
        for below in self.applicable(at, value):
            found |= self._evaluated(below, value)
        return found

    def applicable(self, at: At, value: Any) -> Iterator[At]:
        """The schemas that speak of the same value besides the node's own keywords."""
        schema = at.node
        if "$ref" in schema:
            yield self.target(at)
        for number in range(len(schema.get("allOf", ()))):
            yield at.at("allOf", number)
        for keyword in ("anyOf", "oneOf"):
            for number in range(len(schema.get(keyword, ()))):
                if self.holds(at.at(keyword, number), value):
                    yield at.at(keyword, number)
        if "if" in schema and (branch := self.branch(at, value)) is not None:
            yield branch


def types(value: Any) -> set[str]:
    """The type names of JSON Schema that a value has."""
    if value is None:
        return {"null"}
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, (int, float)):
        return {"integer", "number"} if value == int(value) else {"number"}
    return {"string"} if isinstance(value, str) else {"array"} if isinstance(value, list) else {"object"}


def same(one: Any, other: Any) -> bool:
    """JSON's equality of scalars: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _format(at: At, name: str, value: Any) -> bool:
    if name not in FORMATS:
        raise SchemaError(f"{at.document}: nothing is derived from format {name}")
    return not isinstance(value, str) or FORMATS[name].fullmatch(value) is not None


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_PLAIN: Mapping[str, Callable[[Any, Any], bool]] = {
    "type": lambda said, value: bool(types(value) & set([said] if isinstance(said, str) else said)),
    "const": lambda said, value: same(said, value),
    "enum": lambda said, value: any(same(each, value) for each in said),
    "pattern": lambda said, value: not isinstance(value, str) or re.search(said, value) is not None,
    "minimum": lambda said, value: not _number(value) or value >= said,
    "maximum": lambda said, value: not _number(value) or value <= said,
    "minLength": lambda said, value: not isinstance(value, str) or len(value) >= said,
    "maxLength": lambda said, value: not isinstance(value, str) or len(value) <= said,
    "minItems": lambda said, value: not isinstance(value, list) or len(value) >= said,
    "maxItems": lambda said, value: not isinstance(value, list) or len(value) <= said,
    "minProperties": lambda said, value: not isinstance(value, dict) or len(value) >= said,
    "maxProperties": lambda said, value: not isinstance(value, dict) or len(value) <= said,
    "required": lambda said, value: not isinstance(value, dict) or all(name in value for name in said),
}
