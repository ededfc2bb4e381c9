"""What became of a derived fault."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Played:
    """``where`` says what was altered, ``role`` who is to blame (None: nobody can be), ``blamed`` who was blamed.

    ``clauses`` are those that ``role`` is found to have broken, where a finding could be of no other.
    """

    kind: str
    where: str
    role: str | None
    caught: bool
    blamed: frozenset[str | None]
    clauses: frozenset[str] = frozenset()

    @property
    def rightly(self) -> bool:
        """Whether it was found, and held against the one who did it: against others only besides."""
        return self.caught and self.role in self.blamed

    @property
    def told(self) -> str:
        """One line on a fault that got away or was held against others."""
        what = f"{self.kind}: {self.where}"
        if not self.caught:
            return f"{what} [{self.role or 'nobody'}]: not caught"
        others = ", ".join(sorted(each or "nobody" for each in self.blamed))
        return f"{what} [{self.role or 'nobody'}]: blamed {others}"
