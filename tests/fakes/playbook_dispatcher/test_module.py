from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import confluent_kafka
import pytest
from confluent_kafka import Producer

from fakes.playbook_dispatcher.config import Config
from fakes.playbook_dispatcher.module import Module
from fakes.playbook_dispatcher.record import ANNOUNCE, VALIDATION, Record


@pytest.fixture(scope="module")
def bootstrap() -> Iterator[str]:
    folder = Path(confluent_kafka.__file__).parent.parent / "confluent_kafka.libs"
    rd = ctypes.CDLL(str(next(folder.glob("librdkafka-*"))))
    pointer = ctypes.c_void_p
    for name, result, arguments in (
        ("rd_kafka_new", pointer, [ctypes.c_int, pointer, pointer, ctypes.c_size_t]),
        ("rd_kafka_mock_cluster_new", pointer, [pointer, ctypes.c_int]),
        ("rd_kafka_mock_cluster_bootstraps", ctypes.c_char_p, [pointer]),
        ("rd_kafka_mock_group_initial_rebalance_delay_ms", None, [pointer, ctypes.c_int32]),
        ("rd_kafka_mock_cluster_destroy", None, [pointer]),
        ("rd_kafka_destroy", None, [pointer]),
    ):
        function = getattr(rd, name)
        function.restype, function.argtypes = result, arguments
    client = rd.rd_kafka_new(0, None, None, 0)
    cluster = rd.rd_kafka_mock_cluster_new(client, 1)
    rd.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0)
    yield rd.rd_kafka_mock_cluster_bootstraps(cluster).decode()
    rd.rd_kafka_mock_cluster_destroy(cluster)
    rd.rd_kafka_destroy(client)


class Recorder:
    """Fails on the first record where told; publishes a record for each."""

    def __init__(self, topic: str, fail: bool = False) -> None:
        self.topic, self.fail = topic, fail
        self.seen: list[Record] = []
        self.arrived = threading.Event()

    def handle(self, record: Record) -> Iterator[Record]:
        self.seen.append(record)
        if self.fail:
            raise RuntimeError("no")
        yield Record(self.topic + ".answers", b"answer to " + record.value, "k", {"a": "b"})
        self.arrived.set()


def produce(bootstrap: str, topic: str, value: bytes) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce(topic, value, key="key", headers={"service": "playbook"})
    assert producer.flush(5) == 0


@contextmanager
def run(bootstrap: str, handler: Recorder) -> Iterator[threading.Event]:
    failed = threading.Event()
    config = Config(kafka_bootstrap_servers=bootstrap, kafka_auto_offset_reset="earliest", kafka_group_id=handler.topic)
    module = Module("m", config, handler, failed.set)
    module.start()
    try:
        yield failed
    finally:
        module.stop()


def test_a_record_is_committed_only_when_done(bootstrap: str) -> None:
    topic = f"t{uuid4()}"
    produce(bootstrap, topic, b"one")
    with run(bootstrap, Recorder(topic, fail=True)) as failed:
        assert failed.wait(10)
    again, last = Recorder(topic), Recorder(topic)
    with run(bootstrap, again):
        assert again.arrived.wait(10)
    produce(bootstrap, topic, b"two")
    with run(bootstrap, last):
        assert last.arrived.wait(10)
    assert [record.value for record in again.seen + last.seen] == [b"one", b"two"]
    assert again.seen[0] == Record(topic, b"one", "key", {"service": "playbook"})


def test_the_program_answers_announces_and_ends_on_sigterm(bootstrap: str, tmp_path: Path) -> None:
    produce(bootstrap, ANNOUNCE, json.dumps({"org_id": "1", "size": 0, "request_id": "q"}).encode())
    replies = Recorder(VALIDATION)
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        ports = {"WEB_PORT": str(one.getsockname()[1]), "METRICS_PORT": str(two.getsockname()[1])}
    env = (
        os.environ
        | ports
        | {
            "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
            "KAFKA_AUTO_OFFSET_RESET": "earliest",
            "STATE_DIRECTORY": str(tmp_path),
        }
    )
    command = [sys.executable, "-m", "fakes.playbook_dispatcher", "run", "-m", "api,validator"]
    with run(bootstrap, replies), subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process:
        arrived = replies.arrived.wait(10)
        process.send_signal(signal.SIGTERM)
        status = process.wait(10)
    assert arrived
    assert json.loads(replies.seen[0].value) == {
        "account": "",
        "org_id": "1",
        "size": 0,
        "request_id": "q",
        "validation": "failure",
    }
    assert status == 0
