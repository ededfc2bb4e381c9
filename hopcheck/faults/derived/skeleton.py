"""What of an event decides which alterations can be derived from it: not ids and times, so most repeat others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from hopcheck.checks.contracts import MultipartError, upload_parts
from hopcheck.checks.contracts.documents import Documents
from hopcheck.trace import Event

FREE = frozenset({"mqtt", "process"})
"""Protocols of which a run has few events: each is its own specimen."""
SMALL = 1000
POSITIONS = 8
"""Lists up to this length are told apart position by position, longer ones by what is first and what comes later."""


class Skeletons:
    """Skeletons of events: structure, types, small numbers, and the texts that a contract names in const or enum.

    A schema chooses between branches by nothing else, so events with one skeleton have the same alterations.
    """

    def __init__(self, documents: Documents) -> None:
        self._literals = frozenset(text for tree in documents.trees.values() for text in _literals(tree))

    def of(self, event: Event) -> Any:
        """A hashable skeleton; None for an event that is always its own specimen."""
        if event.protocol in FREE:
            return None
        attrs = event.attrs
        told = {name: attrs[name] for name in ("headers", "query", "args", "key") if name in attrs}
        fixed = tuple(str(attrs.get(name)) for name in ("signature", "method", "topic"))
        return (event.source, *fixed, self._value(told), self._payload(event))

    def _payload(self, event: Event) -> Any:
        if event.payload is None or not event.payload.size:
            return None
        try:
            if event.protocol == "http" and (parts := upload_parts(event)):
                return tuple((p.name, p.filename is None, p.content_type, self._lines(p.data)) for p in parts)
        except MultipartError:
            return event.seq
        value = event.payload.read_json()
        return "text" if value is None else self._value(value)

    def _lines(self, data: bytes) -> Any:
        try:
            return self._value([orjson.loads(line) for line in data.splitlines()])
        except orjson.JSONDecodeError:
            return "bytes"

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return tuple((name, self._value(each)) for name, each in value.items())
        if isinstance(value, list):
            items = [self._value(each) for each in value]
            return tuple(items) if len(items) <= POSITIONS else (items[0], *dict.fromkeys(items[1:]))
        if isinstance(value, str):
            return value if value in self._literals else "text" if value else ""
        if isinstance(value, int) and abs(value) >= SMALL:
            return "number"
        return (type(value).__name__, value)


def _literals(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _literals(each)
    elif isinstance(node, dict):
        for key, each in node.items():
            if key == "const" and isinstance(each, str):
                yield each
            elif key == "enum" and isinstance(each, list):
                yield from (literal for literal in each if isinstance(literal, str))
            else:
                yield from _literals(each)
