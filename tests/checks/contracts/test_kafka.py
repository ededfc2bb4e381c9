from __future__ import annotations

from base64 import b64encode

import pytest

EDGE = "ingress>playbook-dispatcher"
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
NOW = "2026-01-02T03:04:05.678+01:00"
IDENTITY = b64encode(b'{"identity":{"type":"System","org_id":"10","system":{"cn":"h"}}}').decode()
URL = "http://s3:9000/b/k?X-Amz-Expires=86400&X-Amz-Signature=" + "ab" * 32
ANNOUNCE = {
    "account": "",
    "org_id": "10",
    "principal": "10",
    "request_id": ID,
    "service": "playbook",
    "category": "v1",
    "content_type": "application/vnd.redhat.playbook.v1+jsonl",
    "size": 9,
    "url": URL,
    "b64_identity": IDENTITY,
    "timestamp": NOW,
    "metadata": {"reporter": "", "stale_timestamp": "0001-01-01T00:00:00Z"},
}
VALIDATION = {**{k: v for k, v in ANNOUNCE.items() if k not in ("principal", "content_type")}, "validation": "success"}
EVENT = {
    "event": "executor_on_start",
    "uuid": ID,
    "counter": -1,
    "start_line": 0,
    "end_line": 0,
    "event_data": {"crc_dispatcher_correlation_id": ID},
}
UPDATE = {"org_id": "10", "request_id": ID, "b64_identity": IDENTITY, "upload_timestamp": NOW, "events": [EVENT]}
UPDATE_HEADERS = [
    ["x-rh-insights-request-id", ID],
    ["x-rh-insights-playbook-dispatcher-correlation-id", ID],
    ["service", "playbook"],
]
STATUS = {
    "service": "ingress",
    "account": "",
    "org_id": "10",
    "request_id": ID,
    "status": "received",
    "status_msg": "x",
    "date": NOW,
}
HOST = {
    "operation": "add_host",
    "platform_metadata": {"request_id": ID, "b64_identity": IDENTITY},
    "data": {
        "insights_id": ID,
        "org_id": "10",
        "stale_timestamp": NOW,
        "reporter": "cloud-connector",
        "system_profile": {"rhc_client_id": ID},
    },
}
COPIED = [["topic", f"redhat/insights/{ID}/control/out"], ["mqtt_message_id", "7"], ["date_received", NOW]]
SERVICE = [["service", "playbook"]]
GOOD = {
    "announce": ("platform.upload.announce", None, SERVICE, ANNOUNCE),
    "payloadStatus": ("platform.payload-status", None, [], STATUS),
    "validation": ("platform.upload.validation", "", [], VALIDATION),
    "runnerUpdates": ("platform.playbook-dispatcher.runner-updates", ID, [*UPDATE_HEADERS, ["", ""], ["", ""]], UPDATE),
    "rhcMessageIngress": ("platform.cloud-connector.rhc-message-ingress", ID, COPIED, b"not even JSON"),
    "hostIngress": ("platform.inventory.host-ingress-p1", "10", [], HOST),
}
BAD = [
    ("announce", {"headers": []}, ["header", "header.service"], "ingress"),
    ("announce", {"headers": [*SERVICE, ["more", "x"]]}, ["header"], "ingress"),
    ("announce", {"headers": SERVICE * 2}, ["header.service"], "ingress"),
    ("announce", {"headers": [["service", "advisor"]]}, ["header.service"], "ingress"),
    ("announce", {"key": "k"}, ["key"], "ingress"),
    ("announce", {"value": {**ANNOUNCE, "principal": "x"}}, ["value.principal"], "ingress"),
    ("announce", {"value": {**ANNOUNCE, "size": -1}}, ["value.size"], "ingress"),
    ("announce", {"value": {**ANNOUNCE, "b64_identity": "e30="}}, ["value.b64_identity.decoded"], "ingress"),
    (
        "announce",
        {"value": {**ANNOUNCE, "metadata": {**ANNOUNCE["metadata"], "ip_addresses": []}}},
        ["value.metadata.ip_addresses"],
        "ingress",
    ),
    ("payloadStatus", {"value": {**STATUS, "status": "lost"}}, ["value.status"], "ingress"),
    ("payloadStatus", {"key": "k"}, ["key"], "ingress"),
    ("validation", {"value": {**VALIDATION, "validation": "maybe"}}, ["value.validation"], "playbook-dispatcher"),
    ("validation", {"key": "77"}, ["key"], "playbook-dispatcher"),
    ("runnerUpdates", {"key": "1" + ID[1:]}, ["key"], "playbook-dispatcher"),
    (
        "runnerUpdates",
        {"value": {**UPDATE, "events": [{**EVENT, "runner_ident": "x"}]}},
        ["value.events[0]"],
        "playbook-dispatcher",
    ),
    ("runnerUpdates", {"value": b"{"}, ["value"], "playbook-dispatcher"),
    ("runnerUpdates", {"key": "x", "value": b"{"}, ["key", "value"], "playbook-dispatcher"),
    ("rhcMessageIngress", {"key": "other"}, ["key"], "cloud-connector"),
    ("rhcMessageIngress", {"headers": COPIED[:2]}, ["header"], "cloud-connector"),
    ("hostIngress", {"value": {**HOST, "operation": "x"}}, ["value.operation"], "cloud-connector"),
    ("hostIngress", {"key": "11"}, ["key"], "cloud-connector"),
]


@pytest.fixture
def record(seen):
    def make(topic, key, headers, value):
        return seen(
            "kafka",
            "record",
            EDGE,
            {"topic": topic, "partition": 0, "offset": 0, "key": key, "headers": headers, "timestamp": 1},
            value,
            source="kafka",
        )

    return make


@pytest.mark.parametrize("name", GOOD)
def test_good(contracts, record, name):
    event = record(*GOOD[name])
    assert contracts.identify(event) == f"kafka.{name}"
    assert contracts.validate(event) == []


@pytest.mark.parametrize(("name", "change", "places", "role"), BAD)
def test_bad(contracts, record, name, change, places, role):
    topic, key, headers, value = GOOD[name]
    event = record(topic, change.get("key", key), change.get("headers", headers), change.get("value", value))
    found = contracts.validate(event)
    assert [b.place for b in found] == places
    assert {b.role for b in found} == {role}


def test_clauses(contracts, record):
    topic, _, headers, value = GOOD["announce"]
    (found,) = contracts.validate(record(topic, "k", headers, value))
    assert found.clauses == ("ING-12",)


def test_queue_key(contracts, record):
    topic, _, headers, value = GOOD["announce"]
    metadata = {**ANNOUNCE["metadata"], "queue_key": "q"}
    assert contracts.validate(record(topic, "q", headers, {**value, "metadata": metadata})) == []


def test_unknown_topic(contracts, record):
    assert contracts.identify(record("platform.else", None, [], {})) is None


def test_what_the_kit_wrote_is_nobodys(contracts, record):
    event = record(GOOD["rhcMessageIngress"][0], "other", [["topic", "else"], ["x-hopcheck-case", ""]], b"x")
    assert contracts.identify(event) == "case.kafka"
    assert contracts.validate(event) == []
    assert contracts.exercised(event) == set()


def test_exercised(contracts, record):
    topic, key, headers, value = GOOD["announce"]
    found = {"ING-09", "ING-10", "ING-12", "ING-13"}
    assert contracts.exercised(record(topic, key, headers, value)) >= found | {"SRV-073"}
    advisor = contracts.exercised(record(topic, key, [["service", "advisor"]], {**value, "service": "advisor"}))
    assert advisor >= found
    assert "SRV-073" not in advisor
    assert contracts.exercised(record(topic, key, headers, b"{")) == {"ING-09", "ING-10"}
