"""How the kit's process keeps the memory of the C library small, however many topologies it brings up and down."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache
from typing import Any, TypeVar

_ARENA_MAX = -8
"""``M_ARENA_MAX`` of glibc's malloc.h."""


def one_arena() -> None:
    """Let all threads take memory from one heap; to be called before there are others.

    glibc gives threads heaps of their own, up to eight for each processor, and of all but the first it never gives back
    the end. The threads of each topology fill others of them: after six topologies the kit held 185 MB, of which it
    needed 100. Python's threads take turns, so heaps of their own do not make them quicker.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    # Other C libraries than glibc have neither this nor its heaps.
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)


_LOOKS = 8
_R = TypeVar("_R")
_REMEMBERED: list[_lru_cache_wrapper[Any]] = []


def remember(size: int) -> Callable[[Callable[..., _R]], _lru_cache_wrapper[_R]]:
    """An `lru_cache` for what runs say, which `give_back` empties."""

    def of(function: Callable[..., _R]) -> _lru_cache_wrapper[_R]:
        remembering = lru_cache(size)(function)
        _REMEMBERED.append(remembering)
        return remembering

    return of


def give_back() -> None:
    """Give back what nobody holds any more, whenever Python would have looked for it and the C library have let go.

    What was remembered of a run lies among what else the run needed, which could not be given back with it.
    """
    for each in _REMEMBERED:
        each.cache_clear()
    for _ in range(_LOOKS):
        # What only a weak mapping's key kept is found by the next look.
        if not gc.collect():
            break
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
