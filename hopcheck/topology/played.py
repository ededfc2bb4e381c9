"""What was played on a stage: which story on whom, and who came by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hopcheck.topology.identity import Identity
from hopcheck.topology.story import Story, System
from hopcheck.trace import Event


@dataclass(frozen=True, slots=True)
class Member:
    """A system of a plan, and who it was."""

    system: System
    identity: Identity


@dataclass(frozen=True, slots=True)
class Played:
    """A story that has been played: on whom, with which plan, and the UI's answer to Execute."""

    story: Story
    cast: tuple[Member, ...]
    plan: str
    status: int
    run: str | None
    answer: Any

    @property
    def identity(self) -> Identity:
        """Who the first system was, the only one of most stories."""
        return self.cast[0].identity

    @property
    def connected(self) -> list[Member]:
        """Those that can be reached."""
        return [member for member in self.cast if member.system.connected]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor's stay: who it was, on which machine, and what was seen meanwhile."""

    what: str
    identity: Identity
    seen: tuple[Event, ...]
