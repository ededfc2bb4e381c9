"""Values beside a value: what one version's schemas suggest, and what the other's stop short of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from hopcheck.evolution.pattern import texts
from hopcheck.evolution.spot import Spot

OTHER = "x-other"
"""A member that neither version names."""
_PLAIN: tuple[Any, ...] = ("text", 17, None, True, {}, [], "", 0, 1.5, -1)
_FORMATS = {
    "uuid": ("50d571c1-bb0a-4a28-ac7f-143018dce3d5", "50D571C1-BB0A-1A28-AC7F-143018DCE3D5"),
    "date-time": ("2026-11-23T18:08:32Z", "2026-11-23T18:08:32.213877+01:00"),
    "date": ("2026-11-23",),
    "uri": ("https://example.com/", "urn:example:text"),
    "byte": ("dGV4dA==",),
}
_LONGEST = 5000
_MUTATED = 80
"""Texts up to this length are altered character by character."""
Focus = Callable[[Spot], bool]
"""Whether a change lies at or below these schemas."""


def everywhere(_: Spot) -> bool:
    """No place is left out."""
    return True


@lru_cache(10_000)
def samples(spot: Spot, depth: int = 0) -> list[Any]:
    """A few values that the schemas may allow, the plainest first. Not to be changed."""
    found: list[Any] = []
    for _, node in spot.nodes:
        found += node.get("examples", ())
        if "const" in node:
            found.append(node["const"])
        found += node.get("enum", ())
    types = {each for said in spot.said("type") for each in ([said] if isinstance(said, str) else said)}
    if spot.declared or "object" in types:
        found += _objects(spot, depth)
    if "array" in types or any(spot.said("items")) or any(spot.said("prefixItems")):
        found += _arrays(spot, depth)
    if "integer" in types or "number" in types:
        found += [each for keyword in ("minimum", "maximum") for each in spot.said(keyword)]
        found += [17, 0] if "integer" in types else [1.5, 17]
    found += [value for each in spot.said("format") for value in _FORMATS.get(each, ())]
    found += [text for each in spot.said("pattern") for text in texts(each)]
    found += ["x" * length for length in spot.said("minLength") if 0 < length < _LONGEST]
    found += [value for value in _PLAIN if not types or types & set(_types(value))]
    return _distinct(found)


def _objects(spot: Spot, depth: int) -> Iterator[dict[str, Any]]:
    required = {name for each in spot.said("required") for name in each}
    if depth < 4:
        for names in (spot.declared, [name for name in spot.declared if name in required]):
            yield {name: next(iter(samples(spot.member(name), depth + 1)), "text") for name in names}
    if depth < 4 and required - set(spot.declared):
        yield {name: next(iter(samples(spot.member(name), depth + 1)), "text") for name in sorted(required)}
    yield {}


def _arrays(spot: Spot, depth: int) -> Iterator[list[Any]]:
    length = max([1, *spot.said("minItems"), *(len(each) for each in spot.said("prefixItems"))])
    if depth < 4 and length < 100:
        yield [next(iter(samples(spot.item(number), depth + 1)), "text") for number in range(length)]
    yield []


def beside(sender: Spot, receiver: Spot, value: Any, focus: Focus = everywhere) -> Iterator[Any]:
    """Values to put in place of ``value``, which whoever sends it by its schemas may come upon.

    Members that only the receiver names are not among them: to the sender they have no meaning.
    """
    if not focus(sender) and not focus(receiver):
        return
    yield from _members(sender, receiver, value, focus)
    yield from _elements(sender, receiver, value, focus)
    yield from _instead(sender, receiver, value)


def _members(sender: Spot, receiver: Spot, value: Any, focus: Focus) -> Iterator[Any]:
    if not isinstance(value, dict):
        return
    for name in value:
        yield {key: each for key, each in value.items() if key != name}
    for name in sender.declared:
        if name not in value:
            yield from ({**value, name: each} for each in samples(sender.member(name))[:12])
    for name, each in value.items():
        for other in beside(sender.member(name), receiver.member(name), each, focus):
            yield {**value, name: other}
    if OTHER not in value:
        yield from ({**value, OTHER: each} for each in _PLAIN[:5])
    for limit in (*receiver.said("maxProperties"), *sender.said("maxProperties")):
        yield {**value, **{f"{OTHER}-{number}": "text" for number in range(min(limit + 1, 100))}}
    yield {}


def _elements(sender: Spot, receiver: Spot, value: Any, focus: Focus) -> Iterator[Any]:
    if not isinstance(value, list):
        return
    for number, each in enumerate(value[:8]):
        for other in beside(sender.item(number), receiver.item(number), each, focus):
            yield [*value[:number], other, *value[number + 1 :]]
    more = value[:1] or samples(sender.item(0))[:1]
    limits = [each for spot in (sender, receiver) for said in ("minItems", "maxItems") for each in spot.said(said)]
    for limit in dict.fromkeys(limits):
        for length in (limit - 1, limit, limit + 1):
            if 0 <= length <= 1000 and length != len(value) and more:
                yield [*value[:length], *more * (length - len(value))]
    yield [*value, *(more or ["text"])]
    yield value[:-1]
    yield []


def _instead(sender: Spot, receiver: Spot, value: Any) -> Iterator[Any]:
    yield from (each for each in samples(sender) if each != value or type(each) is not type(value))
    for spot in (receiver, sender):
        for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"):
            for bound in spot.said(keyword):
                yield from (bound - 1, bound, bound + 1)
        yield from (each + "-other" for said in spot.said("enum") for each in said if isinstance(each, str))
        for keyword in ("minLength", "maxLength"):
            for length in spot.said(keyword):
                yield from _of_length(value, length - 1)
                yield from _of_length(value, length)
                yield from _of_length(value, length + 1)
    if isinstance(value, str):
        yield from _altered(value)
    yield from _PLAIN


def _of_length(value: Any, length: int) -> Iterator[str]:
    if 0 <= length <= _LONGEST:
        yield (value if isinstance(value, str) else "").ljust(length, "x")[:length]
        yield "7" * length


def _altered(value: str) -> Iterator[str]:
    yield from (value.upper(), value.lower(), value + "x", value + "7", "x" + value, value[:-1], value[1:])
    if len(value) <= _MUTATED:
        for number, own in enumerate(value):
            yield from (value[:number] + each + value[number + 1 :] for each in "1aA-_/ " if each != own)


def _types(value: Any) -> tuple[str, ...]:
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("boolean",)
    if isinstance(value, int):
        return ("integer", "number")
    return {str: ("string",), float: ("number",), list: ("array",), dict: ("object",)}[type(value)]


def _distinct(values: list[Any]) -> list[Any]:
    found: dict[str, Any] = {}
    for value in values:
        found.setdefault(repr(value), value)
    return list(found.values())
