"""Who took part, one row a role, and one for each kind and version where hosts differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hopcheck.checks.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """A role's program; ``hosts`` are the names of the hosts that run this one, none for a role of the server side."""

    role: str
    kind: str
    version: str
    hosts: tuple[str, ...]
    everywhere: bool

    @property
    def where(self) -> str:
        """The hosts in words; nothing where there is no choice."""
        if not self.hosts or (self.everywhere and len(self.hosts) == 1):
            return ""
        return f"all {len(self.hosts)} hosts" if self.everywhere else ", ".join(self.hosts)


def rows(verdict: Verdict) -> Iterator[Row]:
    """In the order in which roles appeared; equal programs of several hosts are one row."""
    hosts = {name for who in verdict.participants.values() for name in who.get("hosts", {})}
    for role, who in verdict.participants.items():
        same: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name, each in who.get("hosts", {}).items():
            same[_program(each)].append(name)
        for (kind, version), names in (same or {_program(who): []}).items():
            yield Row(role, kind, version, tuple(names), set(names) == hosts)


def _program(who: Any) -> tuple[str, str]:
    return str(who.get("kind") or ""), str(who.get("version") or "")
