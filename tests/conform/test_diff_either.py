from __future__ import annotations

from hopcheck.checks.judge import Judge
from hopcheck.conform.diff.difference import Difference
from hopcheck.conform.diff.either import EITHER, FOLLOWS, INSTEAD, Either
from hopcheck.conform.diff.normal import Shape
from hopcheck.home import CONTRACTS

ASKED, TOLD = INSTEAD["rhc"]
PONG = Difference("-", "rhc<>cloud-connector", "mqtt.event", "", "", "pong", None)


def shapes(*kinds: str) -> list[Shape]:
    return [Shape("rhc<>rhc-worker-playbook", kind, "", ()) for kind in kinds]


def message(sign: str, what: str, place: str = "") -> Difference:
    return Difference(sign, "rhc<>rhc-worker-playbook", what, "", place, "a", "b")  # type: ignore[arg-type]


def test_each_is_about_an_item_of_its_role() -> None:
    cases = Judge(CONTRACTS).cases.by_id
    assert {(role, item) for role, item in EITHER if cases[item].role != role} == set()
    assert set(FOLLOWS) <= set(INSTEAD)


def test_only_the_message_of_that_item_may_be_missing() -> None:
    assert PONG in Either("rhc", "a command to disconnect", [], [])
    assert PONG not in Either("rhc", "a ping", [], [])
    assert PONG not in Either("cloud-connector", "a command to disconnect", [], [])
    changed = Difference("~", PONG.edge, "mqtt.event", "", "message.content", "pong", "ping")
    assert changed not in Either("rhc", "a command to disconnect", [], [])


def test_one_message_may_be_in_anothers_place() -> None:
    either = Either("rhc", "complete", shapes(ASKED), shapes(TOLD))
    assert message("-", ASKED) in either
    assert message("+", TOLD) in either
    assert message("~", TOLD, "args[1]") not in either
    assert message("-", ASKED) not in Either("rhc", "complete", shapes(ASKED), shapes())


def test_what_follows_from_that_may_be_there_or_not_too() -> None:
    status = message("+", "mqtt.connectionStatus")
    assert status in Either("rhc", "complete", shapes(ASKED), shapes(TOLD))
    assert status not in Either("rhc", "complete", shapes(ASKED), shapes(ASKED))
