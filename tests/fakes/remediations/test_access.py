from __future__ import annotations

import json
from typing import Any

import pytest

from fakes.outbound import Outbound, Reply, Unreachable
from fakes.remediations import access
from fakes.remediations.dispatcher import Caller
from fakes.remediations.errors import ApiError

CALLER = Caller("identity", "q")


@pytest.fixture
def rbac(monkeypatch: pytest.MonkeyPatch) -> Any:
    def answer(status: int = 200, *permissions: str, body: bytes | None = None) -> access.Rbac:
        data = {"data": [{"permission": each} for each in permissions]}
        reply = Reply(status, {}, json.dumps(data).encode() if body is None else body)

        def request(_: Outbound, method: str, target: str, *, headers: dict[str, str]) -> Reply:
            assert (method, target) == ("GET", "/api/rbac/v1/access/?application=remediations")
            assert headers == {"x-rh-identity": "identity", "x-rh-insights-request-id": "q"}
            return reply

        monkeypatch.setattr(Outbound, "request", request)
        return access.Rbac("http://rbac:1")

    return answer


@pytest.mark.parametrize(
    "permission",
    [
        "remediations:*:*",
        "remediations:remediation:*",
        "remediations:*:execute",
        "remediations:remediation:execute",
    ],
)
def test_who_may(rbac: Any, permission: str) -> None:
    rbac(200, "other:*:*", permission).require(CALLER, access.EXECUTE)


@pytest.mark.parametrize("permissions", [[], ["remediations:remediation:read"], ["remediations:*"], ["other:*:*"]])
def test_who_may_not(rbac: Any, permissions: list[str]) -> None:
    with pytest.raises(ApiError) as refused:
        rbac(200, *permissions).require(CALLER, access.EXECUTE)
    wanted = "Permission remediations:remediation:execute is required for this operation"
    assert (refused.value.status, refused.value.details) == (403, {"message": wanted})


@pytest.mark.parametrize(("status", "body"), [(500, None), (200, b"?"), (200, b"{}"), (200, b"[]")])
def test_where_nobody_knows(rbac: Any, status: int, body: bytes | None) -> None:
    with pytest.raises(ApiError) as refused:
        rbac(status, "remediations:*:*", body=body).require(CALLER, access.READ)
    assert (refused.value.status, refused.value.details) == (503, {"name": "rbac", "impl": "impl"})


def test_where_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: Any, **__: Any) -> Reply:
        raise Unreachable("gone")

    monkeypatch.setattr(Outbound, "request", unreachable)
    with pytest.raises(ApiError, match="Service Unavailable"):
        access.Rbac("http://rbac:1").require(CALLER, access.READ)


def test_what_each_operation_asks_for(world: Any) -> None:
    plan, asked = world.plan(world.one), []

    class Noting:
        def require(self, _: Caller, verb: str) -> None:
            asked.append(verb)
            raise ApiError(403, "FORBIDDEN", "Access forbidden")

    running = world.client.application.extensions["remediations"]
    world.client.application.extensions["remediations"] = type(running)(
        running.config, running.store, running.dispatcher, running.inventory, Noting()
    )
    run = f"/{plan}/playbook_runs/{plan}"
    for path in ("", f"/{plan}", f"/{plan}/playbook", f"/{plan}/playbook_runs", run, f"{run}/systems"):
        assert world.get(path).status_code == 403
    assert world.get(f"{run}/systems/{plan}").status_code == 403
    assert asked == [access.READ] * 7
    asked.clear()
    assert world.post("", {"name": "n"}).status_code == 403
    assert world.get(f"/{plan}/connection_status").status_code == 403
    assert world.post(f"/{plan}/playbook_runs", None).status_code == 403
    assert world.post(f"{run}/cancel", None).status_code == 403
    assert asked == [access.WRITE, *[access.EXECUTE] * 3]


def test_a_hosts_certificate_needs_no_permission(world: Any) -> None:
    class Nothing:
        def require(self, *_: Any) -> None:
            raise AssertionError("nobody is asked")

    plan = world.plan(world.one)
    running = world.client.application.extensions["remediations"]
    world.client.application.extensions["remediations"] = type(running)(
        running.config, running.store, running.dispatcher, running.inventory, Nothing()
    )
    answer = world.get(f"/{plan}/playbook?hosts={world.two}&localhost", identity=world.identity("System", cn="x"))
    assert answer.status_code == 404
