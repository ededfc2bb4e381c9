from __future__ import annotations

from hashlib import sha256

import pytest
from checks_world import CORRELATION, DISPATCHER_RUN, HOST, INVENTORY, ORG, URL, World, request, response

DISPATCHER, CONNECTOR = "hopcheck>playbook-dispatcher", "playbook-dispatcher>cloud-connector"
ITEM = {
    "recipient": HOST,
    "org_id": ORG,
    "principal": "quinn",
    "url": URL,
    "name": "a plan",
    "recipient_config": {"sat_id": "s", "sat_org_id": "5"},
    "hosts": [{"inventory_id": INVENTORY}, {"inventory_id": HOST, "subscription_manager_id": "sub"}],
}
RUN = {
    "operation": "run",
    "return_url": "https://gw/upload",
    "response_interval": "30",
    "response_full": "false",
    "correlation_id": CORRELATION,
    "playbook_run_name": "a plan",
    "playbook_run_url": "https://console.example",
    "sat_id": "s",
    "sat_org_id": "5",
    "initiator_user_id": sha256(b"quinn").hexdigest(),
    "hosts": f"{INVENTORY},{HOST}",
    "subscription_manager_ids": "sub",
}
CANCEL = {"operation": "cancel", "correlation_id": CORRELATION, "initiator_user_id": sha256(b"morgan").hexdigest()}


def message(exchange, payload, metadata):
    body = {"directive": "foreman_rh_cloud", "payload": payload, "metadata": metadata}
    return request(CONNECTOR, "POST", f"/api/cloud-connector/v2/connections/{HOST}/message", exchange, body=body)


def dispatched(item=ITEM):
    world = World()
    ask, sent = request(DISPATCHER, "POST", "/internal/v2/dispatch", "d", body=[item]), message("run", URL, RUN)
    world.add("d", ask).add("run", sent).add("run/answer", response(sent, 201, {"id": CORRELATION}))
    return world.add("d/answer", response(ask, 207, [{"code": 201, "id": DISPATCHER_RUN}]))


def cancelled(code=202):
    world = dispatched()
    body = [{"run_id": DISPATCHER_RUN, "org_id": ORG, "principal": "morgan"}]
    ask, sent = request(DISPATCHER, "POST", "/internal/v2/cancel", "c", body=body), message("cancel", "", CANCEL)
    world.add("c", ask).add("cancel", sent).add("cancel/answer", response(sent, 201, {"id": CORRELATION}))
    return world.add("c/answer", response(ask, 207, [{"code": code, "run_id": DISPATCHER_RUN}]))


def metadata(tag, **changes):
    def change(body):
        body["metadata"] = {k: v for k, v in {**body["metadata"], **changes}.items() if v is not None}

    return lambda world: world.body(tag, change)


@pytest.mark.parametrize(
    "bend",
    [
        lambda world: world.body("run", lambda b: b.update(directive="rhc-worker-playbook")),
        metadata("run", initiator_user_id="quinn"),
        metadata("run", hosts=INVENTORY),
        metadata("run", subscription_manager_ids=None),
        metadata("run", sat_id="other"),
        metadata("run", sat_org_id="1"),
        metadata("run", playbook_run_name="another"),
        metadata("run", operation="start"),
        metadata("run", response_full=None),
        metadata("run", response_full=False),
        metadata("run", more="x"),
    ],
)
def test_a_satellite_that_is_told_otherwise(state, bend):
    assert state(dispatched(), "SRV-024") == "pass"
    assert state(bend(dispatched()), "SRV-024") == "fail"


def test_a_direct_host_is_no_satellite(state):
    assert state(dispatched({**ITEM, "recipient_config": None}), "SRV-024") == "not_exercised"


def test_the_console_that_was_asked_for_is_told(state):
    asked = {**ITEM, "web_console_url": "https://other.example"}
    assert state(dispatched(asked), "SRV-024") == "fail"
    right = metadata("run", playbook_run_url="https://other.example")(dispatched(asked))
    assert state(right, "SRV-024") == "pass"


@pytest.mark.parametrize(
    "bend",
    [
        lambda world: world.body("cancel", lambda b: b.update(payload=URL)),
        lambda world: world.body("cancel", lambda b: b.update(directive="rhc-worker-playbook")),
        metadata("cancel", correlation_id=HOST),
        metadata("cancel", initiator_user_id=sha256(b"quinn").hexdigest()),
        metadata("cancel", run_id=DISPATCHER_RUN),
    ],
)
def test_a_cancel_that_says_otherwise(state, bend):
    assert state(cancelled(), "SRV-032") == "pass"
    assert state(bend(cancelled()), "SRV-032") == "fail"


@pytest.mark.parametrize("run_id", [HOST, {}, None])
def test_a_run_that_nobody_dispatched_is_not_looked_for(state, run_id):
    world = cancelled().body("c", lambda b: b[0].update(run_id=run_id))
    assert state(world, "SRV-032") == "not_exercised"


def test_a_cancel_is_no_run_of_its_own(judged):
    states = judged(cancelled()).clauses
    assert {states[name].state for name in ("SRV-016", "SRV-020", "SRV-023", "SRV-027")} == {"pass"}
