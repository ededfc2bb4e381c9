"""What there is to be shown now, for any number of readers who each fetch what they have not had."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple


class News(NamedTuple):
    """``version`` is what to ask for next; ``ended``: nothing more will come."""

    version: int
    entries: tuple[tuple[str, bytes], ...]
    ended: bool


class Board:
    """Entries by name. A slow reader misses versions, never the last one. ``awake`` is called when a reader comes."""

    def __init__(self, awake: Callable[[], None] = lambda: None) -> None:
        self._changed = threading.Condition()
        self._entries: dict[str, tuple[int, bytes]] = {}
        self._version = 0
        self._ended = False
        self._awake = awake
        self.readers = 0

    def put(self, entries: Mapping[str, bytes]) -> None:
        """Replace all entries; those that are as before are no news."""
        with self._changed:
            self._version += 1
            self._entries = {
                name: old if (old := self._entries.get(name, (0, b"")))[1] == data else (self._version, data)
                for name, data in entries.items()
            }
            self._changed.notify_all()

    def news(self, after: int, timeout: float) -> News:
        """What has changed after that version, waiting up to ``timeout`` seconds for it."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > after or self._ended, timeout)
            entries = [(version, name, data) for name, (version, data) in self._entries.items() if version > after]
            return News(self._version, tuple((name, data) for _, name, data in entries), self._ended)

    @contextmanager
    def reader(self) -> Iterator[None]:
        """Somebody reads."""
        with self._changed:
            self.readers += 1
        self._awake()
        try:
            yield
        finally:
            with self._changed:
                self.readers -= 1
                self._changed.notify_all()

    def end(self, timeout: float) -> None:
        """Nothing more comes. Waits up to ``timeout`` seconds for the readers to have had everything."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self.readers, timeout)
