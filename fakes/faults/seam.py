"""Bending a stand-in: one function, method or constant gets another in its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

Patch = Callable[[], None]


def put(owner: Any, name: str, value: Any) -> None:
    """Let `owner`'s `name` be `value`. Raises AttributeError where it has none: a seam that is gone."""
    getattr(owner, name)
    setattr(owner, name, value)


def around(owner: Any, name: str) -> Callable[[Callable[..., Any]], None]:
    """Decorator: call the decorated function in place of `owner`'s `name`, with the original first."""
    inner = getattr(owner, name)

    def bend(wrong: Callable[..., Any]) -> None:
        @wraps(inner)
        def bent(*arguments: Any, **named: Any) -> Any:
            return wrong(inner, *arguments, **named)

        setattr(owner, name, bent)

    return bend
