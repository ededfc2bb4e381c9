from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

import pytest

from fakes.playbook_dispatcher.inventory import Host


def test_a_run_is_sent_then_stored(world: Any) -> None:
    item = world.item()
    answer = world.post("dispatch", [item], **{"x-rh-insights-request-id": "q1"})
    [done] = answer.get_json()
    run = world.store.run(done["id"])
    [(recipient, org_id, request_id, message)] = world.connector.sent
    assert (answer.status_code, done["code"]) == (207, 201)
    assert (recipient, org_id, request_id) == (world.connected, "1", "q1")
    assert (message.directive, message.payload) == ("rhc-worker-playbook", item["url"])
    assert message.metadata == {
        "crc_dispatcher_correlation_id": run.correlation_id,
        "return_url": "https://gw/upload",
        "response_interval": "7",
    }
    assert (run.service, run.status, run.timeout, run.labels) == (
        "remediations",
        "running",
        3600,
        {"playbook-run": "r1"},
    )
    assert answer.headers["x-rh-insights-request-id"] == "q1"
    assert uuid.UUID(answer.headers["x-rh-playbook-dispatcher-internal-request-id"])


def test_elements_keep_the_order_of_items_and_failures_store_nothing(world: Any) -> None:
    answer = world.post(
        "dispatch", [world.item(recipient=world.broken), world.item(), world.item(recipient=world.disconnected)]
    )
    broken, fine, missing = answer.get_json()
    assert broken == {"code": 500, "message": "Unexpected error during processing"}
    assert missing == {"code": 404, "message": "Receipient not found"}
    assert world.get("runs").get_json()["meta"]["total"] == 1
    assert fine["code"] == 201


def test_two_runs_have_two_correlation_ids(world: Any) -> None:
    first, second = (world.store.run(id_) for id_ in world.dispatch(world.item(), world.item()))
    assert first.correlation_id != second.correlation_id


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": "x"},
        {"recipient": str(uuid.uuid5(uuid.NAMESPACE_DNS, "x"))},
        {"org_id": "12345678901"},
        {"url": "ftp://x"},
        {"timeout": 604801},
        {"timeout": -1},
        {"name": ""},
        {"labels": {"a": 1}},
        {"recipient_config": {"sat_id": str(uuid.uuid4())}},
        {"hosts": [{"inventory_id": "x"}]},
        {"recipient_config": {"sat_id": str(uuid.uuid4()), "sat_org_id": "1"}, "hosts": []},
        {"recipient_config": {"sat_id": str(uuid.uuid4()), "sat_org_id": "1"}, "hosts": [{"ansible_host": "h"}]},
    ],
)
def test_one_bad_item_refuses_the_batch(world: Any, change: dict[str, Any]) -> None:
    answer = world.post("dispatch", [world.item(), world.item(**change)])
    assert (answer.status_code, list(answer.get_json())) == (400, ["message"])
    assert world.connector.sent == []


@pytest.mark.parametrize("name", ["recipient", "org_id", "principal", "url", "name"])
def test_required_fields(world: Any, name: str) -> None:
    item = world.item()
    del item[name]
    assert world.post("dispatch", [item]).status_code == 400


def test_batch_size(world: Any) -> None:
    assert world.post("dispatch", []).status_code == 400
    assert world.post("dispatch", [world.item()] * 51).status_code == 400
    assert world.post("dispatch", [world.item(recipient=world.disconnected)] * 50).status_code == 207


@pytest.mark.parametrize(
    ("authorization", "status", "message"),
    [
        (None, 401, "Unauthorized"),
        ("Basic x", 401, "Unsupported authentication key format"),
        ("PSK a-b", 401, "Unsupported authentication key format"),
        ("PSK nobody", 403, "Forbidden"),
    ],
)
def test_psk(world: Any, authorization: str | None, status: int, message: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    for path, body in (("dispatch", [world.item()]), ("recipients/status", [_recipient(world.connected)])):
        answer = world.client.post(f"/internal/v2/{path}", json=body, headers=headers)
        assert (answer.status_code, answer.get_json()) == (status, {"message": message})


def test_the_body_is_judged_before_the_key(world: Any) -> None:
    assert world.client.post("/internal/v2/dispatch", json=[]).status_code == 400
    assert world.client.post("/internal/v2/dispatch", data="[", content_type="application/json").status_code == 400
    assert world.client.post("/internal/v2/dispatch", data="[]").status_code == 400


def test_satellite_message_and_cancel(world: Any) -> None:
    satellite = {"sat_id": str(uuid.uuid5(uuid.NAMESPACE_DNS, "s")), "sat_org_id": "5"}
    hosts = [
        {"inventory_id": str(uuid.uuid4()), "subscription_manager_id": str(uuid.uuid4())},
        {"inventory_id": str(uuid.uuid4())},
    ]
    [run_id] = world.dispatch(world.item(recipient_config=satellite, hosts=hosts))
    metadata = world.connector.sent[0][3].metadata
    assert metadata["hosts"] == ",".join(host["inventory_id"] for host in hosts)
    assert metadata["subscription_manager_ids"] == hosts[0]["subscription_manager_id"]
    assert all(isinstance(value, str) for value in metadata.values())
    cancel = {"run_id": run_id, "org_id": "1", "principal": "u"}
    unknown = str(uuid.uuid4())
    answer = world.post("cancel", [cancel, cancel | {"org_id": "2"}, cancel | {"run_id": unknown}])
    zero = "00000000-0000-0000-0000-000000000000"
    assert answer.get_json() == [
        {"code": 202, "run_id": run_id},
        {"code": 400, "run_id": zero},
        {"code": 404, "run_id": zero},
    ]
    message = world.connector.sent[1][3]
    assert (message.payload, sorted(message.metadata)) == ("", ["correlation_id", "initiator_user_id", "operation"])


def test_a_direct_run_cannot_be_cancelled(world: Any) -> None:
    [run_id] = world.dispatch(world.item())
    answer = world.post("cancel", [{"run_id": run_id, "org_id": "1", "principal": "u"}])
    assert [one["code"] for one in answer.get_json()] == [400]


def test_recipients_status(world: Any) -> None:
    asked = [_recipient(world.disconnected), _recipient(world.connected)]
    assert world.post("recipients/status", asked).get_json() == [
        asked[0] | {"connected": False},
        asked[1] | {"connected": True},
    ]
    failed = world.post("recipients/status", [*asked, _recipient(world.broken)])
    assert (failed.status_code, failed.data) == (500, b"")


def test_connection_status_groups_hosts(world: Any) -> None:
    ids = [str(uuid.uuid4()) for _ in range(4)]
    world.inventory.known = [
        Host(ids[0], None, None),
        Host(ids[1], world.connected, None),
        Host(ids[2], world.disconnected, None),
        Host(ids[3], None, None),
    ]
    answer = _connection_status(world, ids)
    assert [(one["recipient_type"], one["status"], one["systems"]) for one in answer.get_json()] == [
        ("directConnect", "connected", [ids[1]]),
        ("directConnect", "disconnected", [ids[2]]),
        ("none", "rhc_not_configured", [ids[0], ids[3]]),
    ]
    assert answer.get_json()[0] == {
        "recipient": world.connected,
        "org_id": "1",
        "systems": [ids[1]],
        "recipient_type": "directConnect",
        "sat_id": "",
        "sat_org_id": "",
        "status": "connected",
    }


def test_connection_status_edges(world: Any) -> None:
    assert _connection_status(world, [str(uuid.uuid4())]).get_json() == []
    assert _connection_status(world, ["x"] * 51).status_code == 400
    without = world.client.post("/internal/v2/connection_status", json={"org_id": "1", "hosts": ["x"]})
    assert (without.status_code, without.data) == (400, b"Bad Request: missing x-rh-identity header\n")
    world.inventory.known = [Host("a", world.broken, None)]
    failed = _connection_status(world, ["a"])
    assert (failed.status_code, failed.data, failed.content_type) == (500, b"", None)


def test_what_is_not_allowed_tells_what_is(world: Any) -> None:
    answer = world.client.get("/internal/v2/dispatch")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, {"POST", "OPTIONS"})


def test_version_needs_no_credentials(world: Any) -> None:
    assert world.client.get("/internal/version").get_json() == "unknown"


def test_internal_run_hosts_shows_every_service(world: Any) -> None:
    world.dispatch(world.item(), psk="secret2")
    headers = world.identity() | {"Authorization": "PSK secret1"}
    listed = world.client.get("/internal/v2/run_hosts", headers=headers)
    assert listed.get_json()["meta"]["total"] == 1
    assert world.get("run_hosts").get_json()["meta"]["total"] == 0
    assert world.client.get("/internal/v2/run_hosts", headers=world.identity()).status_code == 401


def _recipient(id_: str) -> dict[str, str]:
    return {"recipient": id_, "org_id": "1"}


def _connection_status(world: Any, hosts: list[str]) -> Any:
    return world.client.post(
        "/internal/v2/connection_status", json={"org_id": "1", "hosts": hosts}, headers=world.identity()
    )


def test_a_body_that_is_too_large_is_refused_once_it_was_read(world: Any) -> None:
    body = BytesIO(b"[" * (512 * 1024 + 1))
    answer = world.client.post(
        "/internal/v2/dispatch", input_stream=body, content_length=512 * 1024 + 1, content_type="application/json"
    )
    assert (answer.status_code, answer.get_json()) == (413, {"message": "Request Entity Too Large"})
    assert body.read() == b""


def test_what_nobody_knows_is_told_in_the_same_form(world: Any) -> None:
    assert world.client.get("/internal/v2/nothing").get_json() == {"message": "Not Found"}
