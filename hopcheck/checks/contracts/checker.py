"""Events in order: each is named and validated with the event that opened its exchange."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hopcheck.checks.contracts.breach import Breach
from hopcheck.checks.contracts.index import Contracts
from hopcheck.trace import Event

_OPENS = frozenset({("http", "request"), ("process", "spawn"), ("dbus", "call")})
_ENDS = frozenset(
    {("http", "response"), ("http", "refused"), ("process", "exit"), ("dbus", "return"), ("dbus", "error")}
)


class Exchanges:
    """Remembers what opened an exchange (request, call, spawn) or a connection (CONNECT) until its end is seen."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], Event] = {}

    def opening(self, event: Event) -> Event | None:
        """Take the next event; returns the one that opened its exchange, None for an opening event itself."""
        if event.protocol == "mqtt":
            return self._connection(event)
        if event.exchange is None:
            return None
        key, kind = (event.protocol, event.exchange), (event.protocol, event.op)
        if kind in _OPENS:
            self._open[key] = event
            return None
        return self._open.pop(key, None) if kind in _ENDS else self._open.get(key)

    def _connection(self, event: Event) -> Event | None:
        key = ("mqtt", str(event.attrs.get("connection")))
        if event.op == "CONNECT":
            self._open[key] = event
            return None
        return self._open.pop(key, None) if event.op == "closed" else self._open.get(key)


@dataclass(frozen=True, slots=True)
class Checked:
    """An event's message name (None: unmapped) and what it broke.

    ``exercise`` adds the clauses that it put to the test to a set; it may pass over what is there already.
    """

    message: str | None
    breaches: list[Breach]
    exercise: Callable[[set[str]], None]

    @property
    def exercised(self) -> frozenset[str]:
        """All clauses that it put to the test, worked out when asked for: a live check has no use for it."""
        found = set[str]()
        self.exercise(found)
        return frozenset(found)


_UNMAPPED = Checked(None, [], lambda _: None)


class Checker:
    """Checks the events of one run as they come, in the order of the trace."""

    def __init__(self, contracts: Contracts) -> None:
        self._find = contracts.find
        self._opening = Exchanges().opening

    def check(self, event: Event) -> Checked:
        """Name and validate the next event."""
        opening = self._opening(event)
        found = self._find(event, opening)
        if found is None:
            return _UNMAPPED
        return Checked(found.name, found.check(event, opening), partial(found.exercise, event, opening))
