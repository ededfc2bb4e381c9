"""Writes that the kernel is given together: each wakes its reader, and awake readers are not woken again."""

from __future__ import annotations

import asyncio
from typing import Protocol

PROBE = 64


class Sink(Protocol):
    """A socket that keeps what is written to it until it is flushed."""

    late: list[bytes]

    def flush(self) -> None:
        """Write what was kept."""


class Outbox:
    """Keeps what is written in one turn of the loop until its end, as long as turns have several writers.

    Where a writer is alone the wait would bring nothing: only every `PROBE`-th write then asks whether it still is.
    """

    def __init__(self) -> None:
        self._sinks: list[Sink] = []
        self._together = False
        self._writes = 0

    def put(self, sink: Sink, data: bytes) -> None:
        """Write ``data`` to ``sink``, after what was put there before, at the latest at the end of this turn."""
        self._writes += 1
        sink.late.append(data)
        if self._together or self._sinks or not self._writes % PROBE:
            if not self._sinks:
                asyncio.get_running_loop().call_soon(self._flush)
            self._sinks.append(sink)
        else:
            sink.flush()

    def _flush(self) -> None:
        sinks, self._sinks = self._sinks, []
        self._together = len(sinks) > 1
        for sink in sinks:
            sink.flush()
