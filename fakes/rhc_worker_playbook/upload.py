"""Uploads of events through the dispatcher: now and then while the run lasts, and once at its end (facts 3.7)."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fakes.rhc_worker_playbook.request import Request

log = logging.getLogger(__name__)

PART_TYPE = "application/vnd.redhat.playbook.v1+jsonl"
BATCH_TICK = 0.5

# addr, id, response_to, metadata, data -> status
Transmit = Callable[[str, str, str, Mapping[str, str], bytes], Awaitable[int]]


class UploadFailed(Exception):
    """The upload was not taken."""


def body(lines: list[bytes], boundary: str) -> bytes:
    """A multipart body with one part ``file``, each line ended by a line feed (H-054)."""
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="runner-events"\r\n'
        f"Content-Type: {PART_TYPE}\r\n\r\n"
    )
    return head.encode() + b"".join(line + b"\n" for line in lines) + f"\r\n--{boundary}--\r\n".encode()


class Uploads:
    """Events of one run. `batch` above 0 sends new events only, that many every half second."""

    def __init__(self, transmit: Transmit, request: Request, batch: int = 0) -> None:
        self._transmit, self._request, self._batch = transmit, request, batch
        self._lines: list[bytes] = []
        self._sent = 0
        self._finished = asyncio.Event()
        self._loop = asyncio.create_task(self._now_and_then())

    def add(self, event: Mapping[str, Any]) -> None:
        """Append to the stream."""
        self._lines.append(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode())

    async def finish(self) -> None:
        """The final upload: all events, tried once, and none after it (H-056, H-057)."""
        self._finished.set()
        await self._loop
        await self._try(self._lines)

    def abandon(self) -> None:
        """No upload any more."""
        self._loop.cancel()

    async def _now_and_then(self) -> None:
        interval = BATCH_TICK if self._batch > 0 else self._request.response_interval
        if interval <= 0:
            await self._finished.wait()
            return
        while not await _set(self._finished, interval):
            if self._batch <= 0:
                # Cumulative, also when nothing is new (H-055).
                await self._try(self._lines)
            elif slice_ := self._lines[self._sent : self._sent + self._batch]:
                self._sent += len(slice_) if await self._try(slice_) else 0

    async def _try(self, lines: list[bytes]) -> bool:
        try:
            await self._send(list(lines))
        except UploadFailed as error:
            log.error("cannot transmit events: %s", error)
            return False
        return True

    async def _send(self, lines: list[bytes]) -> None:
        boundary = uuid.uuid4().hex
        status = await self._transmit(
            self._request.return_url,
            str(uuid.uuid4()),
            self._request.message_id,
            {"Content-Type": f"multipart/form-data; boundary={boundary}"},
            body(lines, boundary),
        )
        if status >= 400:
            raise UploadFailed(f"status {status}")


async def _set(event: asyncio.Event, within: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), within)
    except TimeoutError:
        return event.is_set()
    return True
