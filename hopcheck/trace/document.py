"""JSON as it was on a wire, and no deeper than those who look at it can follow."""

from __future__ import annotations

from typing import Any

import orjson

DEEPEST = 200
"""Levels of nesting. Validators and writers of JSON give up at some 250."""


def read(data: bytes | str) -> Any:
    """Raises `orjson.JSONDecodeError` for what is not JSON, or nested deeper than `DEEPEST`."""
    value = orjson.loads(data)
    opened = data.count("[") + data.count("{") if isinstance(data, str) else data.count(b"[") + data.count(b"{")
    if opened > DEEPEST and _is_deep(value):
        raise orjson.JSONDecodeError(f"nested deeper than {DEEPEST} levels", "", 0)
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [each for node in level if isinstance(node, (dict, list)) for each in _members(node)]
    return bool(level)


def _members(node: dict[str, Any] | list[Any]) -> Any:
    return node.values() if isinstance(node, dict) else node
