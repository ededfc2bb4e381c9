"""All events of a history, however long: the latest in memory, those before them in their file."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import overload

import orjson

from hopcheck.trace.event import Event

KEPT = 10_000
"""At least so many events, and less than twice as many, are in memory; most runs have fewer."""


class Events(Sequence[Event]):
    """Grows at its end only. One thread appends at a time; any may read meanwhile.

    An event that is read back is equal to what was appended in its form in ``path``; it is another object each time.
    """

    def __init__(self, path: Path, kept: int = KEPT) -> None:
        self._path = path
        self._kept = kept
        self._offsets = array("Q", [0])
        # Replaced as a whole, so that a reader never sees the one without the other.
        self._latest: tuple[int, list[Event]] = 0, []

    def append(self, event: Event, size: int) -> None:
        """Add an event whose line, the next of the file, has ``size`` bytes."""
        start, latest = self._latest
        latest.append(event)
        self._offsets.append(self._offsets[-1] + size)
        if len(latest) >= 2 * self._kept:
            gone = len(latest) - self._kept
            self._latest = start + gone, latest[gone:]

    def __len__(self) -> int:
        start, latest = self._latest
        return start + len(latest)

    @overload
    def __getitem__(self, at: int) -> Event: ...
    @overload
    def __getitem__(self, at: slice) -> list[Event]: ...
    def __getitem__(self, at: int | slice) -> Event | list[Event]:
        start, latest = self._latest
        if isinstance(at, slice):
            begin, end, step = at.indices(start + len(latest))
            if begin >= start and step > 0:
                return latest[begin - start : end - start : step]
            return [self[place] for place in range(begin, end, step)]
        place = at if at >= 0 else at + start + len(latest)
        if place >= start:
            return latest[place - start]
        if place < 0:
            raise IndexError(at)
        return next(self._stored(place, place + 1))

    def __iter__(self) -> Iterator[Event]:
        start, latest = self._latest
        return iter(latest) if not start else self._all(start, latest)

    def _all(self, start: int, latest: list[Event]) -> Iterator[Event]:
        yield from self._stored(0, start)
        yield from latest

    def _stored(self, begin: int, end: int) -> Iterator[Event]:
        with self._path.open("rb") as file:
            file.seek(self._offsets[begin])
            for line in islice(file, end - begin):
                yield read_event(line, self._path.parent)


def read_event(line: bytes, directory: Path) -> Event:
    """A line of a trace.jsonl; its big payload lies below ``directory``. Raises as `hopcheck.trace.load` catches."""
    fields = orjson.loads(line)
    file = (fields.get("payload") or {}).get("file")
    return Event.from_dict(fields, (directory / file).read_bytes() if file else None)
