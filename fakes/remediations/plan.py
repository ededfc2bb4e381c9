"""A remediation plan, its runs, and the systems that inventory told about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """What to fix, how, and where."""

    id: str
    resolution: str
    systems: Sequence[str]


@dataclass(frozen=True, slots=True)
class Creator:
    """Who made a plan or started a run."""

    username: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as stored; times are RFC 3339."""

    id: str
    org_id: str
    name: str
    auto_reboot: bool
    created_by: Creator
    issues: Sequence[Issue]
    created_at: str = ""
    updated_at: str = ""

    @property
    def systems(self) -> list[str]:
        """Sorted, distinct."""
        return sorted({system for issue in self.issues for system in issue.systems})


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a plan; its status is asked of Dispatcher on each read."""

    id: str
    plan: str
    created_by: Creator
    created_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """A host by inventory."""

    id: str
    hostname: str
    display_name: str
