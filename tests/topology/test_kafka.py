from contextlib import AsyncExitStack

import pytest
from confluent_kafka import Producer

from hopcheck.topology.kafka import Kafka
from hopcheck.topology.process import StartError
from hopcheck.topology.roles import TOPICS
from hopcheck.trace import Redactor, Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path, Redactor(b"key"))
    yield store
    store.close()


async def test_the_kits_own_is_read_from_the_first_record_on(store):
    kafka = Kafka(store, None)
    assert (kafka.bootstrap, kafka.described) == (None, "librdkafka mock cluster (embedded)")
    async with AsyncExitStack() as opened:
        await kafka.open(opened)
        topic = next(iter(TOPICS))
        producer = Producer({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
        producer.produce(topic, b"value")
        assert producer.flush(5) == 0
        await kafka.catch_up()
        await kafka.count()
    assert [(event.attrs["topic"], event.payload.data) for event in store] == [(topic, b"value")]
    assert kafka.counts == {name: int(name == topic) for name in TOPICS}


async def test_the_kits_own_goes_and_comes(store):
    kafka = Kafka(store, None)
    async with AsyncExitStack() as opened:
        await kafka.open(opened)
        await kafka.take_away()
        producer = Producer({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
        producer.produce(next(iter(TOPICS)), b"late")
        assert producer.flush(0.3) == 1
        await kafka.bring_back()
        assert producer.flush(5) == 0


async def test_a_given_one_is_never_taken_away(store):
    kafka = Kafka(store, "127.0.0.1:9")
    assert (kafka.bootstrap, kafka.described) == ("127.0.0.1:9", "external")
    with pytest.raises(StartError, match="leave --bootstrap out"):
        await kafka.take_away()
    await kafka.bring_back()
    await kafka.catch_up()
    await kafka.count()
    assert kafka.counts == {}
