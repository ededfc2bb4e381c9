"""Records on their way to Kafka: queued at once, sent when a broker is there (facts B8)."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Any, Protocol

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record before it has a place."""

    topic: str
    value: bytes
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


class Sink(Protocol):
    """Whatever takes records without waiting for their delivery."""

    def send(self, record: Record) -> None:
        """Queue one record."""


class Producer:
    """A sink over confluent-kafka. Undelivered records are put back as long as the process lives (ING-18)."""

    def __init__(self, brokers: str, **settings: Any) -> None:
        from confluent_kafka import Producer as Client

        self._client = Client(
            {
                "bootstrap.servers": brokers,
                "linger.ms": 0,
                "socket.nagle.disable": True,
                "reconnect.backoff.max.ms": 500,
                **settings,
            }
        )
        self._stopping = threading.Event()
        self._poller = threading.Thread(target=self._poll, name="kafka", daemon=True)
        self._poller.start()

    def send(self, record: Record) -> None:
        """Queue one record; waits only while librdkafka's own queue is full."""
        while True:
            try:
                self._client.produce(
                    record.topic,
                    record.value,
                    record.key,
                    headers=list(record.headers),
                    on_delivery=lambda error, _: self._delivered(record, error),
                )
                return
            except BufferError:
                self._client.poll(0.1)

    def close(self, timeout: float = 1.0) -> int:
        """Give queued records `timeout` seconds; the number of those that were lost."""
        self._stopping.set()
        self._poller.join()
        return int(self._client.flush(timeout))

    def _poll(self) -> None:
        while not self._stopping.is_set():
            self._client.poll(0.1)

    def _delivered(self, record: Record, error: Any) -> None:
        if error is None or self._stopping.is_set():
            return
        log.warning("%s: %s; queued again", record.topic, error)
        self.send(record)
