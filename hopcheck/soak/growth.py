"""Whether something grows: the slope of its second half, when everything is warm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression, mean

FEWEST = 8
"""Values below which nothing is said: half of them make a line."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much may be gained over the second half: a share of the mean, and this much in any case."""

    share: float
    least: float


MEMORY, COUNT = Limit(0.05, 2048.0), Limit(0.05, 3.0)
"""Memory in kB; what is counted, such as open files, threads and processes."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What was ``gained`` and how much may be; None: too few values to tell."""

    name: str
    gained: float | None
    limit: float

    @property
    def grows(self) -> bool:
        """Whether that is more than may be."""
        return self.gained is not None and self.gained > self.limit

    def __str__(self) -> str:
        if self.gained is None:
            return f"{self.name}: too few values"
        return f"{self.name}: {self.gained:+.1f} (limit {self.limit:.1f}){' GROWS' if self.grows else ''}"


def slope(values: Sequence[float]) -> float:
    """Of the line through values at equal distances: what each one gains."""
    return linear_regression(range(len(values)), values).slope


def growth(name: str, values: Sequence[float], limit: Limit) -> Growth:
    """What the line through the second half of values at equal distances gains from its first to its last."""
    half = values[len(values) // 2 :]
    if len(values) < FEWEST:
        return Growth(name, None, limit.least)
    return Growth(name, slope(half) * (len(half) - 1), max(limit.least, limit.share * mean(half)))
