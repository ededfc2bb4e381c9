"""A Kafka module: consume, handle, publish, then commit."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from confluent_kafka import (
    OFFSET_STORED,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)

from fakes.playbook_dispatcher.config import Config
from fakes.playbook_dispatcher.record import Record

log = logging.getLogger(__name__)


class Handler(Protocol):
    """Turns one record into those to publish; they are delivered one after the other."""

    topic: str

    def handle(self, record: Record) -> Iterator[Record]:
        """Records to publish, in order."""


class Module:
    """One handler on its own thread, until `stop`.

    A restart loses nothing: the offset is committed after all that the record caused is done. An error that Kafka
    calls fatal, or one that nobody foresaw, ends the process through `failed`.
    """

    def __init__(self, name: str, config: Config, handler: Handler, failed: Callable[[], None]) -> None:
        self.name = name
        self._handler, self._failed = handler, failed
        self._stopping = threading.Event()
        self._trouble = ""
        client = {
            "bootstrap.servers": config.kafka_bootstrap_servers,
            "socket.nagle.disable": True,
            "error_cb": self._broken,
            "log_level": 2,
        }
        # The real modules share one group; apart, one can be restarted while the other keeps its place.
        self._consumer = Consumer(
            client
            | {
                "group.id": f"{config.kafka_group_id}-{name}",
                "enable.auto.commit": False,
                "auto.offset.reset": config.kafka_auto_offset_reset,
                "fetch.wait.max.ms": 10,
                "allow.auto.create.topics": True,
            }
        )
        self._producer = Producer(client | {"acks": "all", "retries": 15, "retry.backoff.ms": 100, "linger.ms": 0})
        self._thread = threading.Thread(target=self._guard, name=name, daemon=True)

    def start(self) -> None:
        """Begin to consume."""
        self._thread.start()

    def stop(self, deadline: float = 5.0) -> None:
        """End after the record in hand; wait `deadline` seconds at most."""
        self._stopping.set()
        self._thread.join(deadline)

    def _broken(self, error: KafkaError) -> None:
        # The client reports a dead broker many times a second and reconnects by itself.
        if error.name() != self._trouble:
            self._trouble = error.name()
            log.warning("%s: %s", self.name, error.str())

    def _guard(self) -> None:
        try:
            self._run()
        except Exception:
            log.exception("%s ended", self.name)
            self._failed()
        finally:
            self._consumer.close()

    def _run(self) -> None:
        # Partitions are taken, not negotiated: a mock cluster lets nobody join a classic group a second time.
        partitions = self._partitions()
        if partitions:
            self._consumer.assign(partitions)
        while not self._stopping.is_set():
            message = self._consumer.poll(0.1)
            if message is None:
                continue
            if (error := message.error()) is not None:
                if error.fatal():
                    raise KafkaException(error)
                log.warning("%s: %s", self.name, error.str())
                continue
            if self._done(record_of(message)):
                self._commit(message)

    def _partitions(self) -> list[TopicPartition]:
        """All of the topic's, each from the committed offset; none where the process stops first."""
        topic = self._handler.topic
        while not self._stopping.is_set():
            try:
                found = self._consumer.list_topics(topic, timeout=1).topics[topic]
            except KafkaException as error:
                self._broken(error.args[0])
            else:
                if found.error is None and found.partitions:
                    return [TopicPartition(topic, number, OFFSET_STORED) for number in found.partitions]
            self._stopping.wait(0.1)
        return []

    def _done(self, record: Record) -> bool:
        return all(self._publish(answer) for answer in self._handler.handle(record))

    def _publish(self, record: Record) -> bool:
        """Wait for the delivery; False where the process stops first. Raises KafkaException."""
        reports: list[KafkaError | None] = []
        try:
            self._producer.produce(
                record.topic,
                value=record.value,
                key=record.key,
                headers=list(record.headers.items()),
                on_delivery=lambda error, _: reports.append(error),
            )
        except KafkaException as error:
            reports.append(error.args[0])
        while not reports:
            if self._stopping.is_set():
                return False
            self._producer.poll(0.1)
        if reports[0] is None:
            return True
        if reports[0].code() == KafkaError.MSG_SIZE_TOO_LARGE:
            log.error("%s: record for %s is too large, skipped", self.name, record.topic)
            return True
        raise KafkaException(reports[0])

    def _commit(self, message: Message) -> None:
        try:
            self._consumer.commit(message=message, asynchronous=False)
        except KafkaException as error:
            # The record may come again; handling one twice changes nothing.
            log.warning("%s: commit: %s", self.name, error)


def record_of(message: Any) -> Record:
    """A consumed message as data; of a repeated header the last one counts."""
    headers = {name: (value or b"").decode(errors="replace") for name, value in message.headers() or []}
    key = message.key()
    return Record(
        message.topic(), message.value() or b"", None if key is None else key.decode(errors="replace"), headers
    )


def end_process() -> None:
    """Ask the main thread to end, as a service manager would."""
    os.kill(os.getpid(), signal.SIGTERM)
