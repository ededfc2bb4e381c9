"""What a gateway says of a request, seen from the connection that asks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hopcheck.taps.http.head import RequestHead


@dataclass(frozen=True, slots=True)
class Admission:
    """The head to forward, and the names (lower case, as sent) of the headers that only the edge may set."""

    head: RequestHead
    forged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Denial:
    """The gateway answers by itself: ``answer`` is the whole response."""

    status: int
    reason: str
    answer: bytes


class Gate(Protocol):
    """`hopcheck.taps.gateway.Gateway`, or another."""

    def admit(self, head: RequestHead, client_cn: str | None) -> Admission | Denial:
        """Judge a request by its head and its client certificate's common name."""
