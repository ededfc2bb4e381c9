"""Texts that a regular expression fits: short, and the same ones each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

# Python's own reader of patterns, which has no public name.
_PARSER: Any = import_module("re._parser")
_ANY = "ax0-_ .Z"
_CATEGORIES = {"CATEGORY_DIGIT": "019", "CATEGORY_WORD": "a0_", "CATEGORY_SPACE": " ", "CATEGORY_NOT_DIGIT": "a"}
_MORE = 2
"""How much longer than needed a repetition is made at most."""


@cache
def texts(pattern: str) -> tuple[str, ...]:
    """Some texts: with the first and the last of each choice, as short as can be and a little longer.

    A pattern that looks around itself may not fit all of them. Empty where it cannot be read.
    """
    try:
        parsed = _PARSER.parse(pattern)
    except (re.error, OverflowError):
        return ()
    made = [_sequence(parsed, last, longer, {}) for longer in (0, 1, _MORE) for last in (False, True)]
    return tuple(dict.fromkeys(made))


def _sequence(items: Any, last: bool, longer: int, groups: dict[int, str]) -> str:
    return "".join(_one(str(op), argument, last, longer, groups) for op, argument in items)


def _one(op: str, argument: Any, last: bool, longer: int, groups: dict[int, str]) -> str:
    match op:
        case "LITERAL":
            return chr(argument)
        case "NOT_LITERAL":
            return next(each for each in _ANY if ord(each) != argument)
        case "ANY":
            return "x"
        case "IN":
            return _class(argument, last)
        case "BRANCH":
            return _sequence(argument[1][-1 if last else 0], last, longer, groups)
        case "SUBPATTERN":
            made = _sequence(argument[3], last, longer, groups)
            groups[argument[0]] = made
            return made
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, inner = argument
            times = min(low + longer, int(high))
            return "".join(_sequence(inner, last, longer, groups) for _ in range(times))
        case "GROUPREF":
            return groups.get(argument, "")
        case "ATOMIC_GROUP":
            return _sequence(argument, last, longer, groups)
    return ""


def _class(items: Any, last: bool) -> str:
    if str(items[0][0]) == "NEGATE":
        taken = set(_members(items[1:]))
        return next((each for each in _ANY if each not in taken), "é")
    members = list(_members(items))
    return members[-1 if last else 0]


def _members(items: Any) -> Iterator[str]:
    for op, argument in items:
        match str(op):
            case "LITERAL":
                yield chr(argument)
            case "RANGE":
                # A class may span all of Unicode.
                yield from map(chr, range(argument[0], min(argument[1], argument[0] + 127) + 1))
            case "CATEGORY":
                yield from _CATEGORIES.get(str(argument), "a")
