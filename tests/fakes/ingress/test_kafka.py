from __future__ import annotations

import threading

import pytest

from fakes.ingress.kafka import Producer, Record

MOCK = {"test.mock.num.brokers": 1}


@pytest.fixture
def producer():
    producer = Producer("", **MOCK)
    yield producer
    producer.close()


@pytest.fixture
def delivered(monkeypatch):
    seen, more = [], threading.Condition()
    original = Producer._delivered

    def note(self, record, error):
        with more:
            seen.append((record.value, error))
            more.notify_all()
        original(self, record, error)

    def wait(count):
        with more:
            assert more.wait_for(lambda: len(seen) >= count, 5), seen
        return list(seen)

    monkeypatch.setattr(Producer, "_delivered", note)
    return wait


def test_records_are_delivered(delivered, producer):
    producer.send(Record("t", b"1", b"k", (("service", b"playbook"),)))
    producer.send(Record("t", b"2"))
    assert sorted(delivered(2)) == [(b"1", None), (b"2", None)]


def test_undelivered_record_is_put_back(delivered, monkeypatch):
    producer = Producer("127.0.0.1:1", **{"message.timeout.ms": 50, "log_level": 0})
    producer.send(Record("t", b"1"))
    first, second = delivered(2)[:2]
    assert first[0] == second[0] == b"1"
    assert first[1] is not None
    producer.close(0)


def test_close_delivers_what_is_queued(producer):
    producer.send(Record("t", b"1"))
    assert producer.close(5) == 0


def test_close_tells_what_is_lost():
    producer = Producer("127.0.0.1:1", log_level=0)
    producer.send(Record("t", b"1"))
    assert producer.close(0) == 1
