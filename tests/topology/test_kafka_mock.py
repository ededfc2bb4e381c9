from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer

from hopcheck.topology import kafka_mock
from hopcheck.topology.kafka_mock import KafkaMockUnavailable, MockCluster


@pytest.fixture
def cluster() -> Iterator[MockCluster]:
    with MockCluster({"platform.upload.announce": 1, "wide": 3}) as made:
        yield made


def consumer(bootstrap: str) -> Consumer:
    return Consumer(
        {"bootstrap.servers": bootstrap, "group.id": "g", "auto.offset.reset": "earliest", "fetch.wait.max.ms": 10}
    )


def test_topics_are_there_with_their_partitions(cluster: MockCluster) -> None:
    reader = consumer(cluster.bootstrap)
    topics = reader.list_topics(timeout=5).topics
    reader.close()
    assert {name: len(topic.partitions) for name, topic in topics.items()} == {"platform.upload.announce": 1, "wide": 3}


def test_a_group_gets_its_first_record_without_the_rebalance_delay(cluster: MockCluster) -> None:
    producer = Producer({"bootstrap.servers": cluster.bootstrap, "log_level": 0})
    producer.produce("platform.upload.announce", b"value", key=b"key", headers=[("service", b"playbook")])
    producer.flush(5)
    began = time.monotonic()
    reader = consumer(cluster.bootstrap)
    reader.subscribe(["platform.upload.announce"])
    message = reader.poll(5)
    took = time.monotonic() - began
    reader.close()
    assert message is not None
    assert (message.value(), message.key(), message.headers()) == (b"value", b"key", [("service", b"playbook")])
    assert took < 2.5


def test_what_is_sent_while_the_broker_is_down_arrives_when_it_is_up(cluster: MockCluster) -> None:
    producer = Producer(
        {
            "bootstrap.servers": cluster.bootstrap,
            "reconnect.backoff.ms": 10,
            "reconnect.backoff.max.ms": 50,
            "linger.ms": 0,
            "log_level": 0,
        }
    )
    producer.list_topics(timeout=5)
    cluster.down()
    producer.produce("wide", b"late")
    assert producer.flush(0.2) == 1
    cluster.up()
    assert producer.flush(10) == 0


def test_an_advertised_address_replaces_the_own_one(cluster: MockCluster) -> None:
    cluster.advertise("127.0.0.1", 9)
    reader = consumer(cluster.bootstrap)
    brokers = reader.list_topics(timeout=5).brokers
    reader.close()
    assert [str(broker) for broker in brokers.values()] == ["127.0.0.1:9/1"]


def test_a_closed_cluster_says_so_and_closes_twice() -> None:
    cluster = MockCluster({})
    cluster.close()
    cluster.close()
    with pytest.raises(RuntimeError, match="is closed"):
        cluster.down()


def test_a_bad_topic_is_an_error() -> None:
    with pytest.raises(ValueError, match="'none'"):
        MockCluster({"none": 0})


def test_a_missing_symbol_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kafka_mock._SIGNATURES, "rd_kafka_mock_nothing", (None, ()))
    with pytest.raises(KafkaMockUnavailable, match="no function rd_kafka_mock_nothing"):
        MockCluster({})


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Spec:
        origin = str(tmp_path / "confluent_kafka" / "__init__.py")

    with monkeypatch.context() as without_library:
        without_library.setattr(kafka_mock.importlib.util, "find_spec", lambda name: Spec)
        with pytest.raises(KafkaMockUnavailable, match=r"no librdkafka in .*confluent_kafka\.libs"):
            MockCluster({})
        without_library.setattr(kafka_mock.importlib.util, "find_spec", lambda name: None)
        with pytest.raises(KafkaMockUnavailable, match="not installed"):
            MockCluster({})
