from __future__ import annotations

import base64
import json

import pytest

from fakes.cloud_connector.inventory import Recorder

FACTS = {"fqdn": "a", "ip_addresses": ["::1"], "mac_addresses": [], "bios_uuid": "", "number": 1}


@pytest.fixture
def recorded():
    records = []
    recorder = Recorder(lambda record, done: records.append(record), "topic", "cloud-connector", 26)

    def record(connection):
        recorder(connection)
        return records

    return record


def test_host_is_added(recorded, make_connection):
    (record,) = recorded(make_connection(canonical_facts=FACTS, tags={"a": "b"}))
    value = json.loads(record.value)
    assert (record.topic, record.key, record.headers) == ("topic", b"5318290", ())
    assert value["operation"] == "add_host"
    assert value["data"].pop("stale_timestamp").endswith("Z")
    assert value["data"] == {
        "fqdn": "a",
        "ip_addresses": ["::1"],
        "account": "901578",
        "org_id": "5318290",
        "reporter": "cloud-connector",
        "system_profile": {"rhc_client_id": "a-host", "owner_id": "a-host"},
        "tags": {"rhc_client": {"a": ["b"]}},
    }
    identity = json.loads(base64.b64decode(value["platform_metadata"]["b64_identity"]))["identity"]
    assert (identity["org_id"], identity["auth_type"]) == ("5318290", "cert-auth")


@pytest.mark.parametrize(
    "change", [{"org_id": ""}, {"canonical_facts": {}}, {"dispatchers": {"other": {}}}, {"dispatchers": None}]
)
def test_others_are_not(recorded, make_connection, change):
    assert recorded(make_connection(**change)) == []
