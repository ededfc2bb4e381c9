"""How the systems of a plan can be reached, in words (facts B.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WORDS: Mapping[str, tuple[str, str]] = {
    "connected": ("Connected", "It will be given the playbook at once."),
    "disconnected": ("Disconnected", "Its rhc is known, but not connected now."),
    "no_rhc": ("rhc not set up", "It was never connected with rhc."),
    "no_executor": ("No executor", "Nothing is there that could run a playbook on it."),
    "no_source": ("No source", "Its Satellite is not configured as a source."),
    "no_receptor": ("No receptor", "Its Satellite has no receptor to hand the playbook to."),
    "no_smart_management": ("No subscription", "It lacks the subscription that executing needs."),
    "unknown": ("Not known", "Nobody could say how it can be reached."),
}


@dataclass(frozen=True, slots=True)
class System:
    """A system of a plan; ``via`` names the Satellite or the direct connection, ``issues`` what is to be fixed."""

    id: str
    name: str
    state: str
    via: str | None = None
    issues: tuple[str, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether Execute gives it the playbook."""
        return self.state == "connected"

    @property
    def words(self) -> str:
        """The state, short."""
        return WORDS[self.state][0] if self.state in WORDS else self.state.replace("_", " ").capitalize()

    @property
    def why(self) -> str:
        """The state in a sentence."""
        return WORDS[self.state][1] if self.state in WORDS else f"The Remediations API says {self.state!r} of it."


def systems(plan: Mapping[str, Any], status: Mapping[str, Any] | None) -> list[System]:
    """A plan's systems by name, each with its connection; ``status`` is None where that is not known."""
    by_id = {id_: item for item in (status or {}).get("data", ()) for id_ in item["system_ids"]}
    known: dict[str, str] = {}
    issues: dict[str, list[str]] = {}
    for issue in plan["issues"]:
        for system in issue["systems"]:
            known[system["id"]] = system.get("display_name") or system.get("hostname") or system["id"]
            issues.setdefault(system["id"], []).append(issue.get("description") or issue["id"])
    found = [
        System(
            id_,
            name,
            by_id[id_]["connection_status"] if id_ in by_id else "unknown",
            by_id[id_].get("executor_name") if id_ in by_id else None,
            tuple(issues[id_]),
        )
        for id_, name in known.items()
    ]
    return sorted(found, key=lambda system: system.name)
