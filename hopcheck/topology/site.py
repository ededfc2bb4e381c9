"""Where hosts find the platform."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """The name that stands in every host's configuration, and the address on which the host-facing taps listen."""

    name: str = "localhost"
    address: str = "127.0.0.1"
