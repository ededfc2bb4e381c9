"""Kafka: records out, each with a call when its fate is known, and records in, one by one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from confluent_kafka import OFFSET_STORED, KafkaException, TopicPartition
from confluent_kafka import Consumer as ConsumerClient
from confluent_kafka import Producer as ProducerClient

log = logging.getLogger(__name__)
TICK = 0.1


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record; header values as bytes."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of that name, as text."""
        return next((value.decode("utf-8", "replace") for key, value in self.headers if key == name), None)


class Producer:
    """Sends records; those with the same key stay in order (CON-47)."""

    def __init__(self, brokers: str, **settings: Any) -> None:
        self._client = ProducerClient(
            {
                "bootstrap.servers": brokers,
                "linger.ms": 0,
                "socket.nagle.disable": True,
                "reconnect.backoff.max.ms": 500,
                "message.timeout.ms": 10_000,
                # A retry must not overtake.
                "max.in.flight.requests.per.connection": 1,
                **settings,
            }
        )
        self._stopping = threading.Event()
        self._poller = threading.Thread(target=self._poll, name="kafka-producer", daemon=True)
        self._poller.start()

    def send(self, record: Record, done: Callable[[str | None], None]) -> None:
        """Send without waiting; `done` gets None once it is stored, else the error. Any thread calls it."""
        try:
            self._client.produce(
                record.topic,
                record.value,
                record.key,
                headers=list(record.headers),
                on_delivery=lambda error, _: done(None if error is None else str(error)),
            )
        except (BufferError, KafkaException) as error:
            done(str(error))

    def close(self, timeout: float = 1.0) -> None:
        """Give what is queued `timeout` seconds."""
        self._client.flush(timeout)
        self._stopping.set()
        self._poller.join()

    def _poll(self) -> None:
        while not self._stopping.is_set():
            self._client.poll(TICK)


class Consumer:
    """Gives every record of a topic to `take`, in a thread of its own, and commits it afterwards.

    An exception from `take` leaves its record uncommitted, ends the thread and goes to `on_failure`.
    """

    def __init__(
        self, brokers: str, group: str, topic: str, take: Callable[[Record], None],
        on_failure: Callable[[str], None], **settings: Any,
    ) -> None:  # fmt: skip
        self._client = ConsumerClient(
            {
                "bootstrap.servers": brokers,
                "group.id": group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 10,
                "socket.nagle.disable": True,
                "reconnect.backoff.max.ms": 500,
                # The topic may come after us.
                "topic.metadata.refresh.interval.ms": 1000,
                **settings,
            }
        )
        self._topic, self._take, self._on_failure = topic, take, on_failure
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._consume, name="kafka-consumer", daemon=True)

    def start(self) -> None:
        """Begin, as soon as the topic is there, behind the last record that was committed."""
        self._thread.start()

    def close(self, timeout: float = 1.0) -> None:
        """End after the record at hand; wait `timeout` seconds for that."""
        self._stopping.set()
        self._thread.join(timeout)

    def _consume(self) -> None:
        try:
            # Partitions are taken, not negotiated: a mock cluster lets nobody join a classic group a second time.
            self._client.assign(self._partitions())
            while not self._stopping.is_set():
                message = self._client.poll(TICK)
                if message is None:
                    continue
                if message.error():
                    log.warning("%s: %s", self._topic, message.error())
                    continue
                self._take(read_record(message))
                self._client.commit(message, asynchronous=False)
        except Exception as error:
            self._on_failure(f"{self._topic}: {error!r}")
        finally:
            self._client.close()

    def _partitions(self) -> list[TopicPartition]:
        """All of the topic's, each from the committed offset; none where the process stops first."""
        while not self._stopping.is_set():
            try:
                found = self._client.list_topics(self._topic, timeout=1).topics[self._topic]
            except KafkaException as error:
                log.warning("%s: %s", self._topic, error.args[0])
            else:
                if found.error is None and found.partitions:
                    return [TopicPartition(self._topic, number, OFFSET_STORED) for number in found.partitions]
            self._stopping.wait(TICK)
        return []


def read_record(message: Any) -> Record:
    """A consumed message as a record."""
    headers = tuple((key, value or b"") for key, value in message.headers() or ())
    return Record(message.topic(), message.key() or b"", message.value() or b"", headers)
