"""What was measured several times: median, least and most."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one quantity, at least one, in the order in which they were taken."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> Series:
        """Raises ValueError where there are none."""
        taken = tuple(values)
        if not taken:
            raise ValueError("nothing was measured")
        return cls(taken)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def least(self) -> float:
        return min(self.values)

    @property
    def most(self) -> float:
        return max(self.values)

    def over(self, other: Series) -> Series:
        """The ratio of each pair that was taken in the same round. Raises ValueError where one lacks its partner."""
        return Series.of(mine / theirs for mine, theirs in zip(self.values, other.values, strict=True))

    def less(self, other: Series) -> Series:
        """The difference of each pair. Raises as `over` does."""
        return Series.of(mine - theirs for mine, theirs in zip(self.values, other.values, strict=True))
