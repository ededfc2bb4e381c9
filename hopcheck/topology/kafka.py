"""The run's Kafka, the kit's own or one that is there already, and the tap that reads it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from confluent_kafka import KafkaException

from hopcheck.taps.kafka import KafkaTap
from hopcheck.topology.kafka_mock import KafkaMockUnavailable, MockCluster
from hopcheck.topology.process import StartError
from hopcheck.topology.roles import TOPICS
from hopcheck.trace import Store


class Kafka:
    """Kafka at ``given``, HOST:PORT, or where that is None librdkafka's mock cluster.

    ``counts`` is how many records each topic had at the last `count`.
    """

    def __init__(self, store: Store, given: str | None) -> None:
        self._store, self._given = store, given
        self._cluster: MockCluster | None = None
        self._tap: KafkaTap | None = None
        self.counts: dict[str, int] = {}

    @property
    def bootstrap(self) -> str | None:
        """HOST:PORT; None before it is open where it is the kit's own."""
        return self._given or (self._cluster.bootstrap if self._cluster else None)

    @property
    def described(self) -> str:
        """What it is, for the trace."""
        return "external" if self._given else "librdkafka mock cluster (embedded)"

    async def open(self, opened: AsyncExitStack) -> None:
        """Start it where it is the kit's own, and read it from now on. Raises `StartError`."""
        if self._given is None:
            try:
                self._cluster = await asyncio.to_thread(MockCluster, TOPICS)
            except KafkaMockUnavailable as error:
                raise StartError(f"no embedded Kafka: {error}; give a real one with --bootstrap HOST:PORT") from error
            opened.push_async_callback(asyncio.to_thread, self._cluster.close)
        tap = KafkaTap(self._store, bootstrap=str(self.bootstrap), topics=list(TOPICS))
        try:
            await asyncio.to_thread(tap.start)
        except (KafkaException, TimeoutError) as error:
            raise StartError(
                f"Kafka at {self.bootstrap} cannot be read: {error}; is it running, and do the topics "
                f"{', '.join(TOPICS)} exist?"
            ) from error
        self._tap = tap
        opened.push_async_callback(asyncio.to_thread, tap.stop)

    async def take_away(self) -> None:
        """Let nobody reach it until `bring_back`. Raises `StartError` where it is not the kit's own."""
        if self._cluster is None:
            raise StartError("only the kit's own Kafka can be taken away: leave --bootstrap out")
        await asyncio.to_thread(self._cluster.down)

    async def bring_back(self) -> None:
        """What it held it still holds."""
        if self._cluster is not None:
            await asyncio.to_thread(self._cluster.up)

    async def catch_up(self) -> None:
        """Until the tap has seen whatever there was before this call. Raises TimeoutError."""
        if self._tap is not None:
            await asyncio.to_thread(self._tap.drain)

    async def count(self) -> None:
        """Ask for `counts`."""
        if self._tap is not None:
            self.counts = await asyncio.to_thread(self._tap.counts)
