from __future__ import annotations

import threading

import pytest
from confluent_kafka import Producer as Client

from fakes.cloud_connector.kafka import Consumer, Producer, Record

# Members of the newer protocol are assigned at once by the mock broker.
AT_ONCE = {"group.protocol": "consumer"}


class Inbox:
    def __init__(self):
        self.items, self._more = [], threading.Condition()

    def __call__(self, item):
        with self._more:
            self.items.append(item)
            self._more.notify_all()

    def wait(self, count):
        with self._more:
            assert self._more.wait_for(lambda: len(self.items) >= count, 8), self.items
        return list(self.items)


@pytest.fixture
def brokers():
    cluster = Client({"test.mock.num.brokers": 1, "bootstrap.servers": "", "log_level": 0})
    (broker,) = cluster.list_topics(timeout=5).brokers.values()
    yield f"{broker.host}:{broker.port}"
    cluster.flush(0)


@pytest.fixture
def producer(brokers):
    producer = Producer(brokers)
    yield producer
    producer.close()


def records(number):
    return [Record("t", b"host", b"%d" % n, (("topic", b"x"),)) for n in range(number)]


def test_records_of_a_host_arrive_in_order(brokers, producer):
    stored, read = Inbox(), Inbox()
    for record in records(50):
        producer.send(record, stored)
    assert stored.wait(50) == [None] * 50
    consumer = Consumer(brokers, "g", "t", read, pytest.fail, **AT_ONCE)
    consumer.start()
    assert read.wait(50) == records(50)
    consumer.close()


def test_failed_record_is_read_again(brokers, producer):
    stored, failures, read = Inbox(), Inbox(), Inbox()
    for record in records(2):
        producer.send(record, stored)
    stored.wait(2)

    def fail_on_second(record):
        if record.value == b"1":
            raise RuntimeError("broken table")

    first = Consumer(brokers, "g", "t", fail_on_second, failures, **AT_ONCE)
    first.start()
    assert "broken table" in failures.wait(1)[0]
    first.close(5)
    second = Consumer(brokers, "g", "t", read, pytest.fail, **AT_ONCE)
    second.start()
    assert read.wait(1)[0].value == b"1"
    second.close()


def test_undelivered_record_is_told():
    told = Inbox()
    producer = Producer("127.0.0.1:1", **{"message.timeout.ms": 50, "log_level": 0})
    producer.send(records(1)[0], told)
    assert told.wait(1)[0] is not None
    producer.close(0)


def test_too_large_a_record_is_told_at_once():
    told = Inbox()
    producer = Producer("127.0.0.1:1", log_level=0)
    producer.send(Record("t", b"k", b"x" * 1_100_000), told)
    assert told.items[0] is not None
    producer.close(0)


def test_headers_by_name():
    record = Record("t", b"", b"", (("a", b"1"), ("a", b"2")))
    assert (record.header("a"), record.header("b")) == ("1", None)
