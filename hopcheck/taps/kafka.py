"""The observer on Kafka: reads every topic from the start, joins no group."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from hopcheck.trace import Draft, Store

EDGE = "ingress>playbook-dispatcher"


class KafkaTap:
    """Watches ``topics`` on the broker at ``bootstrap`` in a thread of its own, from `start` to `stop`.

    A failure of the tap itself ends the waits on the trace and is raised by `stop`.
    """

    def __init__(self, store: Store, *, bootstrap: str, topics: Sequence[str], name: str = "kafka:observer") -> None:
        self.name = name
        self._store = store
        self._bootstrap = bootstrap
        self._topics = list(topics)
        self._partitions: list[tuple[str, int]] = []
        self._next: dict[tuple[str, int], int] = {}
        self._read = threading.Condition()
        self._ended = threading.Event()
        self._trouble: object = "none"
        self._error: Exception | None = None

    def start(self, timeout: float = 10.0) -> None:
        """Return when every partition is assigned from its first record.

        Raises `confluent_kafka.KafkaException` where the broker does not answer in ``timeout`` seconds, LookupError
        where a topic does not exist.
        """
        # Offsets are asked on a connection of their own: on the reader's they wait behind its fetches, or for ever.
        self._consumer, self._asker = self._client(), self._client()
        try:
            found = self._asker.list_topics(timeout=timeout).topics
            missing = [topic for topic in self._topics if topic not in found]
            if missing:
                raise LookupError(f"{self.name}: no such topic on {self._bootstrap}: {', '.join(missing)}")
            self._partitions = [(topic, number) for topic in self._topics for number in found[topic].partitions]
            # The first offset by its number: the symbolic one is looked up with half a second between two tries.
            self._next = {key: low for key, (low, _) in self._watermarks(timeout).items()}
            self._consumer.assign([TopicPartition(*key, low) for key, low in self._next.items()])
        except BaseException:
            self._close()
            raise
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def counts(self, timeout: float = 10.0) -> dict[str, int]:
        """The end offset of each topic as the broker states it now, summed over its partitions."""
        ends = dict.fromkeys(self._topics, 0)
        for (topic, _), end in self._ends(timeout).items():
            ends[topic] += end
        return ends

    def drain(self, timeout: float = 10.0) -> None:
        """Return when everything that the broker held at this call is in the trace. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        ends = self._ends(timeout)

        def caught_up() -> bool:
            return self._error is not None or all(self._next[key] >= end for key, end in ends.items())

        with self._read:
            if not self._read.wait_for(caught_up, max(0.0, deadline - time.monotonic())):
                raise TimeoutError(f"{self.name}: read up to {self._next} of {ends}; last trouble: {self._trouble}")
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """End the thread and the connection; what nobody drained is lost. Raises the tap's own failure, if any."""
        self._ended.set()
        self._thread.join()
        self._close()
        if self._error is not None:
            raise self._error

    def _client(self) -> Any:
        return Consumer(
            {
                "bootstrap.servers": self._bootstrap,
                "group.id": self.name,
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 10,
                "reconnect.backoff.ms": 10,
                "reconnect.backoff.max.ms": 200,
                "error_cb": self._note,
            },
            logger=_Silent(),
        )

    def _close(self) -> None:
        self._consumer.close()
        self._asker.close()

    def _ends(self, timeout: float) -> dict[tuple[str, int], int]:
        return {key: high for key, (_, high) in self._watermarks(timeout).items()}

    def _watermarks(self, timeout: float) -> dict[tuple[str, int], tuple[int, int]]:
        found = {}
        for topic, number in self._partitions:
            watermarks = self._asker.get_watermark_offsets(TopicPartition(topic, number), timeout=timeout)
            if watermarks is None:
                raise TimeoutError(f"{self.name}: no watermarks of {topic} in {timeout:g} s")
            found[topic, number] = watermarks
        return found

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                message = self._consumer.poll(0.05)
                if message is None:
                    continue
                if message.error() is not None:
                    self._note(message.error())
                    continue
                self._record(message)
                with self._read:
                    self._next[message.topic(), message.partition()] = message.offset() + 1
                    self._read.notify_all()
        except Exception as error:
            with self._read:
                self._error = error
                self._read.notify_all()
            self._store.fail_waits(f"{self.name} failed: {error!r}")

    def _record(self, message: Any) -> None:
        self._store.append(
            Draft(
                tap=self.name,
                edge=EDGE,
                protocol="kafka",
                op="record",
                source="kafka",
                target="kafka",
                attrs={
                    "topic": message.topic(),
                    "partition": message.partition(),
                    "offset": message.offset(),
                    "key": _text(message.key()),
                    "headers": [[name, _text(value) or ""] for name, value in message.headers() or []],
                    "timestamp": message.timestamp()[1],
                },
                payload=message.value(),
            )
        )

    def _note(self, trouble: object) -> None:
        self._trouble = trouble


class _Silent:
    """librdkafka's chatter about a broker that a scenario took away says nothing the trace does not."""

    def log(self, *_: object) -> None:
        pass


def _text(value: bytes | str | None) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
