from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer

from hopcheck.taps.kafka import KafkaTap
from hopcheck.topology.kafka_mock import MockCluster
from hopcheck.trace import Event, Redactor, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "trace", Redactor(b"key"))
    yield made
    made.close()


@pytest.fixture
def cluster() -> Iterator[MockCluster]:
    with MockCluster({"announce": 1, "wide": 3}) as made:
        yield made


@pytest.fixture
def producer(cluster: MockCluster) -> Producer:
    return Producer(
        {
            "bootstrap.servers": cluster.bootstrap,
            "linger.ms": 0,
            "log_level": 0,
            "reconnect.backoff.ms": 10,
            "reconnect.backoff.max.ms": 50,
        }
    )


def test_records_of_before_and_after_the_start_are_seen(store: Store, cluster: MockCluster, producer: Producer) -> None:
    producer.produce("announce", b"early")
    producer.flush(5)
    tap = KafkaTap(store, bootstrap=cluster.bootstrap, topics=["announce", "wide"])
    tap.start()
    producer.produce(
        "announce", b'{"a":1}', key="kéy", headers=[("service", b"playbook"), ("none", None)], timestamp=1700000000123
    )
    producer.flush(5)
    tap.drain()
    tap.stop()
    first, second = store.events
    assert first.payload is not None
    assert (first.payload.data, first.attrs["offset"], first.attrs["key"]) == (b"early", 0, None)
    assert second.payload is not None
    assert second.payload.json == {"a": 1}
    assert second.attrs == {
        "topic": "announce",
        "partition": 0,
        "offset": 1,
        "key": "kéy",
        "headers": [["service", "playbook"], ["none", ""]],
        "timestamp": 1700000000123,
    }
    assert (second.protocol, second.op, second.edge) == ("kafka", "record", "ingress>playbook-dispatcher")
    assert (second.tap, second.source, second.target) == ("kafka:observer", "kafka", "kafka")


def test_every_partition_is_read_and_counted(store: Store, cluster: MockCluster, producer: Producer) -> None:
    tap = KafkaTap(store, bootstrap=cluster.bootstrap, topics=["announce", "wide"])
    tap.start()
    assert tap.counts() == {"announce": 0, "wide": 0}
    for number in range(60):
        producer.produce("wide", str(number).encode(), partition=number % 3)
    producer.produce("announce", None)
    producer.flush(5)
    tap.drain()
    assert tap.counts() == {"announce": 1, "wide": 60}
    tap.stop()
    assert sorted(int(e.payload.data) for e in store.where(topic="wide") if e.payload) == list(range(60))
    assert [event.payload for event in store.where(topic="announce")] == [None]


def test_two_taps_see_the_same_because_neither_joins_a_group(
    store: Store, cluster: MockCluster, producer: Producer
) -> None:
    taps = [KafkaTap(store, bootstrap=cluster.bootstrap, topics=["announce"]) for _ in range(2)]
    for tap in taps:
        tap.start()
    producer.produce("announce", b"x")
    producer.flush(5)
    for tap in taps:
        tap.drain()
        tap.stop()
    assert len(store) == 2


def test_a_topic_that_does_not_exist_is_an_error_and_is_not_made(store: Store, cluster: MockCluster) -> None:
    for _ in range(2):
        with pytest.raises(LookupError, match="announcement"):
            KafkaTap(store, bootstrap=cluster.bootstrap, topics=["announce", "announcement"]).start()


def test_a_broker_that_is_not_there_is_an_error(store: Store) -> None:
    with pytest.raises(KafkaException):
        KafkaTap(store, bootstrap="127.0.0.1:1", topics=["announce"]).start(timeout=0.05)


def test_the_tap_reads_on_after_the_broker_was_down(store: Store, cluster: MockCluster, producer: Producer) -> None:
    tap = KafkaTap(store, bootstrap=cluster.bootstrap, topics=["announce"])
    tap.start()
    cluster.down()
    cluster.up()
    producer.produce("announce", b"again")
    assert producer.flush(10) == 0
    store.wait_for(lambda e: e.payload is not None and e.payload.data == b"again", what="the record", timeout=10)
    tap.stop()


def full(event: Event) -> None:
    raise OSError("disk full")


def test_a_failure_of_the_tap_ends_waits_and_is_raised(store: Store, cluster: MockCluster, producer: Producer) -> None:
    tap = KafkaTap(store, bootstrap=cluster.bootstrap, topics=["announce"])
    tap.start()
    store.subscribe(full)
    producer.produce("announce", b"x")
    producer.flush(5)
    with pytest.raises(AssertionError, match="kafka:observer failed"):
        store.wait_for(lambda e: False, what="nothing", timeout=5)
    with pytest.raises(OSError, match="disk full"):
        tap.stop()
