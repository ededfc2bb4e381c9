"""From MQTT to Kafka and from there to the table (facts A7, A12)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fakes.cloud_connector.kafka import Record
from fakes.cloud_connector.presence import Presence
from fakes.cloud_connector.topic import CONTROL, sender

log = logging.getLogger(__name__)
Send = Callable[[Record, Callable[[str | None], None]], Any]


@dataclass(frozen=True, slots=True)
class Copier:
    """Where control messages of hosts go; `fail` ends the process and so leaves a message unacknowledged."""

    prefix: str
    kafka_topic: str
    send: Send
    acknowledge: Callable[[int], None]
    fail: Callable[[str], None]

    def take(self, topic: str, payload: bytes, packet_id: int) -> None:
        """Copy one MQTT message; it is acknowledged when Kafka has it (CON-30), or at once if it is dropped."""
        record = record_of(self.prefix, self.kafka_topic, topic, payload, packet_id)
        if record is None:
            self.acknowledge(packet_id)
        else:
            self.send(record, lambda error: self._done(packet_id, error))

    def _done(self, packet_id: int, error: str | None) -> None:
        if error is None:
            self.acknowledge(packet_id)
        else:
            self.fail(f"{self.kafka_topic}: {error}")


def record_of(prefix: str, kafka_topic: str, topic: str, payload: bytes, packet_id: int) -> Record | None:
    """The record of a control message. None for what is dropped: empty, data, foreign topics (CON-31, CON-32)."""
    host = sender(prefix, topic)
    if host is None:
        log.warning("topic %s ignored", topic)
        return None
    if host.kind != CONTROL or not payload:
        return None
    headers = {"topic": topic, "mqtt_message_id": str(packet_id), "date_received": received_now()}
    return Record(kafka_topic, host.client_id.encode(), payload, tuple((k, v.encode()) for k, v in headers.items()))


def apply(prefix: str, presence: Presence, record: Record) -> None:
    """Handle a record from Kafka; one without the topic of a control message is skipped."""
    topic = record.header("topic")
    host = sender(prefix, topic) if topic else None
    if host is None or host.kind != CONTROL:
        log.warning("record of topic %s skipped", topic)
        return
    presence.handle(host.client_id, record.value)


def received_now() -> str:
    """This instant, UTC, RFC 3339 with nanoseconds."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{nanoseconds:09}Z"
