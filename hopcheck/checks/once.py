"""What many relations read of a trace is read once: the first asks, the others get the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from hopcheck.checks.clause import Told

P = ParamSpec("P")
T = TypeVar("T")


def once(read: Callable[Concatenate[Told, P], T]) -> Callable[Concatenate[Told, P], T]:
    """Keep what ``read`` returns, no iterator, with the history. It is to be read only; arguments are hashable."""

    def known(told: Told, /, *args: P.args, **kwargs: P.kwargs) -> T:
        kept = told.history.kept
        key = (read, args, tuple(kwargs.items()))
        if key not in kept:
            kept[key] = read(told, *args, **kwargs)
        found: T = kept[key]
        return found

    return wraps(read)(known)
