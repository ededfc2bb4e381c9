"""All contracts: the name of every event, and what it breaks."""

from __future__ import annotations

from pathlib import Path

from hopcheck.checks.contracts.breach import Breach, Found
from hopcheck.checks.contracts.dbus import Dbus
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.http import Http
from hopcheck.checks.contracts.kafka import Kafka
from hopcheck.checks.contracts.mqtt import Mqtt
from hopcheck.checks.contracts.process import Process
from hopcheck.trace import Event

KIT = "kit"


class Contracts:
    """The compiled contracts of a directory. Safe to use from any thread."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.http = Http(documents)
        self._kinds = {"http": self.http.find, "mqtt": Mqtt(documents).find, "dbus": Dbus(documents).find,
                       "kafka": Kafka(documents).find, "process": Process(documents).find}

    @classmethod
    def load(cls, directory: Path) -> Contracts:
        """Read and compile everything. Raises `ContractError` naming file and place."""
        return cls(Documents(directory))

    def find(self, event: Event, opening: Event | None = None) -> Found | None:
        """The message name of an event together with what validates it; None: unmapped."""
        kind = self._kinds.get(event.protocol)
        if kind is None:
            return (KIT, _accept) if event.protocol == KIT else None
        return kind(event, opening)

    def identify(self, event: Event, request: Event | None = None) -> str | None:
        """The message name, None where no contract knows the event.

        An HTTP response needs its ``request``; a process's exit is better told with its spawn.
        """
        found = self.find(event, request)
        return None if found is None else found[0]

    def validate(self, event: Event, exchange: Event | None = None) -> list[Breach]:
        """What the event breaks; ``exchange`` opened its exchange (request, spawn, CONNECT of the connection).

        An unmapped event breaks nothing here.
        """
        found = self.find(event, exchange)
        return [] if found is None else found[1](event, exchange)

    def digests(self) -> dict[str, str]:
        """SHA-256 of each contract file, by its path below the directory."""
        return self._documents.digests()


def _accept(_: Event, __: Event | None) -> list[Breach]:
    return []
