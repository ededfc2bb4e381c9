"""What two components did in the same items, paired message by message."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product

from hopcheck.conform.diff.difference import ORDER, Diff, Difference, ItemDiff, Side
from hopcheck.conform.diff.either import Either
from hopcheck.conform.diff.normal import Shape
from hopcheck.conform.diff.played import START, DiffError, Order, Played, names

_JOINT = re.compile(r"[.\[]")
SAID = ("status", "method", "path", "topic", "key", "destination", "args[0]", "program")
"""The places by which somebody knows a whole message."""


def compare(stand_in: Played, component: Played) -> Diff:
    """Every item of the two. Raises `DiffError` where they are of different roles or have no item in common."""
    if stand_in.role != component.role:
        raise DiffError(f"one is a trace of {stand_in.role}, the other of {component.role}")
    if not set(stand_in.items) & set(component.items) - {START} and not component.broken:
        raise DiffError("no case or story was played in both")
    both = (stand_in, component)
    found = tuple(_item(name, stand_in, component) for name in names(both))
    troubles = tuple(f"the stand-in did not get to the end of {n!r}: {cause}" for n, cause in stand_in.broken.items())
    left, right = (Side(each.kind, each.given, str(each.report)) for each in both)
    return Diff(component.role, left, right, found, troubles)


def _item(name: str, stand_in: Played, component: Played) -> ItemDiff:
    for played, whose in ((stand_in, "the stand-in"), (component, "the component")):
        if cause := played.broken.get(name):
            return ItemDiff(name, (), f"{whose} did not get to its end: {cause}")
        if name not in played.items:
            return ItemDiff(name, (), f"not played with {whose}")
    ours, theirs = stand_in.items[name], component.items[name]
    either = Either(component.role, name, ours, theirs)
    found = [
        *(each for each in differences(ours, theirs) if each not in either),
        *orders(stand_in.orders[name], component.orders[name]),
    ]
    return ItemDiff(name, tuple(dict.fromkeys(found)))


def differences(stand_in: Sequence[Shape], component: Sequence[Shape]) -> Iterator[Difference]:
    """How the messages of one item differ; how many there are of one shape says nothing."""
    ours, theirs = set(stand_in), set(component)
    only_ours = [shape for shape in stand_in if shape not in theirs]
    only_theirs = [shape for shape in component if shape not in ours]
    for same in (_by_question, _by_kind):
        for left, right in _pairs(only_ours, only_theirs, same):
            only_ours.remove(left)
            only_theirs.remove(right)
            yield from _places(left, right)
    for shape in only_ours:
        yield Difference("-", *shape[:3], "", said(shape, component), None)
    for shape in only_theirs:
        yield Difference("+", *shape[:3], "", None, said(shape, stand_in))


def orders(stand_in: Collection[Order], component: Collection[Order]) -> Iterator[Difference]:
    """Which two messages always began in one order with the stand-in, and always in the other with the component."""
    for edge, first, second in sorted(stand_in):
        there, back = (edge, first, second), (edge, second, first)
        if back in component and there not in component and back not in stand_in:
            yield Difference("~", edge, ORDER, "", ORDER, f"{first}, {second}", f"{second}, {first}")


def said(shape: Shape, others: Iterable[Shape]) -> str:
    """What is special about a message: what no message of its kind on the other side has, or what it is known by."""
    kin = [other for other in others if _by_kind(other) == _by_kind(shape)]
    fields = dict(shape.fields)
    if kin:
        nearest = min(kin, key=lambda other: _distance(shape, other))
        special = [(place, value) for place, value in shape.fields if (place, value) not in nearest.fields]
    else:
        special = [(place, fields[place]) for place in SAID if place in fields]
    special = special or list(shape.fields)
    more = f", and {len(special) - 3} more" if len(special) > 3 else ""
    return ", ".join(f"{place} {value}" for place, value in special[:3]) + more


def _by_question(shape: Shape) -> tuple[str, ...]:
    return shape[:3]


def _by_kind(shape: Shape) -> tuple[str, ...]:
    return shape[:2]


def _pairs(left: Sequence[Shape], right: Sequence[Shape], same: object) -> list[tuple[Shape, Shape]]:
    assert callable(same)
    near = sorted(
        (_distance(a, b), i, j) for (i, a), (j, b) in product(enumerate(left), enumerate(right)) if same(a) == same(b)
    )
    found, taken = [], (set[int](), set[int]())
    for _, i, j in near:
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            found.append((left[i], right[j]))
    return found


def _distance(left: Shape, right: Shape) -> int:
    return len(set(left.fields) ^ set(right.fields)) + (left.asked != right.asked)


def _places(left: Shape, right: Shape) -> Iterator[Difference]:
    where = right[:3]
    ours, theirs = dict(left.fields), dict(right.fields)
    if left.asked != right.asked:
        yield Difference("~", *where, "what it answers", left.asked, right.asked)
    for place in ours.keys() & theirs.keys():
        if ours[place] != theirs[place] and not (left.passing and _goes_on(ours[place], theirs[place])):
            yield Difference("~", *where, place, ours[place], theirs[place])
    for place, value in _gathered(ours, theirs):
        yield Difference("-", *where, place, value, None)
    for place, value in _gathered(theirs, ours):
        yield Difference("+", *where, place, None, value)


def _goes_on(one: str, other: str) -> bool:
    """Whether one text is how the other begins: output that is shown while it grows."""
    short, long = sorted((one, other), key=len)
    return len(short) > len('""') and short.endswith('"') and long.startswith(short[:-1])


def _gathered(mine: Mapping[str, str], others: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The places that the others lack: of what they lack altogether only where it begins."""
    prefixes = {place[: joint.start()] for place in others for joint in _JOINT.finditer(place)} | set(others)
    found: dict[str, list[str]] = {}
    for place, value in mine.items():
        if place in others:
            continue
        ends = [joint.start() for joint in _JOINT.finditer(place)]
        lacking = next((place[:end] for end in ends if place[:end] not in prefixes), place)
        found.setdefault(lacking, []).append(value)
    for place, values in found.items():
        yield place, values[0] if len(values) == 1 else f"with {len(values)} members"
