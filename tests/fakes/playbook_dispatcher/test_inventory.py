from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from fakes.outbound import Outbound, Reply, Unreachable
from fakes.playbook_dispatcher.inventory import Host, Inventory, InventoryError

ONE, TWO = str(uuid4()), str(uuid4())
SATELLITE = {"namespace": "satellite", "facts": {"satellite_instance_id": "s", "organization_id": 5}}


class Answers:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str, str]] = []
        self.hosts: Reply | Unreachable = self.page({"id": ONE, "facts": []}, {"id": TWO, "facts": [SATELLITE]})
        self.profiles: Reply = self.page({"id": ONE, "system_profile": {"rhc_client_id": "c"}}, {"id": TWO})
        monkeypatch.setattr(Outbound, "request", self.request)

    def page(self, *results: dict[str, Any]) -> Reply:
        return Reply(200, {}, json.dumps({"results": results}).encode())

    def request(self, method: str, target: str, *, headers: dict[str, str]) -> Reply:
        path = target.partition("?")[0]
        self.asked.append((path, headers["x-rh-identity"]))
        answer = self.profiles if path.endswith("/system_profile") else self.hosts
        if isinstance(answer, Unreachable):
            raise answer
        return answer


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    return Answers(monkeypatch)


def ask(*ids: str) -> list[Host]:
    return Inventory("http://i").hosts(ids, "identity", "q")


def test_joins_hosts_and_profiles(answers: Answers) -> None:
    assert ask(ONE, TWO) == [Host(ONE, "c", None), Host(TWO, None, "s", "5")]
    path = f"/api/inventory/v1/hosts/{ONE},{TWO}"
    assert answers.asked == [(path, "identity"), (f"{path}/system_profile", "identity")]


def test_none_known(answers: Answers) -> None:
    answers.hosts = Reply(404, {}, b"")
    assert ask(ONE) == []
    assert len(answers.asked) == 1


def test_errors(answers: Answers) -> None:
    with pytest.raises(InventoryError):
        ask("x")
    for bad in (Reply(500, {}, b""), Reply(200, {}, b"{"), Reply(200, {}, b"{}"), Unreachable("x")):
        answers.hosts = bad
        with pytest.raises(InventoryError):
            ask(ONE)
