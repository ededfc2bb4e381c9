"""What goes into the oracle and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ArrowState = Literal["seen", "missing", "forbidden", "derived", "not_demanded"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One arrow seen at one place of the trace.

    ``seq`` is the trace's sequence number. ``key`` is the upload key (17 to 21, 25 to 30) or the pass id (7 to 10).
    ``observer`` names the lagging observer that saw it; None: exact.
    """

    seq: int
    arrow: int
    key: str | None = None
    observer: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The first sighting without a legal reading.

    ``line`` is the arrow's in the diagram. ``prefix`` is the shortest offending prefix of the sightings and ends in
    ``sighting``; ``expected`` are the arrows that would have been legal in its place.
    """

    sighting: Sighting
    arrow: int
    line: int
    prefix: tuple[Sighting, ...]
    expected: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An arrow that the outcome or the scenario demands and nobody saw."""

    arrow: int
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class FlowVerdict:
    """The judgement of one (run, host). ``states`` has every arrow; ``counts`` only those seen."""

    states: Mapping[int, ArrowState]
    counts: Mapping[int, int]
    demanded: frozenset[int]
    missing: tuple[Missing, ...]
    forbidden: Forbidden | None

    @property
    def ok(self) -> bool:
        """Nothing forbidden, nothing missing."""
        return self.forbidden is None and not self.missing
