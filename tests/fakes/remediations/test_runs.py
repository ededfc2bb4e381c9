from __future__ import annotations

from typing import Any

import pytest

from fakes.remediations.errors import unavailable


@pytest.fixture
def plan(world: Any) -> str:
    world.dispatcher.recipients = [world.recipient(world.one), world.recipient(world.two, "disconnected")]
    world.dispatcher.results = [{"code": 201, "id": "d1"}]
    return str(world.plan(world.one, world.two))


def execute(world: Any, plan: str, body: Any = None, **headers: str) -> Any:
    return world.post(f"/{plan}/playbook_runs", body, **headers)


def started(world: Any, plan: str) -> str:
    answer = execute(world, plan)
    assert answer.status_code == 201
    return f"/{plan}/playbook_runs/{answer.get_json()['id']}"


def test_work_requests_and_tag(world: Any, plan: str) -> None:
    tag = world.get(f"/{plan}/connection_status").headers["ETag"]
    answer = execute(world, plan, **{"If-Match": tag})
    assert (answer.status_code, answer.headers["ETag"]) == (201, tag)
    assert world.dispatcher.work == [
        {
            "recipient": world.dispatcher.recipients[0]["recipient"],
            "org_id": "1",
            "name": "my plan",
            "url": f"https://gw:8443/api/remediations/v1/remediations/{plan}/playbook?hosts={world.one}&localhost",
            "principal": "u",
            "web_console_url": "https://console.redhat.com/insights/remediations",
            "labels": {"playbook-run": answer.get_json()["id"]},
            "hosts": [{"inventory_id": world.one, "ansible_host": "localhost"}],
        }
    ]


def test_changed_recipients_are_412(world: Any, plan: str) -> None:
    tag = world.get(f"/{plan}/connection_status").headers["ETag"]
    world.dispatcher.recipients[1]["status"] = "connected"
    answer = execute(world, plan, **{"If-Match": tag})
    assert (answer.status_code, answer.text) == (412, "Precondition Failed")
    assert answer.headers["ETag"] == world.get(f"/{plan}/connection_status").headers["ETag"] != tag
    assert world.dispatcher.work == []


def test_satellite_work_request(world: Any, plan: str) -> None:
    world.dispatcher.recipients = [world.recipient(world.one, kind="satellite")]
    started(world, plan)
    [work] = world.dispatcher.work
    assert work["recipient_config"] == {"sat_id": world.satellite, "sat_org_id": "7"}
    assert work["hosts"] == [{"inventory_id": world.one}]
    assert work["url"].endswith(f"?hosts={world.one}")


def test_excludes(world: Any, plan: str) -> None:
    world.dispatcher.recipients.append(world.recipient(world.two, kind="satellite"))
    assert execute(world, plan, {"exclude": ["rhc"]}).status_code == 201
    assert ["recipient_config" in work for work in world.dispatcher.work] == [True]
    for body, status, code in (
        ({"exclude": ["RHC", world.satellite]}, 422, "NO_EXECUTORS"),
        ({"exclude": ["x"]}, 400, "UNKNOWN_EXCLUDE"),
        ({"exclude": "RHC"}, 400, "type.openapi.requestValidation"),
        ([], 400, "INVALID_CONTENT_TYPE"),
    ):
        answer = execute(world, plan, body)
        assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (status, code)


def test_nobody_and_nothing(world: Any, plan: str) -> None:
    world.dispatcher.recipients = world.dispatcher.recipients[1:]
    for id_, code in ((plan, "NO_EXECUTORS"), (world.plan(), "NO_SYSTEMS")):
        answer = execute(world, id_)
        assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, code)
    assert world.get(f"/{plan}/playbook_runs").get_json()["data"] == []


def test_a_failed_dispatch_leaves_a_pending_run(world: Any, plan: str) -> None:
    world.dispatcher.results = unavailable("playbook-dispatcher")
    assert execute(world, plan).status_code == 422
    assert [run["status"] for run in world.get(f"/{plan}/playbook_runs").get_json()["data"]] == ["pending"]


def test_refused_items_are_still_201(world: Any, plan: str) -> None:
    world.dispatcher.results = [{"code": 404, "message": "x"}]
    assert execute(world, plan).status_code == 201


def test_foreign_plans(world: Any, plan: str) -> None:
    for who, status in (
        (world.identity(username="o"), 404),
        (world.identity("ServiceAccount", "o"), 403),
        (world.identity("ServiceAccount", "o", "2"), 404),
    ):
        assert world.post(f"/{plan}/playbook_runs", identity=who).status_code == status


def test_a_run_and_its_systems(world: Any, plan: str) -> None:
    run = started(world, plan)
    assert (world.get(run).get_json()["status"], world.get(run).get_json()["executors"]) == ("pending", [])
    world.dispatcher.found_runs = [{"id": "d1", "status": "running", "url": "https://u"}]
    world.dispatcher.found_hosts = [world.host(world.one, "d1", "timeout")]
    body = world.get(run).get_json()
    [executor] = body["executors"]
    assert body["created_by"] == {"username": "u", "first_name": "F", "last_name": "L"}
    assert (body["status"], executor["executor_id"], executor["playbook"]) == ("running", body["id"], "https://u")
    assert executor["counts"] == {"pending": 0, "running": 1, "success": 0, "failure": 0, "canceled": 0}
    [system] = world.get(f"{run}/systems").get_json()["data"]
    assert (system["system_id"], system["system_name"], system["status"]) == (world.one, "d1", "failure")
    assert (system["executor_type"], system["playbook_run_executor_id"]) == ("direct", body["id"])
    listed = world.get(f"/{plan}/playbook_runs").get_json()
    assert (listed["meta"], listed["data"][0]["status"]) == ({"count": 1, "total": 1}, "running")


def test_console_and_its_tag(world: Any, plan: str) -> None:
    run = started(world, plan)
    world.dispatcher.found_runs = [{"id": "d1", "status": "success", "url": "https://u"}]
    world.dispatcher.found_hosts = [world.host(world.one, "d1", "success")]
    answer = world.get(f"{run}/systems/{world.one}")
    assert (answer.get_json()["console"], answer.get_json()["status"]) == ("log", "success")
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert world.get(f"{run}/systems/{world.one}", **tag).status_code == 304
    world.dispatcher.found_hosts[0]["stdout"] = "more"
    assert world.get(f"{run}/systems/{world.one}", **tag).status_code == 200
    assert world.get(f"{run}/systems/{world.two}").status_code == 404


def test_systems_filter_sort_and_page(world: Any, plan: str) -> None:
    run = started(world, plan)
    world.dispatcher.found_runs = [{"id": "d", "status": "running", "url": "https://u"}]
    world.dispatcher.found_hosts = [world.host(id_, "d", host=id_) for id_ in (world.two, world.one)]

    def names(query: str) -> list[str]:
        return [one["system_name"] for one in world.get(f"{run}/systems?{query}").get_json()["data"]]

    assert names("") == ["d1", "d2"]
    assert names("sort=-system_name&limit=1") == ["d2"]
    assert names("ansible_host=2") == ["d2"]
    for query in ("offset=2", "limit=0", "sort=x", "limit=x"):
        assert world.get(f"{run}/systems?{query}").status_code == 400


def test_cancel(world: Any, plan: str) -> None:
    run = started(world, plan)
    answer = world.post(f"{run}/cancel")
    assert (answer.status_code, answer.get_json()) == (202, {})
    assert world.dispatcher.cancelled == [(run.rpartition("/")[2], "1", "u")]


def test_unknown_runs(world: Any, plan: str) -> None:
    assert world.get(f"/{plan}/playbook_runs/{world.one}").status_code == 404
    assert world.get(f"/{plan}/playbook_runs/x").status_code == 400
    run = started(world, plan)
    assert world.get(run, identity=world.identity(username="o")).status_code == 404
