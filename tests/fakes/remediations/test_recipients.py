from __future__ import annotations

from typing import Any

import pytest

from fakes.remediations.errors import ApiError
from fakes.remediations.plan import Creator, Plan
from fakes.remediations.recipients import check_excludes, connection_status, playbook_url, work_requests

PLAN = Plan("plan-1", "1", "my plan", True, Creator("u", "F", "L"), [])
BASE = "https://cert.cloud.redhat.com/api/remediations/v1/remediations/plan-1/playbook"


def direct(recipient: str, status: str = "connected", *systems: str) -> dict[str, Any]:
    return one("directConnect", recipient, status, systems or (f"system of {recipient}",))


def satellite(sat_id: str, sat_org_id: str = "5", status: str = "connected") -> dict[str, Any]:
    found = one("satellite", f"client of {sat_id}", status, ("x", "y"))
    return found | {"sat_id": sat_id, "sat_org_id": sat_org_id}


def one(kind: str, recipient: str, status: str, systems: tuple[str, ...]) -> dict[str, Any]:
    ids = {"sat_id": "", "sat_org_id": ""}
    return {"recipient": recipient, "recipient_type": kind, "status": status, "systems": list(systems)} | ids


UNREACHABLE = one("none", "00000000-0000-0000-0000-000000000000", "rhc_not_configured", ("z",))


def work(*recipients: dict[str, Any], exclude: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    return work_requests(recipients, exclude, PLAN, "run-1", "5318290", "u", "cert.cloud.redhat.com")


def test_direct_hosts_are_grouped_by_state() -> None:
    items = connection_status([direct("a"), direct("b", "disconnected"), direct("c")])
    assert items == [
        {
            "endpoint_id": None,
            "executor_id": None,
            "executor_type": "RHC",
            "executor_name": "Direct connected",
            "system_count": len(systems),
            "system_ids": systems,
            "connection_status": status,
        }
        for status, systems in (("connected", ["system of a", "system of c"]), ("disconnected", ["system of b"]))
    ]


def test_a_satellite_has_an_item_an_organisation() -> None:
    items = connection_status([satellite("s", "6"), satellite("s", "5", "disconnected")])
    assert [(item["executor_name"], item["connection_status"]) for item in items] == [
        ("Satellite s Org 5", "disconnected"),
        ("Satellite s Org 6", "connected"),
    ]
    assert {(item["executor_id"], item["executor_type"], item["system_count"]) for item in items} == {
        ("s", "RHC-satellite", 2)
    }


def test_unreachable_hosts_come_last_without_a_name() -> None:
    items = connection_status([UNREACHABLE, satellite("s"), direct("a")])
    assert [item["executor_name"] for item in items] == ["Direct connected", "Satellite s Org 5", None]
    assert items[-1] == {
        "endpoint_id": None,
        "executor_id": None,
        "executor_type": "None",
        "executor_name": None,
        "system_count": 1,
        "system_ids": ["z"],
        "connection_status": "no_rhc",
    }


def test_no_recipient_no_item() -> None:
    assert connection_status([]) == []


@pytest.mark.parametrize("exclude", [[], ["s"], ["RHC"], ["rhc", "s"]])
def test_known_excludes(exclude: list[str]) -> None:
    check_excludes([direct("a"), satellite("s")], exclude)


@pytest.mark.parametrize("exclude", ["S", "a", "", "RHC-satellite"])
def test_unknown_excludes(exclude: str) -> None:
    with pytest.raises(ApiError) as refused:
        check_excludes([direct("a"), satellite("s"), UNREACHABLE], ["RHC", exclude])
    assert (refused.value.status, refused.value.code) == (400, "UNKNOWN_EXCLUDE")


def test_work_for_a_direct_host() -> None:
    assert work(direct("a", "connected", "system-1")) == [
        {
            "recipient": "a",
            "org_id": "5318290",
            "url": f"{BASE}?hosts=system-1&localhost",
            "name": "my plan",
            "principal": "u",
            "web_console_url": "https://console.redhat.com/insights/remediations",
            "labels": {"playbook-run": "run-1"},
            "hosts": [{"inventory_id": "system-1", "ansible_host": "localhost"}],
        }
    ]


def test_work_for_a_satellite() -> None:
    assert work(satellite("s")) == [
        {
            "recipient": "client of s",
            "org_id": "5318290",
            "url": f"{BASE}?hosts=x&hosts=y",
            "name": "my plan",
            "principal": "u",
            "web_console_url": "https://console.redhat.com/insights/remediations",
            "labels": {"playbook-run": "run-1"},
            "recipient_config": {"sat_id": "s", "sat_org_id": "5"},
            "hosts": [{"inventory_id": "x"}, {"inventory_id": "y"}],
        }
    ]


def test_only_connected_recipients_get_work() -> None:
    oddly = UNREACHABLE | {"status": "connected"}
    requests = work(direct("a"), direct("b", "disconnected"), UNREACHABLE, oddly, satellite("s", "5", "disconnected"))
    assert [request["recipient"] for request in requests] == ["a"]


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ((), ["a", "client of s", "client of t", "b"]),
        (("RHC",), ["client of s", "client of t"]),
        (("rhc", "t"), ["client of s"]),
        (("s",), ["a", "client of t", "b"]),
    ],
)
def test_excluded_recipients_get_none(exclude: tuple[str, ...], left: list[str]) -> None:
    requests = work(direct("a"), satellite("s"), satellite("t"), direct("b"), exclude=exclude)
    assert [request["recipient"] for request in requests] == left


@pytest.mark.parametrize(("localhost", "end"), [(True, "&localhost"), (False, "")])
def test_the_flag_of_a_direct_host_has_no_value(localhost: bool, end: str) -> None:
    url = playbook_url("cert.cloud.redhat.com", "plan-1", ["1", "2"], localhost=localhost)
    assert url == f"{BASE}?hosts=1&hosts=2{end}"
