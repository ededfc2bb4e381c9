"""The append-only trace: one writer, many readers, waits that are conditions."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from hopcheck.trace.event import Draft, Event, Payload, now
from hopcheck.trace.events import Events, read_event
from hopcheck.trace.redaction import Redactor
from hopcheck.trace.uncollected import uncollected

INLINE_LIMIT = 64 * 1024
_LINE = orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE
# Full collections, which look through the whole history, come about fifteen times less often.
_RARE_COLLECTIONS = (2_000, 20, 25)


class TraceTimeout(AssertionError):
    """A wait on the trace reached its deadline; the text says what was seen instead."""


class Trace:
    """Read access to a history: indexable by position, searchable by field, waitable."""

    def __init__(self, events: Sequence[Event] | None = None) -> None:
        self.events: Sequence[Event] = events if events is not None else []
        self._lock = threading.RLock()
        self._grown = threading.Condition(self._lock)
        self._waiting = 0
        self._broken: str | None = None
        self.lost: str | None = None
        """Why the history ends before its run did, where that is known."""

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def where(self, **fields: Any) -> list[Event]:
        """Events whose fields, or else attributes, all equal the given values."""
        return [e for e in list(self.events) if all(_get(e, k) == v for k, v in fields.items())]

    def wait_for(self, matches: Callable[[Event], bool], *, what: str, timeout: float, count: int = 1) -> Event:
        """The ``count``-th event that matches, past ones included.

        Raises `TraceTimeout` after ``timeout`` seconds, or at once when the run broke.
        """
        deadline = time.monotonic() + timeout
        position = found = 0
        with self._grown:
            while True:
                while position < len(self.events):
                    event = self.events[position]
                    position += 1
                    if matches(event):
                        found += 1
                        if found == count:
                            return event
                self.check(what)
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TraceTimeout(f"waited {timeout:g} s for {what}, seen {found} of {count}\n{self.tail()}")
                self._waiting += 1
                try:
                    self._grown.wait(left)
                finally:
                    self._waiting -= 1

    def check(self, what: str) -> None:
        """For who waits for ``what`` without `wait_for`: raises `TraceTimeout` where the run broke."""
        if self._broken is not None:
            raise TraceTimeout(f"waiting for {what}: {self._broken}\n{self.tail()}")

    def fail_waits(self, reason: str) -> None:
        """End every wait, present and future, with ``reason`` (a role died, say)."""
        with self._grown:
            self._broken = self._broken or reason
            self._grown.notify_all()

    def heal(self) -> None:
        """Let waits wait again."""
        with self._grown:
            self._broken = None

    def tail(self, count: int = 12) -> str:
        """The last events, a line each."""
        lines = [f"  #{e.seq} {e.edge} {e.protocol} {e.op} {_short(e)}" for e in self.events[-count:]]
        return "last events:\n" + ("\n".join(lines) or "  none")


class Store(Trace):
    """The trace of a running topology, written to ``directory``/trace.jsonl before anybody is told.

    Each line is handed to the kernel as it is appended: after kill -9 of the kit the file has every event whose message
    a tap let pass. The latest are in memory, too; the others are read back from it (`hopcheck.trace.events`). Payloads
    above 64 KiB lie in ``directory``/payloads, named by digest. Where nothing can be written any more, the history
    ends: it is sealed, every wait ends, and `lost` says why.
    """

    def __init__(self, directory: Path, redactor: Redactor) -> None:
        self.directory = directory
        self.path = directory / "trace.jsonl"
        self._history = Events(self.path)
        super().__init__(self._history)
        self._redactor = redactor
        self._payloads = directory / "payloads"
        self._sealed = False
        self._subscribers: list[Callable[[Event], None]] = []
        directory.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        _Collections.rare()

    def subscribe(self, subscriber: Callable[[Event], None]) -> None:
        """Call ``subscriber`` with each later event, after it is written, in the appending thread."""
        self._subscribers.append(subscriber)

    def append(self, draft: Draft) -> Event:
        """Redact, number, write and publish an observation. Safe from any thread; seq is 0 once sealed."""
        attrs = self._redactor.attrs(draft.attrs)
        payload = None if draft.payload is None else self._payload(draft.payload)
        fields: dict[str, Any] = {
            "seq": 0,
            "t": 0,
            "began": 0,
            "wall": "",
            "tap": draft.tap,
            "edge": draft.edge,
            "protocol": draft.protocol,
            "op": draft.op,
            "source": draft.source,
            "target": draft.target,
            "exchange": draft.exchange,
            "host": draft.host,
            "attrs": attrs,
        }
        if payload is not None:
            fields["payload"] = payload.as_dict()
        with self._lock:
            if self._sealed:
                fields["payload"] = payload
                return Event.of(fields)
            fields["seq"] = len(self._history) + 1
            fields["t"], fields["wall"] = now()
            fields["began"] = draft.began or fields["t"]
            # The line of `Event.as_dict`; the event is made from the same dictionary.
            line = orjson.dumps(fields, option=_LINE)
            written = self._write(line)
            if not written:
                fields["seq"] = 0
            fields["payload"] = payload
            event = Event.of(fields)
            if not written:
                return event
            self._history.append(event, len(line))
            if self._waiting:
                self._grown.notify_all()
        for subscriber in self._subscribers:
            subscriber(event)
        return event

    def _write(self, line: bytes) -> bool:
        """Whether the line stands in the file; a part of one is taken away again."""
        written = 0
        try:
            # A disk that fills up takes a part first.
            while written < len(line):
                written += os.write(self._fd, line[written:] if written else line)
        except OSError as error:
            os.ftruncate(self._fd, os.fstat(self._fd).st_size - written)
            self._lose(self.path, error)
            return False
        return True

    def _lose(self, path: Path, error: OSError) -> None:
        """The history ends here: what comes later could not be told from what was never seen."""
        with self._grown:
            self._sealed = True
            reason = (error.strerror or str(error)).lower()
            self.lost = self.lost or f"{path} cannot be written: {reason}, so what comes after it was not recorded"
        self.fail_waits(self.lost)

    def _payload(self, data: bytes) -> Payload:
        digest = sha256(data).hexdigest()
        shown = Payload(self._redactor.payload(data), size=len(data), sha256=digest)
        if len(shown.data) > INLINE_LIMIT:
            path = self._payloads / digest
            try:
                self._payloads.mkdir(exist_ok=True)
                if not path.exists():
                    path.write_bytes(shown.data)
            except OSError as error:
                with contextlib.suppress(OSError):
                    path.unlink()
                self._lose(path, error)
            shown.file = f"payloads/{digest}"
        return shown

    def seal(self) -> None:
        """The history is over: what taps still see, while everything is taken down, belongs to no run."""
        with self._grown:
            self._sealed = True

    def close(self) -> None:
        """Seal, and close the file."""
        with self._grown:
            self._sealed = True
            if self._fd >= 0:
                os.close(self._fd)
                self._fd = -1
                _Collections.as_before()


class _Collections:
    """A history only grows, so collections would come often while there is one.

    To look through it and through everything imported each time costs a tap a third of its speed.
    """

    _histories = 0
    _before = gc.get_threshold()

    @classmethod
    def rare(cls) -> None:
        if not cls._histories:
            cls._before = gc.get_threshold()
        cls._histories += 1
        gc.freeze()
        gc.set_threshold(*_RARE_COLLECTIONS)

    @classmethod
    def as_before(cls) -> None:
        """Once for each `rare`."""
        cls._histories -= 1
        gc.unfreeze()
        if not cls._histories:
            gc.set_threshold(*cls._before)


@uncollected()
def load(path: Path) -> Trace:
    """Read a stored trace. Raises ValueError with the line number where a line is not an event or out of order.

    A last line that ends in its middle is what the kit was writing when it was killed: it is left out, and `Trace.lost`
    tells.
    """
    events: list[Event] = []
    trace = Trace(events)
    lines = path.read_bytes().splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        try:
            event = read_event(line, path.parent)
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            if 1 < number == len(lines) and not line.endswith(b"\n"):
                trace.lost = f"{path} ends within a line: event {len(events)} is the last that was written whole"
                break
            raise ValueError(f"{path}:{number}: not a trace event: {error}") from error
        if event.seq != number:
            raise ValueError(
                f"{path}:{number}: event {event.seq} stands where {number} belongs: lines were removed, "
                "added or exchanged"
            )
        events.append(event)
    return trace


def _get(event: Event, name: str) -> Any:
    if name in Event.__dataclass_fields__:
        return getattr(event, name)
    return event.attrs.get(name)


def _short(event: Event) -> str:
    for name in ("topic", "member", "status", "program", "role"):
        if name in event.attrs:
            return str(event.attrs[name])
    return " ".join(str(event.attrs[k]) for k in ("method", "path") if k in event.attrs)
