"""How the kit's process keeps the memory of the C library small, however many topologies it brings up and down."""

from __future__ import annotations

import ctypes
import gc

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


def give_back() -> None:
    """Give back what nobody holds any more, whenever Python would have looked for it and the C library have let go."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
