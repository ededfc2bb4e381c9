"""Keeping messages of a tap back until something else was seen: an order that may come, made to come."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hopcheck.trace import Draft, Event, Store

Ask = Callable[[Draft], Awaitable[object] | None]
"""What a tap asks of each message that was seen: what to wait for before it goes on; None: nothing."""
HELD, LET_GO = "held", "let go"


@dataclass(frozen=True, slots=True)
class Moment:
    """The ``nth`` message, from 1, of a kind that whoever gives the kinds has a name for."""

    kind: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.kind}#{self.nth}"


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep one message, and so what follows it in its direction of its connection, until another one was seen."""

    held: Moment
    until: Moment

    def __str__(self) -> str:
        return f"{self.held} until {self.until}"


class Holds:
    """The holds of one story. ``kinds`` says of a message which kinds it is of.

    Bytes stay as they are, and so does their order within a connection; what is kept is in the trace already. A moment
    that has not come after ``patience_s`` seconds never will: the message goes on, and the trace says what was seen.
    """

    def __init__(
        self,
        holds: Collection[Hold],
        kinds: Callable[[Draft | Event], Iterable[str]],
        store: Store,
        patience_s: float,
    ) -> None:
        self._holds = tuple(holds)
        self._kinds = kinds
        self._store = store
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        self._open: dict[Moment, list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = {}
        self._over = False

    def ask(self, draft: Draft) -> Awaitable[object] | None:
        """Called by taps on their loop, before ``draft`` is written and its message goes on."""
        holds: list[Hold] = []
        with self._lock:
            for kind in self._kinds(draft) if not self._over else ():
                self._asked[kind] += 1
                holds += [each for each in self._holds if each.held == Moment(kind, self._asked[kind])]
            waits = [(each, self._wait(each.until)) for each in holds if self._seen[each.until.kind] < each.until.nth]
        return _Kept(self, waits) if waits else None

    def see(self, event: Event) -> None:
        """Called with each event once it is in the trace, from any thread."""
        due: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        with self._lock:
            for kind in self._kinds(event) if not self._over else ():
                self._seen[kind] += 1
                due += self._open.pop(Moment(kind, self._seen[kind]), [])
        _open(due)

    def let_go(self) -> None:
        """The story is over: keep nothing any more."""
        with self._lock:
            self._over = True
            due = [each for waiting in self._open.values() for each in waiting]
            self._open.clear()
        _open(due)

    def _wait(self, moment: Moment) -> asyncio.Event:
        came = asyncio.Event()
        self._open.setdefault(moment, []).append((asyncio.get_running_loop(), came))
        return came

    async def keep(self, waits: Sequence[tuple[Hold, asyncio.Event]]) -> None:
        """Return when the last of them has come, or was given up."""
        for hold, came in waits:
            self._tell(HELD, hold)
            try:
                async with asyncio.timeout(self._patience_s):
                    await came.wait()
            except TimeoutError:
                with self._lock:
                    seen = ", ".join(f"{count} of {kind}" for kind, count in sorted(self._seen.items())) or "nothing"
                self._tell(LET_GO, hold, came=False, instead=f"after {self._patience_s:g} s: {seen}")
            else:
                self._tell(LET_GO, hold, came=not self._over)

    def _tell(self, op: str, hold: Hold, **more: object) -> None:
        attrs = {"what": str(hold.held), "until": str(hold.until), **more}
        self._store.append(Draft("kit", "kit", "kit", op, "hopcheck", "hopcheck", attrs=attrs))


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a message waits for: a coroutine only once somebody awaits it, as its connection may end before."""

    holds: Holds
    waits: Sequence[tuple[Hold, asyncio.Event]]

    def __await__(self) -> Generator[Any, None, None]:
        return self.holds.keep(self.waits).__await__()


def _open(due: Iterable[tuple[asyncio.AbstractEventLoop, asyncio.Event]]) -> None:
    for loop, came in due:
        loop.call_soon_threadsafe(came.set)
