"""Cloud Connector's stand-in without a process: what hosts say, and its own records, change what they must."""

import json

import pytest

from fakes.cloud_connector.connections import Connections
from fakes.cloud_connector.copier import Copier, apply
from fakes.cloud_connector.inventory import Recorder
from fakes.cloud_connector.kafka import Record
from fakes.cloud_connector.presence import Presence
from fakes.cloud_connector.tenants import Tenant
from hopcheck.generated.messages import KAFKA, MQTT
from hopcheck.generated.messages_sequence import sequences

PREFIX, TOPIC, HOST, OTHER = "redhat", "from-hosts", "host-1", "host-2"
SAID = ("connectionStatus", "event", "dataOut")


class World:
    def __init__(self, path):
        self.connections = Connections(path)
        self.records, self.told, self.acknowledged, self.failed = [], [], [], []
        record = Recorder(lambda record, done: self.told.append(record), "inventory", "cloud-connector", 26)
        self.presence = Presence(self.connections, self, record)
        self.copier = Copier(PREFIX, TOPIC, self.send, self.acknowledged.append, self.failed.append)

    def tenant(self, client_id):
        return Tenant("5318290", "901578")

    def send(self, record, done):
        self.records.append(record)
        done(None)

    def hear(self, message, number, host=HOST):
        self.copier.take(f"{PREFIX}/insights/{host}/{message.beside['topic']}", message.data, number)
        for record in self.records:
            apply(PREFIX, self.presence, record)
        self.records.clear()
        return self.connections.get(host)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "table.sqlite3")
    yield made
    made.connections.close()


def status(state, message_id="the-last", sent="2096-11-23T18:08:32Z"):
    told = {"type": "connection-status", "message_id": message_id, "response_to": "", "version": 1, "sent": sent}
    return json.dumps({**told, "content": {"state": state, "canonical_facts": {}, "dispatchers": {}}}).encode()


def test_what_hosts_say(generated, put, world):
    def read(message):
        try:
            value = json.loads(message.data.decode())
        except (ValueError, RecursionError):
            return None
        return value if generated.holds(MQTT, "connectionStatus", value) else None

    def says(messages):
        world.connections.unregister(HOST)
        for number, message in enumerate(messages, 1):
            before = world.connections.get(HOST)
            after = world.hear(message, number)
            assert world.acknowledged.pop() == number, "CON-30"
            assert world.failed == []
            value = read(message) if message.beside["topic"] == "control/out" else None
            if value is not None and value["content"]["state"] == "offline":
                assert after is None, "CON-35"
            elif message.kind in ("wrong encoding", "missing") and value is None and message.name != "connectionStatus":
                assert after == before, "CON-43"
            elif value is not None and before is not None and value["message_id"] == before.message_id:
                assert after == before, "CON-36"
            elif (
                value is not None
                and before is None
                and "\0" not in json.dumps(value)
                and "\\u0000" not in json.dumps(value)
            ):
                assert after is not None, "CON-34"
            for record in world.told:
                assert generated.holds(KAFKA, "hostIngress", json.loads(record.value)), record
            world.told.clear()
        message = messages[0]
        last = type(message)(MQTT, "connectionStatus", "valid", "", status("online"), {"topic": "control/out"})
        assert world.hear(last, 99).message_id == "the-last", "CON-34"

    put(MQTT, f"Cloud Connector hears {'/'.join(SAID)}", sequences(generated.any_of(MQTT, *SAID)), says)


def test_its_own_records(generated, put, world):
    """What stands in the topic that it reads, whoever wrote it, and with whatever headers."""
    headers = [
        (("topic", f"{PREFIX}/insights/{HOST}/control/out".encode()),),
        (("topic", b"\xff/insights//control/out"),),
        (("topic", b""), ("topic", f"{PREFIX}/insights/{HOST}/control/out".encode())),
        (),
    ]

    def reads(messages):
        for number, message in enumerate(messages):
            apply(PREFIX, world.presence, Record(TOPIC, HOST.encode(), message.data, headers[number % len(headers)]))
        world.told.clear()

    put(KAFKA, "Cloud Connector reads its records", sequences(generated.any_of(MQTT, *SAID)), reads)
