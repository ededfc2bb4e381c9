"""All contracts: the name of every event, and what it breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from hopcheck.checks.contracts.breach import Breach, Found, only_named
from hopcheck.checks.contracts.dbus import Dbus
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.http import Http
from hopcheck.checks.contracts.kafka import Kafka
from hopcheck.checks.contracts.mqtt import Mqtt
from hopcheck.checks.contracts.process import Process
from hopcheck.trace import Event

KIT = "kit"


class _Kind(Protocol):
    @property
    def messages(self) -> list[str]: ...
    def find(self, event: Event, opening: Event | None, /) -> Found | None: ...


_KIT = only_named(KIT)


class Contracts:
    """The compiled contracts of a directory. Safe to use from any thread."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.http = Http(documents)
        self._others: dict[str, _Kind] = {
            "mqtt": Mqtt(documents),
            "dbus": Dbus(documents),
            "kafka": Kafka(documents),
            "process": Process(documents),
        }
        self._kinds = {"http": self.http.find, **{name: each.find for name, each in self._others.items()}}

    @classmethod
    def load(cls, directory: Path) -> Contracts:
        """Read and compile everything. Raises `ContractError` naming file and place."""
        return cls(Documents(directory))

    def find(self, event: Event, opening: Event | None = None) -> Found | None:
        """The message name of an event together with what checks it; None: unmapped."""
        kind = self._kinds.get(event.protocol)
        if kind is None:
            return _KIT if event.protocol == KIT else None
        return kind(event, opening)

    def messages(self) -> list[str]:
        """The name of every message that is declared, HTTP's operations aside (``http.operations``)."""
        return [name for each in self._others.values() for name in each.messages]

    def identify(self, event: Event, request: Event | None = None) -> str | None:
        """The message name, None where no contract knows the event.

        An HTTP response needs its ``request``; a process's exit is better told with its spawn.
        """
        found = self.find(event, request)
        return None if found is None else found.name

    def validate(self, event: Event, exchange: Event | None = None) -> list[Breach]:
        """What the event breaks; ``exchange`` opened its exchange (request, spawn, CONNECT of the connection).

        An unmapped event breaks nothing here.
        """
        found = self.find(event, exchange)
        return [] if found is None else found.check(event, exchange)

    def exercised(self, event: Event, opening: Event | None = None) -> frozenset[str]:
        """The clauses that the event puts to the test, whether it keeps or breaks them: all that a breach of it could
        name. ``opening`` as for `validate`; an unmapped event exercises none.
        """
        clauses = set[str]()
        if (found := self.find(event, opening)) is not None:
            found.exercise(event, opening, clauses)
        return frozenset(clauses)

    def digests(self) -> dict[str, str]:
        """SHA-256 of each contract file, by its path below the directory."""
        return self.documents.digests()
