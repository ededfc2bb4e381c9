from __future__ import annotations

import json

import pytest

from fakes.cloud_connector.presence import Presence
from fakes.cloud_connector.tenants import ClientIdMap, Tenant

FACTS = {"fqdn": "a", "insights_id": "no uuid"}


class Host:
    def __init__(self, connections, path):
        path.write_text(json.dumps({"a-host": {"orgId": "1", "accountId": "2"}, "orphan": {"error": "x"}}))
        self.recorded = []
        tenants = ClientIdMap(path, Tenant("10000", "111000"))
        self.presence = Presence(connections, tenants, self.recorded.append)
        self.connections = connections

    def say(self, client_id="a-host", message_id="m1", second=1, type="connection-status", **content):
        known = {"state": "online", "canonical_facts": FACTS, "dispatchers": {"d": {}}, "tags": {"t": "1"}}
        envelope = {
            "type": type,
            "message_id": message_id,
            "response_to": "",
            "version": 1,
            "sent": f"2026-01-01T00:00:0{second}Z",
            "content": known | content,
        }
        self.presence.handle(client_id, json.dumps(envelope).encode())

    @property
    def row(self):
        return self.connections.get("a-host")


@pytest.fixture
def host(connections, tmp_path):
    return Host(connections, tmp_path / "map.json")


def test_online_registers(host):
    host.say()
    assert (host.row.org_id, host.row.account, host.row.message_id) == ("1", "2", "m1")
    assert host.row.canonical_facts == {"fqdn": "a"}
    assert host.recorded == [host.row]


def test_second_online_replaces_dispatchers_and_tags(host):
    host.say()
    host.say(message_id="m2", second=2, dispatchers={"e": {}}, tags=None, canonical_facts={})
    assert (host.row.dispatchers, host.row.tags, host.row.canonical_facts) == ({"e": {}}, None, {"fqdn": "a"})


@pytest.mark.parametrize(
    ("message_id", "second", "taken"), [("m1", 5, False), ("m2", 1, False), ("m2", 2, True), ("m2", 3, True)]
)
def test_duplicates_and_old_ones_are_ignored(host, message_id, second, taken):
    host.say(second=2)
    host.say(message_id=message_id, second=second, tags={"new": "1"})
    assert (host.row.tags == {"new": "1"}) is taken
    assert len(host.recorded) == 1 + taken


def test_offline_removes_however_old(host):
    host.say(second=5)
    host.say(message_id="will", second=1, state="offline", canonical_facts=None, dispatchers=None)
    assert host.row is None


def test_little_is_enough(host):
    host.say(canonical_facts=None, dispatchers=None, tags=None)
    assert host.row.canonical_facts == {}


def test_host_without_tenant_is_kept(host):
    host.say("orphan")
    assert host.connections.get("orphan").org_id == ""
    assert host.connections.find("10000", "orphan", relaxed=True) is None


def test_unlisted_host_gets_the_default_tenant(host):
    host.say("stranger")
    assert host.connections.get("stranger").org_id == "10000"


@pytest.mark.parametrize(
    "content",
    [
        {"state": "away"},
        {"state": None},
        {"canonical_facts": []},
        {"type": "event"},
        {"type": "?"},
        {"message_id": "m" * 41},
    ],
)
def test_odd_messages_change_nothing_and_stop_nothing(host, content):
    host.say(**content)
    assert host.row is None
    assert host.recorded == []
    host.say(message_id="m2")
    assert host.row


def test_garbage_changes_nothing(host):
    host.presence.handle("a-host", b"{")
    assert host.row is None
