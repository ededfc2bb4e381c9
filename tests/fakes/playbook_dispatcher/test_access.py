from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fakes.outbound import Outbound, Reply, Unreachable
from fakes.playbook_dispatcher.access import MOCKED, Mock, Rbac
from fakes.playbook_dispatcher.config import Config
from fakes.playbook_dispatcher.identity import Identity, Refused

CALLER = Identity("1", "User", "identity")
READ = "playbook-dispatcher:run:read"


def limited(*values: Any) -> list[dict[str, Any]]:
    return [{"attributeFilter": {"key": "service", "operation": "equal", "value": value}} for value in values]


@pytest.fixture
def rbac(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Rbac]:
    def answer(*data: Any, status: int = 200, body: bytes | None = None) -> Rbac:
        reply = Reply(status, {}, json.dumps({"data": data}).encode() if body is None else body)

        def request(_: Outbound, method: str, target: str, *, headers: dict[str, str]) -> Reply:
            assert (method, target) == ("GET", "/api/rbac/v1/access/?application=playbook-dispatcher")
            assert headers == {"x-rh-identity": "identity", "x-rh-insights-request-id": "q"}
            return reply

        monkeypatch.setattr(Outbound, "request", request)
        return Rbac("http://rbac:1", 1)

    return answer


@pytest.mark.parametrize(
    ("data", "services"),
    [
        ([{"permission": READ}], None),
        ([{"permission": "playbook-dispatcher:*:*", "resourceDefinitions": []}], None),
        ([{"permission": READ, "resourceDefinitions": limited("tasks")}], ["tasks"]),
        ([{"permission": READ, "resourceDefinitions": limited(["a", "b"], "c")}], ["a", "b", "c"]),
        ([{"permission": READ, "resourceDefinitions": [{"attributeFilter": {"key": "group", "value": "x"}}]}], None),
        ([{"permission": READ, "resourceDefinitions": limited("tasks")}, {"permission": READ}], None),
    ],
)
def test_what_a_caller_may_see(rbac: Callable[..., Rbac], data: list[Any], services: list[str] | None) -> None:
    assert rbac(*data).services(CALLER, "q") == services


@pytest.mark.parametrize("permission", ["playbook-dispatcher:run:write", "remediations:*:*", "playbook-dispatcher:run"])
def test_who_may_see_nothing(rbac: Callable[..., Rbac], permission: str) -> None:
    with pytest.raises(Refused) as refused:
        rbac({"permission": permission}).services(CALLER, "q")
    assert refused.value.status == 403


@pytest.mark.parametrize(("status", "body"), [(500, None), (200, b"?"), (200, b"{}"), (200, b"[]")])
def test_where_nobody_knows(rbac: Callable[..., Rbac], status: int, body: bytes | None) -> None:
    with pytest.raises(Refused) as refused:
        rbac({"permission": READ}, status=status, body=body).services(CALLER, "q")
    assert (refused.value.status, refused.value.message) == (503, "error getting permissions from RBAC")


def test_where_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def request(*_: Any, **__: Any) -> Reply:
        raise Unreachable("away")

    monkeypatch.setattr(Outbound, "request", request)
    with pytest.raises(Refused) as refused:
        Rbac("http://rbac:1", 1).services(CALLER, "q")
    assert refused.value.status == 503


def test_everybody_sees_the_same_where_it_is_a_mock() -> None:
    assert Mock().services(CALLER, "q") == MOCKED


@pytest.mark.parametrize(
    ("env", "url"),
    [({}, None), ({"RBAC_IMPL": "impl", "RBAC_HOST": "h", "RBAC_PORT": "7"}, "http://h:7")],
)
def test_where_it_is_asked(env: dict[str, str], url: str | None) -> None:
    assert Config.from_env(env).rbac_url == url


def test_another_implementation_is_refused() -> None:
    with pytest.raises(SystemExit, match="mock or impl"):
        Config.from_env({"RBAC_IMPL": "kessel"})
