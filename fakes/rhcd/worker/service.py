"""The worker's life: registered with rhcd until that goes."""

from __future__ import annotations

import asyncio
import logging
import os
import uuid
from asyncio import Future, StreamReader, StreamWriter
from collections.abc import Mapping
from typing import Any

from fakes.rhc_worker_playbook.config import Config
from fakes.rhc_worker_playbook.job import Jobs
from fakes.rhc_worker_playbook.request import BadRequest
from fakes.rhc_worker_playbook.upload import UploadFailed
from fakes.rhcd import link
from fakes.rhcd.link import Message
from fakes.rhcd.worker import DIRECTIVE

log = logging.getLogger(__name__)


class Dispatcher:
    """The way back to rhcd."""

    def __init__(self, writer: StreamWriter) -> None:
        self._writer = writer
        self._waiting: dict[str, Future[dict[str, Any]]] = {}

    async def transmit(
        self, addr: str, message_id: str, response_to: str, metadata: Mapping[str, str], data: bytes
    ) -> int:
        """Status of the request that rhcd made. Raises UploadFailed where it made none."""
        number = str(uuid.uuid4())
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        message = Message(message_id, response_to, addr, metadata, data)
        link.write(self._writer, {"number": number, "message": link.packed(message)})
        told = await answer
        if "error" in told:
            raise UploadFailed(told["error"])
        return int(told["status"])

    def answered(self, told: Mapping[str, Any]) -> None:
        """What came of an earlier `transmit`."""
        self._waiting.pop(told["answers"]).set_result(dict(told))


async def serve(options: Mapping[str, Any], address: str) -> None:
    """Until rhcd goes. Raises OSError, and ValueError where another has the name."""
    reader, writer = await asyncio.open_unix_connection(address, limit=link.LIMIT)
    way, name = Dispatcher(writer), options.get("directive", DIRECTIVE)
    jobs = Jobs(Config(verify_playbook=options.get("verify_playbook", True)), way.transmit)
    link.write(writer, {"handler": name, "pid": os.getpid(), "detached_content": True, "features": {}})
    told = await link.read(reader)
    if told is None or not told["registered"]:
        raise ValueError(f"{name} is registered already")
    await _listen(reader, way, jobs)


async def _listen(reader: StreamReader, way: Dispatcher, jobs: Jobs) -> None:
    running: set[asyncio.Task[None]] = set()
    while (told := await link.read(reader)) is not None:
        if "answers" in told:
            way.answered(told)
            continue
        running.add(task := asyncio.create_task(_handle(link.unpacked(told), jobs)))
        task.add_done_callback(running.discard)


async def _handle(message: Message, jobs: Jobs) -> None:
    try:
        await jobs.handle(message.message_id, message.metadata, message.content)
    except BadRequest as error:
        log.error("cannot handle message %s: %s", message.message_id, error)
