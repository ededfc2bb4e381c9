"""Between the broker and the workers: the dispatch loop, and Dispatcher1 (facts 2.2, 2.3)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlsplit

from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBytes, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.constants import MessageType
from dbus_fast.errors import DBusError
from dbus_fast.message import Message
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

from fakes.rhc import envelope
from fakes.rhc.content import ContentClient
from fakes.rhc.envelope import Data
from fakes.rhc.workers import Workers, scrub

log = logging.getLogger(__name__)

NAME = INTERFACE = "com.redhat.Yggdrasil1.Dispatcher1"
PATH = "/com/redhat/Yggdrasil1/Dispatcher1"
RECEIVED_DISCONNECT, UNEXPECTED_DISCONNECT, CONNECTION_RESTORED = 1, 2, 3

# Upstream's own error name, "Transmit", is not a legal one and hangs the caller; this is the legal name it also uses.
ERROR = INTERFACE + ".Transmit"

Texts = Annotated[dict[str, str], DBusSignature("a{ss}")]
Transmitted = Annotated[tuple[int, dict[str, str], bytes], DBusSignature("ia{ss}ay")]
Publish = Callable[[bytes], Awaitable[None]]

_sender: ContextVar[str] = ContextVar("sender")


class Dispatcher1(ServiceInterface):
    """Object ``/com/redhat/Yggdrasil1/Dispatcher1``; `publish` sends a message on ``data/out``."""

    def __init__(self, workers: Workers, content: ContentClient, publish: Publish) -> None:
        super().__init__(INTERFACE)
        self._workers, self._content, self._publish = workers, content, publish

    def export(self, bus: MessageBus) -> None:
        """Serve on `bus`."""
        bus.add_message_handler(_remember_sender)
        bus.export(PATH, self)

    @dbus_method()
    async def Transmit(
        self, addr: DBusStr, id: DBusStr, response_to: DBusStr, metadata: Texts, data: DBusBytes
    ) -> Transmitted:
        try:
            directive = self._workers.owned_by(_sender.get())
            if directive is None:
                raise DBusError(ERROR, "the caller owns no worker name")
            if await self._workers.remote_content(directive):
                return await self._post(addr, metadata, data)
            return await self._send(addr, id, response_to, metadata, data)
        except (OSError, ValueError) as error:
            raise DBusError(ERROR, str(error) or "nobody took the message in time") from error

    @dbus_signal()
    def Event(self, name: int) -> DBusUInt32:
        return name

    async def _post(self, addr: str, metadata: dict[str, str], data: bytes) -> tuple[int, dict[str, str], bytes]:
        if not urlsplit(addr).scheme:
            raise DBusError(ERROR, f"URL {addr!r} has no scheme")
        reply = await self._content.post(addr, metadata, data)
        return reply.status, dict(reply.headers), reply.body

    async def _send(
        self, addr: str, message_id: str, response_to: str, metadata: dict[str, str], data: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        content = envelope.compact(data)
        message = envelope.encode(
            envelope.new("data", message_id=message_id, response_to=response_to, directive=addr, metadata=metadata)
        )
        # The worker's JSON keeps its spelling of numbers and strings (H-038), so it is not encoded with the rest.
        await self._publish(message[:-1] + b',"content":' + content + b"}")
        return 0, {}, b""


class Dispatch:
    """Data messages go to workers one at a time, in the order they came."""

    def __init__(self, workers: Workers, content: ContentClient) -> None:
        self._workers, self._content = workers, content
        self._inbound: asyncio.Queue[Data] = asyncio.Queue()

    def put(self, message: Data) -> None:
        """Line `message` up."""
        self._inbound.put_nowait(message)

    async def run(self) -> None:
        """Never ends by itself; a message that cannot be delivered is logged and dropped (H-027)."""
        while True:
            message = await self._inbound.get()
            try:
                await self.deliver(message)
            except (DBusError, OSError, ValueError) as error:
                log.error("cannot dispatch message %s: %s", message.message_id, error)

    async def deliver(self, message: Data) -> None:
        """Content is fetched for a worker that wants it so (H-028). Raises DBusError, OSError, ValueError."""
        message = replace(message, directive=scrub(message.directive))
        if await self._workers.remote_content(message.directive):
            message = replace(message, content=(await self._content.get(content_url(message.content))).body)
        await self._workers.dispatch(message)


def content_url(content: bytes) -> str:
    """The URL in a message for a RemoteContent worker. Raises ValueError."""
    url: Any = json.loads(content)
    if not isinstance(url, str):
        raise ValueError("content is not a JSON string")
    return url


def _remember_sender(message: Message) -> None:
    # A method's task starts with a copy of this context, so concurrent calls keep their own sender.
    if message.message_type is MessageType.METHOD_CALL:
        _sender.set(message.sender or "")
