"""Runs that were: of one plan, or the newest of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fakes.remediations_ui.client import Client
from fakes.remediations_ui.moment import Moment, moment
from fakes.remediations_ui.refusal import shown
from fakes.remediations_ui.run_view import words

OF_A_PLAN, PLANS, OF_EACH = 20, 20, 5
"""How many runs of one plan are listed; of all: of how many plans, the newest, how many runs of each."""


@dataclass(frozen=True, slots=True)
class Past:
    """A run in a list; ``plan`` is its plan's id and ``name`` that one's name."""

    plan: str
    name: str
    run: str
    state: str
    words: str
    who: str
    systems: int
    when: Moment | None


def of_plan(client: Client, plan: Mapping[str, Any]) -> list[Past]:
    """The newest runs of a plan, newest first. Raises Refused."""
    return list(_runs(client, plan, OF_A_PLAN))


def of_all(client: Client) -> list[Past]:
    """The newest runs of the newest plans, newest first. Raises Refused."""
    plans = shown(client.plans())["data"][:PLANS]
    found = [past for plan in plans for past in _runs(client, plan, OF_EACH)]
    return sorted(found, key=lambda past: past.when.iso if past.when else "", reverse=True)


def _runs(client: Client, plan: Mapping[str, Any], limit: int) -> Iterable[Past]:
    for run in shown(client.runs(plan["id"], limit))["data"]:
        yield Past(
            plan["id"],
            plan["name"],
            run["id"],
            run["status"],
            words(run["status"]),
            who(run.get("created_by") or {}),
            sum(executor["system_count"] for executor in run["executors"]),
            moment(run.get("created_at")),
        )


def who(creator: Mapping[str, Any]) -> str:
    """A person's name, else the user name."""
    name = f"{creator.get('first_name') or ''} {creator.get('last_name') or ''}".strip()
    return name or str(creator.get("username") or "somebody")
