from __future__ import annotations

import uuid
from typing import Any

import pytest

from fakes.playbook_dispatcher.run import RunHost


def test_default_and_chosen_fields(world: Any) -> None:
    world.dispatch(world.item())
    [run] = world.get("runs").get_json()["data"]
    assert list(run) == ["id", "org_id", "recipient", "url", "labels", "timeout", "status"]
    [run] = world.get("runs", query="fields[data]=name&fields[data]=service,created_at").get_json()["data"]
    assert (run["name"], run["service"], list(run)) == ("plan", "remediations", ["name", "service", "created_at"])
    [host] = world.get("run_hosts").get_json()["data"]
    assert list(host) == ["host", "run", "status"]
    [host] = world.get("run_hosts", query="fields[data]=links,inventory_id,stdout").get_json()["data"]
    assert host["links"] == {"inventory_host": f"/api/inventory/v1/hosts/{host['inventory_id']}"}
    assert host["stdout"] == ""
    answer = world.get("runs", query="fields[data]=events")
    assert (answer.status_code, answer.get_json()) == (400, {"message": "unknown field: events"})


def test_paging_and_links(world: Any) -> None:
    ids = world.dispatch(*[world.item() for _ in range(5)])
    page = world.get(
        "runs", query="limit=2&offset=2&filter[service]=remediations&sort_by=created_at:asc&fields[data]=id"
    ).get_json()
    base = "/api/playbook-dispatcher/v1/runs?fields%5Bdata%5D=id&filter%5Bservice%5D=remediations"
    assert page["links"] == {
        name: f"{base}&limit=2&offset={offset}&sort_by=created_at%3Aasc"
        for name, offset in (("first", 0), ("last", 4), ("next", 4), ("previous", 0))
    }
    assert page["meta"] == {"count": 2, "total": 5}
    every = world.get("runs", query="sort_by=created_at:asc").get_json()
    assert list(every["links"]) == ["first", "last"]
    ascending = [run["id"] for run in every["data"]]
    assert sorted(ascending) == sorted(ids)
    assert [run["id"] for run in page["data"]] == ascending[2:4]
    past = world.get("runs", offset=99)
    assert (past.status_code, past.get_json()["data"]) == (200, [])


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "offset=-1",
        "sort_by=",
        "sort_by=name",
        "filter[status]=done",
        "filter[recipient]=x",
    ],
)
def test_refused_parameters(world: Any, query: str) -> None:
    assert world.get("runs", query=query).status_code == 400


def test_newest_first_by_default(world: Any) -> None:
    first, second = world.dispatch(world.item())[0], world.dispatch(world.item())[0]
    for query, order in (
        ("", [second, first]),
        ("sort_by=created_at", [second, first]),
        ("sort_by=created_at:asc", [first, second]),
    ):
        assert [run["id"] for run in world.get("runs", query=query).get_json()["data"]] == order


def test_labels_match_exactly_and_all(world: Any) -> None:
    world.dispatch(world.item(labels={"playbook-run": "r1", "x.y": "2"}))
    for query, total in (
        ("filter[labels][playbook-run]=r1", 1),
        ("filter[labels][playbook-run]=r", 0),
        ("filter[labels][playbook-run]=r1&filter[labels][x.y]=2", 1),
        ("filter[labels][playbook-run]=r1&filter[labels][x.y]=3", 0),
    ):
        assert world.get("runs", query=query).get_json()["meta"]["total"] == total
        hosts = world.get("run_hosts", query=query.replace("filter[", "filter[run]["))
        assert hosts.get_json()["meta"]["total"] == total


def test_overdue_runs_read_timeout(world: Any) -> None:
    world.dispatch(world.item(timeout=0), world.item())
    totals = {
        status: world.get("runs", query=f"filter[status]={status}").get_json()
        for status in ("running", "timeout", "success")
    }
    assert {status: body["meta"]["total"] for status, body in totals.items()} == {
        "running": 1,
        "timeout": 1,
        "success": 0,
    }
    assert totals["timeout"]["data"][0]["status"] == "timeout"
    [host] = world.get("run_hosts", query="filter[status]=timeout").get_json()["data"]
    assert host["status"] == "running"


def test_finished_runs_do_not_expire(world: Any) -> None:
    [run_id] = world.dispatch(world.item(timeout=0))
    world.store.update(run_id, "success", "[]", [RunHost(run_id, "localhost", "success", "log")])
    assert [run["status"] for run in world.get("runs").get_json()["data"]] == ["success"]


def test_host_filters(world: Any) -> None:
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    [run_id] = world.dispatch(world.item(hosts=[{"inventory_id": one}, {"inventory_id": two}]))
    assert [host["host"] for host in world.get("run_hosts").get_json()["data"]] == [one, two]
    for query, total in (
        (f"filter[inventory_id]={two}", 1),
        (f"filter[run][id]={run_id}", 2),
        (f"filter[run][id]={one}", 0),
        ("filter[run][service]=test", 0),
    ):
        assert world.get("run_hosts", query=query).get_json()["meta"]["total"] == total


def test_only_the_callers_org_and_allowed_services(world: Any) -> None:
    world.dispatch(world.item(org_id="2"))
    world.dispatch(world.item(), psk="secret2")
    assert world.get("runs").get_json()["meta"]["total"] == 0


def test_identity(world: Any) -> None:
    url = "/api/playbook-dispatcher/v1/runs?limit=0"
    missing = world.client.get(url)
    assert (missing.status_code, missing.data) == (400, b"Bad Request: missing x-rh-identity header\n")
    system = world.client.get(url, headers=world.identity(kind="System"))
    assert (system.status_code, system.data) == (403, b"unauthorized principal type: System")
    account = world.client.get(url.partition("?")[0], headers=world.identity(kind="serviceAccount"))
    assert account.status_code == 200


def test_an_offset_has_64_bits(world: Any) -> None:
    assert (
        world.client.get(f"/api/playbook-dispatcher/v1/runs?offset={2**63 - 1}", headers=world.identity()).status_code
        == 200
    )
    assert (
        world.client.get(f"/api/playbook-dispatcher/v1/runs?offset={2**63}", headers=world.identity()).status_code
        == 400
    )
