from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fakes.playbook_dispatcher.query import Query, select_hosts, select_runs
from fakes.playbook_dispatcher.run import Run, RunHost
from fakes.playbook_dispatcher.store import Store

RUN = Run("a", "1", "c", "k", "https://h/p", "remediations", "plan", "w", "u", 3600)
MINE = Query("1", None)


def add(store: Store, id_: str, *hosts: RunHost, age: int = 0, **changes: Any) -> None:
    store.add(replace(RUN, id=id_, **changes), [replace(host, run=id_) for host in hosts])
    store.connection().execute(
        "UPDATE runs SET created_at = created_at - :age * 1000000 WHERE id = :id", {"age": age, "id": id_}
    )


def runs(store: Store, **changes: Any) -> list[str]:
    found, total = select_runs(store, replace(MINE, **changes))
    assert total == len(found)
    return [run.id for run in found]


def hosts(store: Store, **changes: Any) -> list[str]:
    found, total = select_hosts(store, replace(MINE, **changes))
    assert total == len(found)
    return [host.host for host in found]


def test_newest_first_unless_asked_otherwise(store: Store) -> None:
    for id_, age in (("a", 20), ("b", 0), ("c", 40)):
        add(store, id_, age=age)
    assert runs(store) == ["b", "a", "c"]
    assert runs(store, newest_first=False) == ["c", "a", "b"]


@pytest.mark.parametrize("newest_first", [True, False])
def test_runs_of_one_moment_come_by_id(store: Store, newest_first: bool) -> None:
    for id_, correlation_id in zip("bca", "zyx", strict=True):
        add(store, id_, correlation_id=correlation_id)
    store.connection().execute("UPDATE runs SET created_at = 1")
    assert runs(store, newest_first=newest_first) == ["a", "b", "c"]


def test_pages_of_fifty_count_all(store: Store) -> None:
    for n in range(52):
        add(store, f"{n:02}", RunHost("", f"h{n:02}"), age=n)
    page, total = select_runs(store, replace(MINE, limit=2, offset=1))
    assert ([run.id for run in page], total) == (["01", "02"], 52)
    whole, total = select_runs(store, MINE)
    assert (len(whole), total) == (50, 52)
    last, total = select_hosts(store, replace(MINE, offset=50))
    assert ([host.host for host in last], total) == (["h50", "h51"], 52)
    assert select_runs(store, replace(MINE, offset=99)) == ([], 52)


def test_nobody_sees_another_organisation(store: Store) -> None:
    add(store, "a", RunHost("", "mine"))
    add(store, "b", RunHost("", "theirs"), org_id="2")
    assert (runs(store), hosts(store)) == (["a"], ["mine"])


def test_only_allowed_services(store: Store) -> None:
    for id_, service in (("a", "remediations"), ("b", "test"), ("c", "other")):
        add(store, id_, RunHost("", id_), service=service, age=ord(id_))
    assert runs(store, services=["test", "remediations"]) == hosts(store, services=["test", "remediations"])
    assert runs(store, services=["test", "remediations"]) == ["a", "b"]
    assert runs(store, services=["test", "remediations"], service="other") == []
    assert runs(store, service="other") == ["c"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [({"recipient": "d"}, ["b"]), ({"run_id": "a"}, ["a"]), ({"labels": {"x.y": "2"}}, ["b"]), ({"run_id": "z"}, [])],
)
def test_filters(store: Store, asked: dict[str, Any], found: list[str]) -> None:
    add(store, "a", RunHost("", "a"), labels={"playbook-run": "r"})
    add(store, "b", RunHost("", "b"), labels={"playbook-run": "r", "x.y": "2"}, recipient="d")
    assert (runs(store, **asked), hosts(store, **asked)) == (found, found)


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ({"playbook-run": "r", "n": "1"}, ["a"]),
        ({"playbook-run": "r", "n": "2"}, []),
        ({"playbook-run": "R"}, []),
        ({"playbook-run": "' OR 1=1 --"}, []),
    ],
)
def test_every_label_must_match_exactly(store: Store, labels: dict[str, str], found: list[str]) -> None:
    add(store, "a", labels={"playbook-run": "r", "n": "1"})
    assert runs(store, labels=labels) == found


def test_overdue_runs_read_timeout_and_finished_ones_do_not(store: Store) -> None:
    add(store, "overdue", timeout=60, age=61)
    add(store, "at-once", timeout=0, age=1)
    add(store, "in-time", timeout=60, age=30)
    add(store, "finished", timeout=60, age=90, status="success")
    assert {run.id: run.status for run in select_runs(store, MINE)[0]} == {
        "overdue": "timeout",
        "at-once": "timeout",
        "in-time": "running",
        "finished": "success",
    }
    assert runs(store, status="timeout") == ["at-once", "overdue"]
    assert runs(store, status="running") == ["in-time"]
    assert runs(store, status="success") == ["finished"]


def test_hosts_show_and_match_their_own_status(store: Store) -> None:
    add(store, "a", RunHost("", "good", "success", "log"), RunHost("", "bad", "failure"), status="failure")
    assert hosts(store, status="success") == ["good"]
    assert hosts(store, status="failure") == ["bad"]
    assert select_hosts(store, replace(MINE, status="success"))[0] == [RunHost("a", "good", "success", "log")]


def test_hosts_expire_with_their_run_but_show_what_is_stored(store: Store) -> None:
    add(store, "overdue", RunHost("", "late"), timeout=60, age=61)
    add(store, "in-time", RunHost("", "busy"), RunHost("", "done", "success"))
    [late], total = select_hosts(store, replace(MINE, status="timeout"))
    assert (late.host, late.status, total) == ("late", "running", 1)
    assert hosts(store, status="running") == ["busy"]


def test_a_host_by_its_inventory_id(store: Store) -> None:
    add(store, "a", RunHost("", "one", inventory_id="1"), RunHost("", "two", inventory_id="2"), RunHost("", "three"))
    assert hosts(store, inventory_id="2") == ["two"]
    assert hosts(store) == ["one", "two", "three"]
