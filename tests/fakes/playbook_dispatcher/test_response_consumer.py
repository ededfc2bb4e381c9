from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from fakes.playbook_dispatcher.query import Query, select_hosts
from fakes.playbook_dispatcher.record import CORRELATION_ID, REQUEST_ID, UPDATES, Record
from fakes.playbook_dispatcher.response_consumer import ResponseConsumer
from fakes.playbook_dispatcher.run import Run, RunHost
from fakes.playbook_dispatcher.store import Store

CORRELATION = str(uuid4())


@pytest.fixture
def store(store: Store) -> Store:
    store.add(
        Run("r", "1", "c", CORRELATION, "u", "remediations", "n", "w", "p", 3600),
        [RunHost("r", "localhost", inventory_id="i")],
    )
    return store


def consume(
    store: Store,
    *names: str,
    host: str | None = "localhost",
    stdout: str = "",
    org_id: str = "1",
    **headers: str | None,
) -> None:
    data = {} if host is None else {"host": host}
    events = [
        {"event": name, "uuid": "u", "counter": n, "start_line": 0, "end_line": 0, "stdout": stdout, "event_data": data}
        for n, name in enumerate(names)
    ]
    value = {"org_id": org_id, "request_id": "q", "b64_identity": "", "upload_timestamp": "", "events": events}
    named = {REQUEST_ID: "q", CORRELATION_ID: CORRELATION, "service": "playbook"} | headers
    record = Record(UPDATES, json.dumps(value).encode(), None, {k: v for k, v in named.items() if v is not None})
    assert list(ResponseConsumer(store).handle(record)) == []


def state(store: Store) -> tuple[str, list[tuple[str, str, str, str | None]]]:
    run = store.run("r")
    assert run is not None
    hosts, _ = select_hosts(store, Query("1", None))
    return run.status, [(host.host, host.status, host.log, host.inventory_id) for host in hosts]


def test_each_upload_replaces_the_last_until_the_end(store: Store) -> None:
    consume(store, "executor_on_start", stdout="a")
    assert state(store) == ("running", [("localhost", "running", "a", "i")])
    consume(store, "executor_on_start", "playbook_on_stats", stdout="b")
    ended = ("success", [("localhost", "success", "bb", "i")])
    assert state(store) == ended
    consume(store, "executor_on_failed")
    consume(store, "executor_on_start")
    assert state(store) == ended


def test_failure_is_final(store: Store) -> None:
    consume(store, "executor_on_failed")
    consume(store, "playbook_on_stats")
    assert state(store)[0] == "failure"


def test_a_new_host_name_gets_its_own_row(store: Store) -> None:
    consume(store, "playbook_on_stats", host="other", stdout="x")
    assert state(store) == ("success", [("localhost", "running", "", "i"), ("other", "success", "x", None)])


@pytest.mark.parametrize(
    "change",
    [
        {"org_id": "2"},
        {CORRELATION_ID: str(uuid4())},
        {CORRELATION_ID: "x"},
        {CORRELATION_ID: None},
        {REQUEST_ID: None},
        {"service": "advisor"},
        {"service": None},
    ],
)
def test_what_does_not_belong_changes_nothing(store: Store, change: dict[str, Any]) -> None:
    consume(store, "playbook_on_stats", **change)
    assert state(store)[0] == "running"


@pytest.mark.parametrize("value", [b"{", b"[]", b'{"events": []}'])
def test_a_bad_update_is_dropped(store: Store, value: bytes) -> None:
    headers = {REQUEST_ID: "q", CORRELATION_ID: CORRELATION, "service": "playbook"}
    list(ResponseConsumer(store).handle(Record(UPDATES, value, None, headers)))
    assert state(store)[0] == "running"


def test_an_update_that_is_nested_too_deep_changes_nothing(store: Store) -> None:
    value = b'{"org_id": ' + b"[" * 300 + b"]" * 300 + b"}"
    record = Record(UPDATES, value, None, {REQUEST_ID: "q", CORRELATION_ID: CORRELATION, "service": "playbook"})
    assert list(ResponseConsumer(store).handle(record)) == []
    assert state(store)[0] == "running"


def test_a_satellite_ends_its_run_and_its_hosts(store: Store) -> None:
    store.add(
        Run("s", "1", "c", SATELLITE, "u", "x", "n", "w", "p", 60, response_full=False),
        [RunHost("s", "web", inventory_id=WEB)],
    )
    consume_satellite(store, {"type": "playbook_run_update", "host": WEB, "sequence": 0, "console": "a"})
    consume_satellite(
        store, {"type": "playbook_run_finished", "host": WEB, "sequence": 1, "console": "b", "status": "success"}
    )
    assert satellite_state(store) == ("running", ("success", "ab"))
    consume_satellite(store, {"type": "playbook_run_completed", "status": "success"})
    consume_satellite(store, {"type": "playbook_run_update", "host": WEB, "sequence": 0, "console": "late"})
    assert satellite_state(store) == ("success", ("success", "ab"))


SATELLITE, WEB = str(uuid4()), str(uuid4())


def consume_satellite(store: Store, event: dict[str, Any]) -> None:
    events = [event | {"version": 3, "correlation_id": SATELLITE}]
    value = {"org_id": "1", "request_id": "q", "b64_identity": "", "upload_timestamp": "", "events": events}
    headers = {REQUEST_ID: "q", CORRELATION_ID: SATELLITE, "service": "playbook-sat"}
    list(ResponseConsumer(store).handle(Record(UPDATES, json.dumps(value).encode(), None, headers)))


def satellite_state(store: Store) -> tuple[str, tuple[str, str]]:
    run, (hosts, _) = store.run("s"), select_hosts(store, Query("1", None, run_id="s"))
    assert run is not None
    return run.status, (hosts[0].status, hosts[0].log)
