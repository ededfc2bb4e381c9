from __future__ import annotations

import sqlite3
import uuid

import pytest

MESSAGE = "v2/connections/a-host/message"
STATUS = "v2/connections/a-host/status"
BODY = {"directive": "rhc-worker-playbook", "payload": "http://h/?a=1&b=<2>", "metadata": {"return_url": "u"}}
GONE = {"title": "No connection to the rhc client", "status": 404, "detail": "No connection to the rhc client"}


def test_message_is_published_under_the_id_that_is_answered(world):
    answer = world.post(MESSAGE, BODY)
    assert answer.status_code == 201
    assert answer.content_type == "application/json; charset=UTF-8"
    ((topic, message),) = world.outbox.sent
    assert topic == "redhat/insights/a-host/data/in"
    assert answer.json == {"id": message["message_id"]}
    assert uuid.UUID(message["message_id"]).version == 4
    assert message["content"] == BODY["payload"]
    assert message["metadata"] == BODY["metadata"]


def test_payload_and_metadata_may_be_absent_and_others_are_ignored(world):
    assert world.post(MESSAGE, {"directive": "d", "unknown": 1}).status_code == 201
    assert world.outbox.sent[0][1]["content"] is None
    assert world.outbox.sent[0][1]["metadata"] is None


def test_unknown_host(world):
    answer = world.post("v2/connections/other/message", BODY)
    assert (answer.status_code, answer.json) == (404, GONE)
    assert world.outbox.sent == []


def test_host_of_another_organization_is_unknown(world):
    assert world.post(MESSAGE, BODY, world.psk(org_id="1")).json == GONE


@pytest.mark.parametrize(("relaxed", "status"), [(True, 201), (False, 404)])
def test_satellite_is_reached_across_organizations(make_world, connections, make_connection, relaxed, status):
    connections.register(make_connection(dispatchers={"foreman_rh_cloud": {}}))
    world = make_world(relaxed_lookup=relaxed)
    assert world.post(MESSAGE, BODY, world.psk(org_id="1")).status_code == status


def test_broken_table_is_no_connection(world, monkeypatch):
    def fail(*_, **__):
        raise sqlite3.OperationalError

    monkeypatch.setattr(type(world.connections), "find", fail)
    assert world.post(MESSAGE, BODY).json == GONE
    assert world.get(STATUS).status_code == 404


def test_blank_directive(world):
    answer = world.post(MESSAGE, BODY | {"directive": " \t"})
    text = "Directive field is empty"
    assert (answer.status_code, answer.json) == (400, {"title": text, "status": 400, "detail": text})


def test_refused_publish_is_a_500(world):
    world.outbox.error = OSError("full")
    answer = world.post(MESSAGE, BODY)
    assert (answer.status_code, answer.json["title"]) == (500, "Error passing message to rhc client")


def test_status_of_a_connected_host(world):
    assert world.get(STATUS).json == {
        "status": "connected",
        "account": "901578",
        "org_id": "5318290",
        "client_id": "a-host",
        "canonical_facts": {"fqdn": "a"},
        "dispatchers": {"rhc-worker-playbook": {}},
    }


def test_status_of_others(world):
    assert world.get("v2/connections/other/status").json == {"status": "disconnected"}
    assert world.get(STATUS, world.psk(org_id="1")).json == {"status": "disconnected"}


def test_status_without_organization_is_a_failed_lookup(world):
    assert world.get(STATUS, world.identity(type="Associate", org_id="", account_number="")).status_code == 404


def test_list_pages_through_the_own_hosts(world, make_connection):
    for client_id, org_id in (("b", "5318290"), ("c", "5318290"), ("d", "1"), ("e", "")):
        world.connections.register(make_connection(client_id, org_id=org_id))
    answer = world.get("v2/connections?limit=2").json
    assert answer["meta"] == {"count": 3}
    assert [host["client_id"] for host in answer["data"]] == ["a-host", "b"]
    assert answer["links"]["next"] == "/api/cloud-connector/v2/connections?limit=2&offset=2"
    assert "status" not in answer["data"][0]


def test_past_the_end_there_is_nothing(world):
    answer = world.get("v2/connections?offset=5").json
    assert answer == {"meta": {"count": 0}, "links": {}, "data": []}


@pytest.mark.parametrize("query", ["limit=-1", "limit=x", "offset=1.5"])
def test_senseless_page(world, query):
    answer = world.get(f"v2/connections?{query}")
    assert (answer.status_code, answer.json["title"]) == (400, "Invalid request")
    assert answer.json["detail"].startswith(f"{query.partition('=')[0]}: ")
