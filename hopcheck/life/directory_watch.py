"""Tells which files of a directory have grown, by the kernel's word."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

_MODIFIED, _CREATED, _MOVED_TO = 0x2, 0x100, 0x80
_EVENT = struct.Struct("iIII")
_libc = ctypes.CDLL(None, use_errno=True)


class DirectoryWatch:
    """Readable (`fileno`) when something has changed; `changed` then names what. Raises OSError."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._fd = _checked(_libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))
        try:
            wanted = _MODIFIED | _CREATED | _MOVED_TO
            _checked(_libc.inotify_add_watch(self._fd, os.fsencode(directory), wanted))
        except OSError:
            self.close()
            raise

    def fileno(self) -> int:
        """For a selector."""
        return self._fd

    def changed(self) -> set[str]:
        """Names of files that were written or made since the last time."""
        try:
            data = os.read(self._fd, 65_536)
        except BlockingIOError:
            return set()
        names = set()
        while data:
            _, _, _, size = _EVENT.unpack_from(data)
            names.add(os.fsdecode(data[_EVENT.size : _EVENT.size + size].rstrip(b"\0")))
            data = data[_EVENT.size + size :]
        return names

    def close(self) -> None:
        """Watch no more."""
        os.close(self._fd)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
