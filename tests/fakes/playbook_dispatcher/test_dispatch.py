from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from fakes.playbook_dispatcher.dispatch import batch_error, cancel, new_run, start
from fakes.playbook_dispatcher.run import Run
from fakes.playbook_dispatcher.service import Service

CONNECTED, DISCONNECTED, BROKEN = (f"0000000{n}-0000-4000-8000-000000000000" for n in (1, 2, 3))
SYSTEM = "00000004-0000-4000-8000-000000000000"
SATELLITE = {"sat_id": "00000005-0000-5000-8000-000000000000", "sat_org_id": "5"}
ZERO = "00000000-0000-0000-0000-000000000000"


def item(**changes: Any) -> dict[str, Any]:
    required = {"recipient": CONNECTED, "org_id": "1", "principal": "u", "name": "plan", "url": "https://h/p"}
    return required | changes


def stored(service: Service, **changes: Any) -> Run:
    run = replace(new_run(service, "remediations", item(recipient_config=SATELLITE)), **changes)
    service.store.add(run, [])
    return run


def cancelled(service: Service, run_id: str, org_id: str = "1") -> tuple[int, str]:
    done = cancel(service, "q", {"run_id": run_id, "org_id": org_id, "principal": "u"})
    return done["code"], done["run_id"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"recipient_config": {"sat_id": "s"}}, "Both sat_id and sat_org need to be defined"),
        ({"recipient_config": {"sat_org_id": "5"}}, "Both sat_id and sat_org need to be defined"),
        ({"recipient_config": SATELLITE}, "Hosts need to be defined"),
        ({"recipient_config": SATELLITE, "hosts": []}, "Hosts cannot be empty"),
        ({"recipient_config": SATELLITE, "hosts": [{"ansible_host": "h"}]}, "Inventory ID needs to be defined"),
        ({"recipient_config": SATELLITE, "hosts": [{"inventory_id": SYSTEM}]}, None),
        ({"recipient_config": {}, "hosts": []}, None),
        ({}, None),
    ],
)
def test_a_satellite_needs_both_ids_and_known_hosts(changes: dict[str, Any], error: str | None) -> None:
    assert batch_error([item(), item(**changes)]) == error


def test_what_was_sent_is_stored(service: Service) -> None:
    done = start(service, "remediations", "q", item(hosts=[{"ansible_host": "localhost", "inventory_id": SYSTEM}]))
    run = service.store.run(done["id"])
    assert done == {"code": 201, "id": str(UUID(done["id"]))}
    assert run is not None
    [(recipient, org_id, request_id, message)] = service.cloud_connector.sent  # type: ignore[attr-defined]
    assert (recipient, org_id, request_id) == (CONNECTED, "1", "q")
    assert message.metadata["crc_dispatcher_correlation_id"] == run.correlation_id
    hosts = service.store.connection().execute("SELECT run, host, status, inventory_id FROM run_hosts").fetchall()
    assert [tuple(host) for host in hosts] == [(run.id, "localhost", "running", SYSTEM)]


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"recipient": DISCONNECTED}, 404, "Receipient not found"),
        ({"recipient": BROKEN}, 500, "Unexpected error during processing"),
        ({"org_id": "blocked"}, 400, "Block listed org"),
    ],
)
def test_what_was_not_sent_is_not_stored(service: Service, changes: dict[str, Any], code: int, message: str) -> None:
    service = replace(service, config=replace(service.config, blocklist_org_ids=("", "blocked")))
    assert start(service, "remediations", "q", item(**changes)) == {"code": code, "message": message}
    assert service.store.connection().execute("SELECT count(*) FROM runs").fetchone()[0] == 0


def test_a_blocked_organisation_is_not_asked_for(service: Service) -> None:
    start(service, "remediations", "q", item(org_id=""))
    assert service.cloud_connector.sent == []  # type: ignore[attr-defined]


def test_a_message_sent_but_not_stored_is_an_error(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr(service.store, "add", full)
    assert start(service, "remediations", "q", item())["code"] == 500
    assert len(service.cloud_connector.sent) == 1  # type: ignore[attr-defined]


def test_defaults_of_a_run(service: Service) -> None:
    one, two = (new_run(service, "remediations", item()) for _ in range(2))
    assert one.correlation_id != two.correlation_id
    assert UUID(one.correlation_id).version == 4
    assert (one.service, one.status, one.timeout, one.labels) == ("remediations", "running", 3600, {})
    assert (one.web_console_url, one.sat_id, one.sat_org_id) == ("https://console.redhat.com", None, None)


def test_a_run_keeps_what_was_asked(service: Service) -> None:
    asked = {"timeout": 0, "labels": {"a": "b"}, "web_console_url": "https://c"}
    run = new_run(service, "other", item(recipient_config=SATELLITE, **asked))
    assert {name: getattr(run, name) for name in asked | SATELLITE} == asked | SATELLITE


def test_a_running_satellite_run_is_cancelled(service: Service) -> None:
    run = stored(service)
    assert cancelled(service, run.id) == (202, run.id)
    [(recipient, _, request_id, message)] = service.cloud_connector.sent  # type: ignore[attr-defined]
    assert (recipient, request_id, message.metadata["operation"]) == (CONNECTED, "q", "cancel")
    after = service.store.run(run.id)
    assert after is not None
    assert after.status == "running"


@pytest.mark.parametrize(
    ("changes", "org_id", "code"),
    [
        ({}, "2", 400),
        ({"sat_id": None, "sat_org_id": None}, "1", 400),
        ({"status": "success"}, "1", 409),
        ({"status": "timeout"}, "1", 409),
        ({"recipient": DISCONNECTED}, "1", 409),
        ({"recipient": BROKEN}, "1", 500),
    ],
)
def test_a_refused_cancel_bears_no_run(service: Service, changes: dict[str, Any], org_id: str, code: int) -> None:
    assert cancelled(service, stored(service, **changes).id, org_id) == (code, ZERO)


def test_an_unknown_run_cannot_be_cancelled(service: Service) -> None:
    assert cancelled(service, SYSTEM) == (404, ZERO)
