"""Worker1 on D-Bus: properties, Dispatch, events (facts 2.1, 2.4)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusBytes, DBusSignature, DBusStr
from dbus_fast.constants import PropertyAccess
from dbus_fast.errors import DBusError
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from fakes.rhc import bus as dbus
from fakes.rhc_worker_playbook.upload import UploadFailed

log = logging.getLogger(__name__)

INTERFACE = "com.redhat.Yggdrasil1.Worker1"
DISPATCHER = (
    "com.redhat.Yggdrasil1.Dispatcher1",
    "/com/redhat/Yggdrasil1/Dispatcher1",
    "com.redhat.Yggdrasil1.Dispatcher1",
)
BEGIN, END, WORKING, STARTED, STOPPED = 1, 2, 3, 4, 5

# dbus-fast cannot read a deferred None.
Nothing = Annotated[None, DBusSignature("")]
Texts = Annotated[dict[str, str], DBusSignature("a{ss}")]
EventBody = Annotated[tuple[int, str, str, dict[str, str]], DBusSignature("ussa{ss}")]
# message id, metadata, content
Handler = Callable[[str, Mapping[str, str], bytes], Awaitable[None]]


class Worker1(ServiceInterface):
    """A worker that wants its content fetched; `handler` does the work of each Dispatch."""

    def __init__(self, bus: MessageBus, directive: str, handler: Handler) -> None:
        super().__init__(INTERFACE)
        self._bus, self._directive, self._handler = bus, directive, handler
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Own the name, then tell STARTED (H-034, H-040). Raises NameTaken."""
        self._bus.export(f"/com/redhat/Yggdrasil1/Worker1/{self._directive}", self)
        await dbus.own(self._bus, f"{INTERFACE}.{self._directive}")
        self.Event(STARTED, "", "", {})

    async def stop(self) -> None:
        """Drop what is under way, tell STOPPED."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.Event(STOPPED, "", "", {})
        # A call's answer comes after everything sent before it.
        await dbus.call(self._bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId")

    @dbus_method()
    def Dispatch(self, addr: DBusStr, id: DBusStr, response_to: DBusStr, metadata: Texts, data: DBusBytes) -> Nothing:
        self.Event(BEGIN, id, response_to, {})
        task = asyncio.get_running_loop().create_task(self._work(id, response_to, metadata, data))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @dbus_method()
    def Cancel(self, directive: DBusStr, id: DBusStr, cancel_id: DBusStr) -> Nothing:
        raise DBusError("org.freedesktop.DBus.UnknownInterface", "this worker cannot cancel")

    @dbus_property(access=PropertyAccess.READ)
    def Features(self) -> Texts:
        return {}

    @dbus_property(access=PropertyAccess.READ)
    def RemoteContent(self) -> DBusBool:
        return True

    @dbus_signal()
    def Event(self, name: int, message_id: str, response_to: str, data: dict[str, str]) -> EventBody:
        return name, message_id, response_to, data

    async def _work(self, message_id: str, response_to: str, metadata: Mapping[str, str], data: bytes) -> None:
        try:
            await self._handler(message_id, metadata, data)
        except Exception as error:
            # Whatever went wrong with one message, END follows and the next message is served (H-039).
            log.error("cannot handle message %s: %s", message_id, error, exc_info=not isinstance(error, ValueError))
        self.Event(END, message_id, response_to, {})


class Dispatcher:
    """The way out: Dispatcher1.Transmit."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    async def transmit(
        self, addr: str, message_id: str, response_to: str, metadata: Mapping[str, str], data: bytes
    ) -> int:
        """Status of the request that the daemon made. Raises UploadFailed where it made none."""
        try:
            status, _, _ = await dbus.call(
                self._bus, *DISPATCHER, "Transmit", "sssa{ss}ay", [addr, message_id, response_to, dict(metadata), data]
            )
        except DBusError as error:
            raise UploadFailed(f"{error.type}: {error.text}") from error
        return int(status)
