"""Delivering a Kafka record twice, as a broker may that promises at least once."""

from __future__ import annotations

from confluent_kafka import Consumer, KafkaException, TopicPartition

from hopcheck.topology.stage import Stage
from hopcheck.trace import Event, TraceTimeout

READ_S = 10.0


def deliver_again(stage: Stage, event: Event) -> None:
    """Write what was seen once more, in the kit's name. The trace has it redacted, so it is read where it lies.

    Raises `TraceTimeout` where Kafka gives it back no more.
    """
    attrs = event.attrs
    place = TopicPartition(attrs["topic"], attrs["partition"], attrs["offset"])
    bootstrap = str(stage.topology.kafka.bootstrap)
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "hopcheck-again", "enable.auto.commit": False})
    try:
        consumer.assign([place])
        message = consumer.poll(READ_S)
    except KafkaException as error:
        raise TraceTimeout(f"Kafka does not give a record back: {error}") from error
    finally:
        consumer.close()
    if message is None or message.error() is not None:
        raise TraceTimeout(f"Kafka does not give the record {place} back: {message and message.error()}")
    headers = {name: (value or b"").decode() for name, value in message.headers() or []}
    key, value = message.key() or b"", message.value() or b""
    stage.scene.record(attrs["topic"], key.decode(), value, **headers)
