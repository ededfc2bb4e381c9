"""Values that a schema of the contracts allows, as Hypothesis strategies."""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from hopcheck.faults.derived.schemas import At, Schemas, same

Values = SearchStrategy[Any]
ENCODED = "x-encoded"
"""Beside a text's schema: that of the JSON which it is in base64."""
EPOCH = datetime(2026, 11, 23, tzinfo=UTC)
LONG = 2**63
_TEXT = st.text(max_size=12)
_NAME = st.text(string.ascii_lowercase + "_-", min_size=1, max_size=8)
_SCALAR = st.one_of(st.none(), st.booleans(), st.integers(-LONG, LONG - 1), _TEXT)
_ANY: Values = st.one_of(_SCALAR, st.lists(_SCALAR, max_size=3), st.dictionaries(_NAME, _SCALAR, max_size=3))
_HINTS = {
    "object": {"properties", "required", "additionalProperties", "minProperties", "maxProperties"},
    "array": {"items", "prefixItems", "minItems", "maxItems"},
    "string": {"pattern", "format", "minLength", "maxLength"},
    "integer": {"minimum", "maximum"},
}


def _moment(seconds: int, form: int) -> str:
    moment = EPOCH + timedelta(seconds=seconds, microseconds=seconds % 1_000_000)
    text = moment.isoformat(timespec=("seconds", "milliseconds", "microseconds")[form % 3])
    return text.replace("+00:00", "Z") if form < 3 else text


_URI = st.text(string.ascii_letters + string.digits + "-._~%/", max_size=12).map(
    lambda path: f"https://localhost/{path}"
)
_FORMATS: Mapping[str, SearchStrategy[str]] = {
    "uuid": st.uuids().map(str),
    "date-time": st.builds(_moment, st.integers(-(2**31), 2**31), st.integers(0, 5)),
    "uri": _URI,
    "byte": st.binary(max_size=12).map(lambda data: base64.b64encode(data).decode()),
}


class Valid:
    """Makes strategies of the schemas of ``schemas``; what they give is nearly always valid, and to be filtered."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def of(self, *at: At) -> Values | None:
        """Values that keep all of these schemas; None where there are none."""
        ways: list[list[At]] = [[]] if at else []
        for each in at:
            ways = [[*one, *other] for one in ways for other in self._ways(each)]
        made = [strategy for way in ways if (strategy := self._plain(way)) is not None]
        return st.one_of(made) if made else None

    def _or_any(self, at: Sequence[At]) -> Values:
        found = self.of(*at)
        return _ANY if found is None else found

    def _ways(self, at: At) -> list[list[At]]:
        """The ways to keep a schema: each a list of nodes whose own keywords are all to be kept."""
        node = at.node
        if node is False:
            return []
        if not isinstance(node, dict):
            return [[]]
        ways: list[list[At]] = [[at]]

        def also(others: Iterable[list[At]]) -> None:
            more = list(others)
            ways[:] = [[*one, *other] for one in ways for other in more]

        if ENCODED in node:
            return ways
        if "$ref" in node:
            also(self._ways(self._schemas.target(at)))
        for number in range(len(node.get("allOf", ()))):
            also(self._ways(at.at("allOf", number)))
        for keyword in ("anyOf", "oneOf"):
            if keyword in node:
                also(way for number in range(len(node[keyword])) for way in self._ways(at.at(keyword, number)))
        if "if" in node:
            then = self._ways(at.at("then")) if "then" in node else [[]]
            other = self._ways(at.at("else")) if "else" in node else [[]]
            met = [[*one, *two] for one in self._ways(at.at("if")) for two in then]
            also([*met, *([_unlike(at.at("if")), *two] for two in other)])
        return ways

    def _plain(self, way: Sequence[At]) -> Values | None:
        nodes = [each.node for each in way]
        literals = _literals(nodes)
        if literals is not None:
            return st.sampled_from(literals) if literals else None
        for each in way:
            if ENCODED in each.node:
                inner = self.of(each.at(ENCODED))
                return None if inner is None else inner.map(_in_base64)
        makers = {"object": self._object, "array": self._array, "string": _string, "integer": _integer}
        made: list[Values] = []
        for kind in _types(nodes):
            maker = makers.get(kind)
            found = _PLAIN.get(kind) if maker is None else maker(way)
            if found is not None:
                made.append(found)
        return st.one_of(made) if made else None

    def _object(self, way: Sequence[At]) -> Values | None:
        members: dict[str, list[At]] = {}
        others: list[At] | None = []
        required: set[str] = set()
        for each in way:
            required.update(each.node.get("required", ()))
            for name in each.node.get("properties", ()):
                members.setdefault(name, []).append(each.at("properties", name))
            more = each.node.get("additionalProperties", True)
            if more is False or each.node.get("unevaluatedProperties") is False:
                others = None
            elif others is not None and isinstance(more, dict):
                others.append(each.at("additionalProperties"))
        made = {name: self.of(*found) for name, found in members.items()}
        made |= {name: self._or_any(others or ()) for name in required - set(members)}
        if any(made[name] is None for name in required):
            return None
        known = {name: strategy for name, strategy in made.items() if strategy is not None}
        fixed = st.fixed_dictionaries(
            {name: known[name] for name in sorted(required)},
            optional={name: strategy for name, strategy in known.items() if name not in required},
        )
        if not others or (value := self.of(*others)) is None:
            return fixed
        least = max(each.node.get("minProperties", 0) for each in way)
        return st.builds(
            lambda one, two: {**two, **one}, fixed, st.dictionaries(_NAME, value, min_size=least, max_size=3)
        )

    def _array(self, way: Sequence[At]) -> Values | None:
        places: list[list[At]] = []
        for each in way:
            for number in range(len(each.node.get("prefixItems", ()))):
                if number == len(places):
                    places.append([])
                places[number].append(each.at("prefixItems", number))
        first = [self._or_any(place) for place in places]
        if first:
            return st.tuples(*first).map(list)
        items = [each.at("items") for each in way if "items" in each.node]
        least = max(each.node.get("minItems", 0) for each in way)
        return st.lists(self._or_any(items), min_size=least, max_size=least + 2)


_PLAIN: Mapping[str, Values] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "any": _ANY,
}


def _unlike(condition: At) -> At:
    """What is left where a condition on one member's value is not met."""
    members = condition.node.get("properties", {}) if isinstance(condition.node, dict) else {}
    if len(members) != 1:
        return At(condition.document, {})
    return At(condition.document, {"properties": {name: {"not": schema} for name, schema in members.items()}})


def _literals(nodes: Sequence[Mapping[str, Any]]) -> list[Any] | None:
    """The values of const and enum that all nodes allow; None where none says any."""
    found: list[Any] | None = None
    for node in nodes:
        said = [node["const"]] if "const" in node else node.get("enum")
        if said is not None:
            found = list(said) if found is None else [one for one in found if any(same(one, each) for each in said)]
    if found is None:
        return None
    for node in nodes:
        forbidden = node.get("not", {})
        said = [forbidden["const"]] if "const" in forbidden else forbidden.get("enum", ())
        found = [one for one in found if not any(same(one, each) for each in said)]
    return found


def _types(nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    found: list[str] | None = None
    for node in nodes:
        if "type" in node:
            said = [node["type"]] if isinstance(node["type"], str) else node["type"]
            found = said if found is None else [each for each in found if each in said]
    if found is not None:
        return found
    return next((kind for kind, hints in _HINTS.items() if any(hints & set(node) for node in nodes)), "any").split()


def _string(way: Sequence[At]) -> Values:
    nodes = [each.node for each in way]
    least = max(node.get("minLength", 0) for node in nodes)
    most = min(node.get("maxLength", least + 12) for node in nodes)
    patterns = [node["pattern"] for node in nodes if "pattern" in node]
    formats = [node["format"] for node in nodes if "format" in node]
    if not formats:
        if not patterns:
            return st.text(min_size=least, max_size=most)
        # A dollar is the very end to the judge, and to Python's expressions also what stands before a last line feed.
        text = patterns[0].removesuffix("$") + (r"\Z" if patterns[0].endswith("$") else "")
        return st.from_regex(text).filter(lambda value: len(value) >= least)
    made = _FORMATS[formats[0]]
    for pattern in patterns:
        if formats[0] == "uri" and not pattern.startswith("^"):
            made = st.builds(lambda one, two: f"{one}?{two}", made, st.from_regex(pattern, fullmatch=True))
    return made


def _integer(way: Sequence[At]) -> Values:
    least = max(each.node.get("minimum", -LONG) for each in way)
    return st.integers(least, min(each.node.get("maximum", LONG - 1) for each in way))


def _in_base64(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()
