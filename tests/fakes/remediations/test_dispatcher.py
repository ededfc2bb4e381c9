from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from fakes.outbound import Outbound, Reply, Unreachable
from fakes.remediations.config import Config
from fakes.remediations.dispatcher import Caller, Dispatcher
from fakes.remediations.errors import ApiError
from fakes.remediations.inventory import Inventory

CALLER = Caller("identity", "q")


class Answers:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.replies: list[Reply | Unreachable] = []
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        monkeypatch.setattr(Outbound, "request", self.request)

    def say(self, *bodies: Any, status: int = 200) -> None:
        self.replies += [Reply(status, {}, json.dumps(body).encode()) for body in bodies]

    def request(self, method: str, target: str, *, headers: dict[str, str], body: bytes | None = None) -> Reply:
        self.asked.append((method, target, headers, None if body is None else json.loads(body)))
        answer = self.replies.pop(0)
        if isinstance(answer, Unreachable):
            raise answer
        return answer


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    return Answers(monkeypatch)


@pytest.fixture
def dispatcher() -> Dispatcher:
    return Dispatcher(Config(1, "http://d", "", Path(), dispatcher_psk="k", page_size=2))


def test_the_key_goes_on_posts_only(answers: Answers, dispatcher: Dispatcher) -> None:
    answers.say([{"code": 201, "id": "x"}], status=207)
    answers.say({"data": [{"id": "x"}], "links": {}})
    assert dispatcher.dispatch(CALLER, [{"a": 1}]) == [{"code": 201, "id": "x"}]
    assert dispatcher.runs(CALLER, "r") == [{"id": "x"}]
    (method, target, posted, body), (_, listed, got, _) = answers.asked
    assert (method, target, body) == ("POST", "/internal/v2/dispatch", [{"a": 1}])
    assert (posted["Authorization"], posted["x-rh-identity"], posted["x-rh-insights-request-id"]) == (
        "PSK k",
        "identity",
        "q",
    )
    assert "Authorization" not in got
    fields = ["id", "labels", "status", "service", "created_at", "updated_at", "url"]
    assert parse_qsl(urlsplit(listed).query) == [
        ("filter[service]", "remediations"),
        ("filter[labels][playbook-run]", "r"),
        *(("fields[data]", name) for name in fields),
    ]


def test_lists_follow_next(answers: Answers, dispatcher: Dispatcher) -> None:
    answers.say({"data": [1], "links": {"next": "/more?x=1"}}, {"data": [2], "links": {}})
    assert dispatcher.hosts(CALLER, "r") == [1, 2]
    assert answers.asked[1][1] == "/more?x=1"


def test_the_log_asks_for_one_system(answers: Answers, dispatcher: Dispatcher) -> None:
    answers.say({"data": [], "links": {}})
    dispatcher.log(CALLER, "r", "s")
    query = parse_qsl(urlsplit(answers.asked[0][1]).query)
    assert ("filter[inventory_id]", "s") in query
    assert ("fields[data]", "stdout") in query


def test_long_arrays_are_split_and_merged(answers: Answers, dispatcher: Dispatcher) -> None:
    none = {"recipient": "0", "status": "rhc_not_configured", "sat_org_id": ""}
    answers.say([none | {"systems": ["a"]}], [none | {"systems": ["c"]}, none | {"recipient": "1", "systems": []}])
    merged = dispatcher.connection_status(CALLER, "1", ["a", "b", "c"])
    assert [one["systems"] for one in merged] == [["a", "c"], []]
    assert [asked[3] for asked in answers.asked] == [
        {"org_id": "1", "hosts": ["a", "b"]},
        {"org_id": "1", "hosts": ["c"]},
    ]


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (Reply(500, {}, b""), 503),
        (Reply(400, {}, b"{}"), 503),
        (Reply(200, {}, b"{"), 503),
        (Unreachable("x"), 503),
        (Reply(403, {}, b"{}"), 403),
    ],
)
def test_errors(answers: Answers, dispatcher: Dispatcher, reply: Reply | Unreachable, status: int) -> None:
    answers.replies = [reply]
    with pytest.raises(ApiError) as caught:
        dispatcher.runs(CALLER, "r")
    assert caught.value.status == status
    if status == 503:
        assert (caught.value.code, caught.value.details) == (
            "DEPENDENCY_UNAVAILABLE",
            {"name": "playbook-dispatcher", "impl": "impl"},
        )


def test_not_found_is_empty(answers: Answers, dispatcher: Dispatcher) -> None:
    answers.replies = [Reply(404, {}, b"{}"), Reply(404, {}, b"{}")]
    assert (dispatcher.runs(CALLER, "r"), dispatcher.dispatch(CALLER, [{}])) == ([], [])


def test_inventory(answers: Answers) -> None:
    inventory = Inventory("http://i")
    answers.say(
        {"results": [{"id": "a", "fqdn": "h", "display_name": None}]},
        {"results": [{"id": "a", "system_profile": {"owner_id": "o"}}, {"id": "b"}]},
    )
    assert inventory.systems(CALLER, ["a", "b"])["a"].display_name == "h"
    assert inventory.owners(CALLER, ["a", "b"]) == {"a": "o", "b": None}
    assert answers.asked[0][1] == "/api/inventory/v1/hosts/a,b?per_page=100"
    for bad in (Reply(500, {}, b""), Reply(200, {}, b"{}"), Unreachable("x")):
        answers.replies = [bad]
        with pytest.raises(ApiError):
            inventory.systems(CALLER, ["a"])
