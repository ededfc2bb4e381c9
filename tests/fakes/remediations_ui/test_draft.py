from __future__ import annotations

from typing import Any

import pytest

from fakes.remediations_ui.draft import Choice, draft


@pytest.fixture
def known(client: Any) -> Any:
    web, mail = {"id": "1", "display_name": "web"}, {"id": "2", "display_name": "mail"}
    client.say("plans", {"data": [{"id": "p"}, {"id": "q"}]})
    client.say(
        "plan",
        {"name": "first", "issues": [{"id": "a", "description": "Fix a", "systems": [web]}]},
        {"name": "second", "issues": [{"id": "a", "systems": [web, mail]}, {"id": "b", "systems": [mail]}]},
    )
    return client


def test_offers_what_other_plans_know(known: Any) -> None:
    found = draft(known, None)
    assert found.name == ""
    assert found.issues == (Choice("a", "Fix a"), Choice("b", "b"))
    assert found.systems == (Choice("2", "mail"), Choice("1", "web"))


def test_is_filled_in_like_another_plan(known: Any) -> None:
    found = draft(known, "p")
    assert found.name == "first, again"
    assert [each.id for each in found.issues + found.systems if each.chosen] == ["a", "1"]
    assert known.names() == ["plans", "plan", "plan"], "each plan once"


def test_says_what_it_lacks(known: Any) -> None:
    empty = draft(known, None)
    assert len(empty.filled(" ", [], []).lacks) == 3
    filled = empty.filled(" n ", ["a", "b"], ["1"])
    assert filled.lacks == ()
    assert filled.body() == {
        "name": "n",
        "auto_reboot": False,
        "add": {"issues": [{"id": "a", "systems": ["1"]}, {"id": "b", "systems": ["1"]}]},
    }
