from __future__ import annotations

from typing import Any

import pytest

from fakes.remediations_ui.history import OF_A_PLAN, OF_EACH, of_all, of_plan, who
from fakes.remediations_ui.refusal import Refused


def run(id_: str, at: str) -> dict[str, Any]:
    return {
        "id": id_,
        "status": "success",
        "created_by": {"username": "quinn"},
        "created_at": at,
        "executors": [{"system_count": 2}, {"system_count": 3}],
    }


def test_the_runs_of_a_plan(client: Any) -> None:
    client.say("runs", {"data": [run("r", "2026-11-23T18:00:00.000Z")]})
    [past] = of_plan(client, {"id": "p", "name": "plan"})
    assert client.calls == [("runs", "p", OF_A_PLAN)]
    assert (past.plan, past.name, past.run, past.words, past.who, past.systems) == (
        "p",
        "plan",
        "r",
        "Succeeded",
        "quinn",
        5,
    )


def test_the_newest_of_all_plans_first(client: Any) -> None:
    client.say("plans", {"data": [{"id": "p", "name": "one"}, {"id": "q", "name": "two"}]})
    client.say(
        "runs", {"data": [run("b", "2026-11-22T18:00:00.000Z")]}, {"data": [run("a", "2026-11-23T18:00:00.000Z")]}
    )
    assert [past.run for past in of_all(client)] == ["a", "b"]
    assert client.calls == [("plans",), ("runs", "p", OF_EACH), ("runs", "q", OF_EACH)]


def test_a_refusal_is_not_an_empty_history(client: Any) -> None:
    client.say("runs", "gone", status=404)
    with pytest.raises(Refused):
        of_plan(client, {"id": "p", "name": "plan"})


def test_who_made_it() -> None:
    assert who({"username": "quinn", "first_name": "Quinn", "last_name": "Assurance"}) == "Quinn Assurance"
    assert who({"username": "quinn", "first_name": None}) == "quinn"
    assert who({}) == "somebody"
