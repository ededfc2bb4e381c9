"""Playbook Dispatcher's stand-in without a process: records and uploads of any kind are judged, and lose nothing."""

import json
import lzma
from base64 import b64encode
from dataclasses import replace
from uuid import uuid4

import orjson
import pytest

from fakes.playbook_dispatcher.config import Config
from fakes.playbook_dispatcher.record import CORRELATION_ID, REQUEST_ID, Record
from fakes.playbook_dispatcher.response_consumer import ResponseConsumer
from fakes.playbook_dispatcher.run import Run, RunHost
from fakes.playbook_dispatcher.store import Store
from fakes.playbook_dispatcher.upload import GZIP, XZ
from fakes.playbook_dispatcher.validator import Validator
from hopcheck.generated.messages import KAFKA, LINES
from hopcheck.generated.messages_sequence import sequences

ANNOUNCE = "platform.upload.announce"
CORRELATION = str(uuid4())
START = json.dumps(
    {
        "event": "executor_on_start",
        "uuid": str(uuid4()),
        "counter": -1,
        "start_line": 0,
        "end_line": 0,
        "event_data": {"crc_dispatcher_correlation_id": CORRELATION},
    }
).encode()
IDENTITY = b64encode(b'{"identity":{"type":"User","org_id":"1"}}').decode()
MOMENT = "2026-11-23T18:08:32Z"
UPLOAD = START + b"\n"


def record(message):
    key, headers = message.beside.get("key"), message.beside.get("headers", {"service": "playbook"})
    return Record(ANNOUNCE, message.data, key, headers)


def announce(**members):
    known = {"account": "1", "org_id": "1", "request_id": "the-last", "service": "playbook", "size": len(UPLOAD)}
    return json.dumps(
        {**known, "url": "https://localhost/", "b64_identity": IDENTITY, "timestamp": MOMENT, **members}
    ).encode()


@pytest.fixture
def config(tmp_path):
    return replace(Config.from_env({}), state=tmp_path / "state.sqlite3")


def test_what_is_announced(generated, put, config):
    validator = Validator(config, lambda url: UPLOAD)

    def announced(messages):
        for message in messages:
            answers = list(validator.handle(record(message)))
            right = message.kind in ("valid", "duplicate", "reordered", "stale")
            services = message.beside["headers"].get("service") in ("playbook", "playbook-sat")
            value = parsed(message.data)
            if right and services and generated.holds(KAFKA, "announce", value) and value["org_id"]:
                assert answers, "SRV-068"
                assert json.loads(answers[0].value)["validation"] in ("success", "failure")
                for answer in answers[1:]:
                    assert generated.holds(KAFKA, "runnerUpdates", json.loads(answer.value)), answer
        assert len(list(validator.handle(Record(ANNOUNCE, announce(), None, {"service": "playbook"})))) == 2

    put(KAFKA, "Dispatcher reads announces", sequences(generated.of(KAFKA, "announce")), announced)


def parsed(data):
    """As what has integers of 64 bits reads it."""
    try:
        return orjson.loads(data)
    except ValueError:
        return None


@pytest.mark.parametrize("service", ["playbook", "playbook-sat"])
def test_what_is_uploaded(generated, put, config, service):
    packed = [lambda data: data, lambda data: lzma.compress(data, preset=0)[:-9]]

    def uploaded(messages):
        body = b"".join(message.data.replace(b"\n", b"") + b"\n" for message in messages)
        if service == "playbook":
            body = UPLOAD + body
        for pack in packed:
            content = pack(body)
            validator = Validator(config, lambda url, content=content: content)
            asked = Record(ANNOUNCE, announce(size=max(1, len(content))), None, {"service": service})
            answers = [json.loads(each.value) for each in validator.handle(asked)]
            # Two bytes at least, and none that say they are compressed: others are lost, about which nobody is told.
            if pack is packed[0] and len(content) > 1 and not content.startswith((GZIP, XZ)):
                lines = [line for line in body.split(b"\n") if line.strip()]
                fits = bool(lines) and len(content) <= config.artifact_max_size
                every = fits and all(line == START or keeps(generated, service, line) for line in lines)
                assert not every or answers[0]["validation"] == "success", "SRV-065"
                assert answers[0]["validation"] == "failure" or len(answers) == 2, "SRV-068"
                for update in answers[1:] if every else ():
                    assert generated.holds(KAFKA, "runnerUpdates", update), update

    put(LINES, f"Dispatcher reads uploads of {service}", sequences(generated.of(LINES, service)), uploaded)


def keeps(generated, service, line):
    return generated.holds(LINES, service, parsed(line))


@pytest.mark.parametrize("service", ["playbook", "playbook-sat"])
def test_what_updates_runs(generated, put, config, service):
    store = Store(config.state)
    consumer = ResponseConsumer(store)
    run = Run("r", "1", "host", CORRELATION, "https://localhost/", service, "a run", "", "u", 60)
    store.add(run, [RunHost("r", "localhost", inventory_id=str(uuid4()))])

    def updates(messages):
        for number, message in enumerate(messages):
            events = b"[" + message.data + b"]" if number % 2 else b"[" + START + b"," + message.data + b"]"
            told = b'{"org_id":"1","request_id":"r","b64_identity":"","upload_timestamp":"","events":' + events + b"}"
            headers = {REQUEST_ID: "r", CORRELATION_ID: CORRELATION, "service": service}
            assert list(consumer.handle(Record(consumer.topic, told, CORRELATION, headers))) == []

    put(LINES, f"Dispatcher reads updates of {service}", sequences(generated.of(LINES, service)), updates)
    store.close()


def test_records_of_its_own_topic(generated, put, config):
    store = Store(config.state)
    consumer = ResponseConsumer(store)

    def updates(messages):
        for message in messages:
            assert list(consumer.handle(record(message))) == []

    put(KAFKA, "Dispatcher reads updates", sequences(generated.of(KAFKA, "runnerUpdates")), updates)
    store.close()
