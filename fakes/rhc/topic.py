"""The four topics of a host, ``{prefix}/{client-id}/{data or control}/{in or out}`` (H-001)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topics:
    """``in`` runs towards the host, ``out`` away from it."""

    prefix: str
    client_id: str

    def _of(self, kind: str, direction: str) -> str:
        return f"{self.prefix}/{self.client_id}/{kind}/{direction}"

    @property
    def data_in(self) -> str:
        return self._of("data", "in")

    @property
    def data_out(self) -> str:
        return self._of("data", "out")

    @property
    def control_in(self) -> str:
        return self._of("control", "in")

    @property
    def control_out(self) -> str:
        return self._of("control", "out")
