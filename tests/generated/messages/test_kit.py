"""Whatever passes a tap: the kit writes it down, reads it back, judges it twice alike, and shows it."""

import random
from itertools import count
from types import SimpleNamespace

import orjson
import pytest
from dbus_fast import Message as BusMessage

from hopcheck.checks.contracts import Checker, Contracts
from hopcheck.generated.messages import DBUS, KAFKA, LINES, MQTT
from hopcheck.generated.messages_sequence import sequences
from hopcheck.home import CONTRACTS
from hopcheck.report.page.detail import detail
from hopcheck.taps.dbus import BusTap
from hopcheck.taps.http import draft
from hopcheck.taps.http.splitter import requests
from hopcheck.taps.kafka import KafkaTap
from hopcheck.taps.mqtt.decode import Decoder, Packet
from hopcheck.trace import Draft, Redactor, Store, load

HOST = "74498255-c45e-42fd-a169-c5b29f8afc98"
WORKER = "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook"
SENDERS = {"in": ("cloud-connector", "broker", "connector"), "out": ("rhc", "broker", "host")}


@pytest.fixture(scope="module")
def contracts():
    return Contracts.load(CONTRACTS)


@pytest.fixture
def recorded(tmp_path, contracts):
    """Lets a tap record into a new trace, which is read back as it was, judged and shown; what the judge says of it."""
    numbers = count()

    def run(tap):
        store = Store(tmp_path / str(next(numbers)), Redactor(b"key", ["a secret of this run"]))
        tap(store)
        store.close()
        read = list(load(store.path))
        assert [event.as_dict() for event in read] == [event.as_dict() for event in store]
        verdicts = list(checked_twice(contracts, read))
        for event in read:
            orjson.dumps(detail(event))
        return verdicts

    return run


def packet(topic, data):
    head = len(topic).to_bytes(2, "big") + topic.encode() + b"\0\1" + data
    size, length = len(head), b""
    while size or not length:
        size, low = divmod(size, 128)
        length += bytes([low | (128 if size else 0)])
    return b"\x32" + length + head


def published(message, cut):
    topic = f"redhat/insights/{HOST}/{message.beside['topic']}"
    source, target, leg = SENDERS[topic.rpartition("/")[2]]
    raw, decoder = packet(topic, message.data), Decoder()
    found = [each for piece in (raw[:cut], raw[cut:]) for _, each in decoder.feed(piece)]
    assert [type(each) for each in found] == [Packet]
    assert found[0].payload == message.data
    attrs = {**found[0].fields, "connection": "c1", "leg": leg, "client_id": HOST}
    return Draft("mqtt", "rhc<>cloud-connector", "mqtt", "PUBLISH", source, target, None, HOST, attrs, message.data)


def checked_twice(contracts, events):
    first, second = Checker(contracts), Checker(contracts)
    for event in events:
        one, two = first.check(event), second.check(event)
        assert (one.message, one.breaches, one.exercised) == (two.message, two.breaches, two.exercised)
        yield one


@pytest.mark.parametrize("direction", ["in", "out"])
def test_mqtt(generated, put, recorded, direction):
    names = {"in": ["command", "data"], "out": ["connectionStatus", "event", "dataOut"]}[direction]

    def seen(messages):
        drafts = [published(message, len(message.data) % 7) for message in messages]
        verdicts = recorded(lambda store: [store.append(each) for each in drafts])
        for message, verdict in zip(messages, verdicts, strict=True):
            assert message.kind != "valid" or not verdict.breaches, message

    put(MQTT, f"the kit sees {'/'.join(names)}", sequences(generated.any_of(MQTT, *names)), seen)


def test_kafka(generated, put, recorded):
    names = generated.names(KAFKA)
    topics = {
        "announce": "platform.upload.announce",
        "payloadStatus": "platform.payload-status",
        "validation": "platform.upload.validation",
        "runnerUpdates": "platform.playbook-dispatcher.runner-updates",
        "hostIngress": "platform.inventory.host-ingress-p1",
    }

    def record(message):
        key, headers = message.beside["key"], message.beside["headers"]
        return SimpleNamespace(
            topic=lambda: topics[message.name],
            partition=lambda: 0,
            offset=lambda: 1,
            key=lambda: key if key is None else key.encode(),
            headers=lambda: [(name, value.encode()) for name, value in headers.items()],
            timestamp=lambda: (0, 1),
            value=lambda: message.data,
        )

    def seen(messages):
        recorded(lambda store: [KafkaTap._record(SimpleNamespace(name="k", _store=store), record(m)) for m in messages])

    put(KAFKA, "the kit sees a record", sequences(generated.any_of(KAFKA, *names)), seen)


def tap_on(store):
    """The bus's tap as it is once it was attached."""
    tap = BusTap(store, address="unix:path=/nowhere", host=HOST)
    tap._ready = SimpleNamespace(is_set=lambda: True)
    tap._asker = tap._monitor = SimpleNamespace(unique_name=":1.1")
    return tap


def test_dbus(generated, put, recorded):
    names = generated.names(DBUS)

    def called(message):
        interface, member = message.name.split(".")
        name = f"com.redhat.Yggdrasil1.{interface}"
        signature = "sss" if member == "Cancel" else "sssa{ss}ay"
        args = message.beside["args"] if member == "Cancel" else [*message.beside["args"], message.data]
        path = f"/com/redhat/Yggdrasil1/{interface}"
        call = BusMessage(destination=name, path=path, interface=name, member=member, signature=signature, body=args)
        call.sender, call.serial = ":1.7", 9
        return call

    def seen(messages):
        recorded(lambda store: [tap_on(store)._observe(called(message)) for message in messages])

    put(DBUS, "the kit sees a call", sequences(generated.any_of(DBUS, *names)), seen)


def test_event_lines(generated, put, recorded):
    hop = draft.Hop("http", "rhc>ingress", "rhc", "ingress", "x", HOST)

    def seen(messages):
        body = b"".join(message.data + b"\n" for message in messages)
        part = b'Content-Disposition: form-data; name="file"; filename="runner-events"\r\n'
        part += b"Content-Type: application/vnd.redhat.playbook.v1+jsonl\r\n\r\n" + body
        form = b"--b\r\n" + part + b"\r\n--b--\r\n"
        head = b"POST /api/ingress/v1/upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        raw = head + b"Content-Length: %d\r\n\r\n" % len(form) + form
        splitter, cut = requests(), random.Random(len(raw)).randrange(len(raw))
        marks = [mark for piece in (raw[:cut], raw[cut:]) for mark in splitter.feed(piece)]
        [whole] = [mark.message for mark in marks if mark.kind == "end"]
        recorded(lambda store: store.append(draft.request(hop, whole, None, ())))

    lines = generated.any_of(LINES, "playbook", "playbook-sat")
    put(LINES, "the kit sees an upload", sequences(lines), seen)


def test_bytes_that_are_no_packets(generated, put):
    def seen(messages):
        for message in messages:
            # What is oversized is more of the same, of which any two bytes may be a packet.
            data = message.data[:2048]
            decoder = Decoder()
            packets = [*decoder.feed(data), *decoder.eof()]
            assert b"".join(raw for raw, _ in packets) == data
            splitter = requests()
            [*splitter.feed(data), *splitter.eof(True)]

    put(MQTT, "bytes that are no packets", sequences(generated.any_of(MQTT, "command")), seen)
