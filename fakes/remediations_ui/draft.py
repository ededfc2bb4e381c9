"""A new plan, made of the issues and systems of those that are there: the API lists no others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fakes.remediations_ui.client import Client
from fakes.remediations_ui.refusal import shown

PLANS = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """An issue or a system to choose."""

    id: str
    name: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan that is not made yet; ``lacks`` says what keeps it from being made."""

    name: str
    issues: tuple[Choice, ...]
    systems: tuple[Choice, ...]
    lacks: tuple[str, ...] = ()

    def filled(self, name: str, issues: Collection[str], systems: Collection[str]) -> Draft:
        """The draft as somebody filled it in."""
        lacks = (
            "Give the plan a name." if not name.strip() else "",
            "Choose at least one issue." if not issues else "",
            "Choose at least one system." if not systems else "",
        )
        return Draft(
            name.strip(),
            tuple(replace(each, chosen=each.id in issues) for each in self.issues),
            tuple(replace(each, chosen=each.id in systems) for each in self.systems),
            tuple(filter(None, lacks)),
        )

    def body(self) -> dict[str, Any]:
        """What the API takes: every chosen issue on every chosen system."""
        systems = [each.id for each in self.systems if each.chosen]
        issues = [{"id": each.id, "systems": systems} for each in self.issues if each.chosen]
        return {"name": self.name, "auto_reboot": False, "add": {"issues": issues}}


def draft(client: Client, like: str | None) -> Draft:
    """An empty draft, or one like a plan. Raises Refused."""
    issues: dict[str, Choice] = {}
    systems: dict[str, Choice] = {}
    name = ""
    ids = [plan["id"] for plan in shown(client.plans())["data"][:PLANS]]
    for id_ in dict.fromkeys([like, *ids] if like else ids):
        plan: Mapping[str, Any] = shown(client.plan(id_))
        same = id_ == like
        name = f"{plan['name']}, again" if same else name
        for issue in plan["issues"]:
            issues.setdefault(issue["id"], Choice(issue["id"], issue.get("description") or issue["id"], same))
            for system in issue["systems"]:
                systems.setdefault(system["id"], Choice(system["id"], system.get("display_name") or system["id"], same))
    return Draft(name, tuple(issues.values()), tuple(sorted(systems.values(), key=lambda each: each.name)))
