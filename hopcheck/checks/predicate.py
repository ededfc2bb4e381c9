"""Predicates on events, written as data: paths into an event and what must stand there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hopcheck.trace import Event

Where = Mapping[str, Any]


def resolve(event: Event, path: str) -> Any:
    """The value at ``path``: ``body.a.b`` in the JSON payload, ``headers.name``, else an attribute; None if absent.

    A number is an index into a list; ``source``, ``target``, ``op``, ``edge`` and ``tap`` are the event's own fields.
    """
    head, _, rest = path.partition(".")
    if path in ("source", "target", "op", "edge", "tap"):
        return getattr(event, head)
    if head == "headers":
        return header(event, rest)
    if head == "body":
        return _walk(event.payload.json if event.payload is not None else None, rest)
    return _walk(event.attrs, path)


def header(event: Event, name: str) -> Any:
    """The first value of an HTTP header (lower-case name), None if absent."""
    for found, value in event.attrs.get("headers") or ():
        if found == name:
            return value
    return None


def matches(where: Where, event: Event) -> bool:
    """Whether every path holds what is asked.

    Asked is a scalar (equal), a list (one of), or a mapping of operators: ``prefix``, ``suffix``, ``contains``
    (any of a list's members is in the value), ``topic`` (a filter list has a topic with this end), ``present`` and
    ``not`` (a scalar or a list).
    """
    return all(holds(resolve(event, path), asked) for path, asked in where.items())


def holds(value: Any, asked: Any) -> bool:
    """Whether one value is what is asked of it (see `matches`)."""
    if isinstance(asked, Mapping):
        return all(_OPERATORS[operator](value, operand) for operator, operand in asked.items())
    return _is_in(value, asked) if isinstance(asked, list) else _same(value, asked)


def _same(value: Any, asked: Any) -> bool:
    return type(value) is type(asked) and bool(value == asked)


def _is_in(value: Any, asked: Any) -> bool:
    return any(_same(value, each) for each in (asked if isinstance(asked, list) else [asked]))


def _contains(value: Any, asked: Any) -> bool:
    return isinstance(value, (list, str)) and any(each in value for each in asked)


def _topic(value: Any, asked: Any) -> bool:
    return isinstance(value, list) and any(each and str(each[0]).endswith(asked) for each in value)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "prefix": lambda value, asked: isinstance(value, str) and value.startswith(asked),
    "suffix": lambda value, asked: isinstance(value, str) and value.endswith(asked),
    "contains": _contains,
    "topic": _topic,
    "present": lambda value, asked: (value is not None) is asked,
    "not": lambda value, asked: not _is_in(value, asked),
}
OPERATORS = frozenset(_OPERATORS)


def _walk(value: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
