from __future__ import annotations

import pytest

BODY = {"account": "901578", "recipient": "a-host", "directive": "d"}
NODE = {"account": "901578", "node_id": "a-host"}
OTHER = NODE | {"node_id": "other"}


def test_message(world):
    answer = world.post("v1/message", BODY | {"payload": [1]})
    assert answer.status_code == 201
    ((topic, message),) = world.outbox.sent
    assert (topic, message["content"]) == ("redhat/insights/a-host/data/in", [1])
    assert answer.json["id"] == message["message_id"]


@pytest.mark.parametrize(
    ("change", "status", "title"),
    [
        ({"account": "7"}, 403, "Account mismatch"),
        ({"recipient": "other"}, 404, "No connection to the rhc client"),
        ({"directive": " "}, 400, "Directive field is empty"),
        ({"directive": ""}, 400, "Unable to process json input"),
    ],
)
def test_refused_messages(world, change, status, title):
    answer = world.post("v1/message", BODY | change)
    assert (answer.status_code, answer.json["title"]) == (status, title)
    assert world.outbox.sent == []


def test_message_for_an_account_nobody_knows(world):
    headers = world.psk(account="8")
    assert world.post("v1/message", BODY | {"account": "8"}, headers).status_code == 404


@pytest.mark.parametrize("path", ["v1/connection_status", "v1/connection/status"])
def test_status(world, path):
    assert world.post(path, NODE).json == {
        "status": "connected",
        "dispatchers": {"rhc-worker-playbook": {}},
        "canonical_facts": {"fqdn": "a"},
    }
    assert world.post(path, OTHER).json == {"status": "disconnected"}


def test_own_status_needs_the_own_account(world):
    assert world.post("v1/connection_status", NODE | {"account": "7"}).status_code == 403
    assert world.post("v1/connection/status", NODE | {"account": "7"}).json == {"status": "disconnected"}


def test_status_of_an_untranslatable_account(world):
    answer = world.post("v1/connection/status", NODE | {"account": "8"})
    assert (answer.status_code, answer.json["title"]) == (400, "Unable to translate account to org_id")


def test_administration_is_strict(world, make_connection):
    world.connections.register(make_connection("sat", org_id="1", dispatchers={"foreman_rh_cloud": {}}))
    node = {"account": "7", "node_id": "sat"}
    assert world.post("v1/connection/status", node).json["status"] == "disconnected"
    assert world.post("v1/connection_status", node, world.psk(account="7")).json["status"] == "connected"


def test_ping(world):
    assert world.post("v1/connection/ping", NODE).json == {"status": "connected", "payload": None}
    ((topic, message),) = world.outbox.sent
    assert topic == "redhat/insights/a-host/control/in"
    assert message["content"] == {"command": "ping", "arguments": None, "message": ""}
    assert world.post("v1/connection/ping", OTHER).json["status"] == "disconnected"


def test_failed_ping(world):
    world.outbox.error = OSError("full")
    answer = world.post("v1/connection/ping", NODE)
    assert (answer.status_code, answer.json["title"]) == (400, "Ping failed")


def test_reconnect_drops_the_text(world):
    answer = world.post("v1/connection/reconnect", NODE | {"delay": 5, "message": "see you"})
    assert (answer.status_code, answer.data) == (200, b"")
    content = world.outbox.sent[0][1]["content"]
    assert content == {"command": "reconnect", "arguments": {"delay": "5"}, "message": ""}


@pytest.mark.parametrize("delay", [0, -1, "5", None])
def test_reconnect_needs_a_delay(world, delay):
    assert world.post("v1/connection/reconnect", NODE | {"delay": delay}).status_code == 400
    assert world.outbox.sent == []


def test_disconnect(world):
    world.outbox.error = None
    assert world.post("v1/connection/disconnect", NODE).json == {}
    assert world.outbox.sent[0][1]["content"]["command"] == "disconnect"


def test_failed_command_is_no_error(world):
    world.outbox.error = OSError("full")
    assert world.post("v1/connection/disconnect", NODE).status_code == 200


@pytest.mark.parametrize(("path", "more"), [("disconnect", {}), ("reconnect", {"delay": 1})])
def test_commands_need_a_host(world, path, more):
    answer = world.post(f"v1/connection/{path}", OTHER | more)
    assert answer.status_code == 400
    assert answer.json["title"] == "No connection found for node (901578:other)"


def test_list_groups_by_account(world, make_connection):
    world.connections.register(make_connection("b", account="7", org_id="77"))
    world.connections.register(make_connection("c"))
    answer = world.get("v1/connection").json
    assert answer["data"] == [
        {"account": "901578", "connections": ["a-host", "c"]},
        {"account": "7", "connections": ["b"]},
    ]
    assert answer["meta"]["count"] == 3


def test_list_of_one_account(world):
    assert world.get("v1/connection/901578").json["data"] == ["a-host"]
    assert world.get("v1/connection/7").json["data"] == []
    assert world.get("v1/connection/8").status_code == 400
    assert world.get("v1/connection/x").status_code == 404


def test_people_must_be_associates(world):
    assert world.post("v1/connection/ping", NODE, world.identity()).status_code == 401
    assert world.get("v1/connection", world.identity()).status_code == 401
    assert world.get("v1/connection", world.identity(type="Associate")).status_code == 200
    assert world.post("v1/message", BODY, world.identity()).status_code == 201
