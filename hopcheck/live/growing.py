"""A trace file as it grows, read on from where it was read last."""

from __future__ import annotations

from pathlib import Path

import orjson

from hopcheck.trace import Event

_HEAD = 512
"""So many of the first bytes tell one trace from the next in the same file: they hold an event's time."""


class Growing:
    """``events`` are those read so far; ``generation`` counts the traces that have begun in the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generation = 0
        self.events: list[Event] = []
        self._begin()

    def _begin(self) -> None:
        self.events = []
        self.generation += 1
        self._position = 0
        self._head = b""

    def read(self) -> bool:
        """Take what is new; whether there was anything. A file that is not there is an empty trace.

        Raises ValueError where a line is no event, or not the next one.
        """
        try:
            data = self._rest()
        except FileNotFoundError:
            data = b""
        whole = data[: data.rfind(b"\n") + 1]
        for line in whole.splitlines():
            self._take(line)
        self._position += len(whole)
        return bool(whole)

    def _rest(self) -> bytes:
        with self.path.open("rb") as file:
            head = file.read(_HEAD)
            if not head.startswith(self._head):
                self._begin()
            self._head = head
            file.seek(self._position)
            return file.read()

    def _take(self, line: bytes) -> None:
        number = len(self.events) + 1
        try:
            fields = orjson.loads(line)
            file = (fields.get("payload") or {}).get("file")
            event = Event.from_dict(fields, (self.path.parent / file).read_bytes() if file else None)
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            raise ValueError(f"{self.path}:{number}: not a trace event: {error}") from error
        if event.seq != number:
            raise ValueError(f"{self.path}:{number}: event {event.seq} stands where {number} belongs")
        self.events.append(event)
