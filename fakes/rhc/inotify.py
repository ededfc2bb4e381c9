"""Changes of files, told by the kernel instead of asked for."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path
from typing import NamedTuple

CLOSE_WRITE = 0x8
MOVED_TO = 0x80
DELETE_SELF = 0x400

_HEAD = struct.Struct("iIII")
_libc = ctypes.CDLL(None, use_errno=True)


class Change(NamedTuple):
    """`name` is empty unless a folder is watched."""

    watch: int
    mask: int
    name: str


class Inotify:
    """One inotify instance; its `fileno` is readable when `read` has something."""

    def __init__(self) -> None:
        self._fd = _checked(_libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))

    def fileno(self) -> int:
        return self._fd

    def watch(self, path: Path, mask: int) -> int:
        """Watch a file or a folder; the number returned comes with its changes. Raises OSError."""
        return _checked(_libc.inotify_add_watch(self._fd, os.fsencode(path), ctypes.c_uint32(mask)))

    def read(self) -> list[Change]:
        """All changes that are there, maybe none."""
        changes: list[Change] = []
        while True:
            try:
                content = os.read(self._fd, 65536)
            except BlockingIOError:
                return changes
            at = 0
            while at < len(content):
                watch, mask, _, size = _HEAD.unpack_from(content, at)
                at += _HEAD.size
                changes.append(Change(watch, mask, os.fsdecode(content[at : at + size].rstrip(b"\0"))))
                at += size

    def close(self) -> None:
        os.close(self._fd)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
