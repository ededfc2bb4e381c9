"""Object ``/com/redhat/Yggdrasil1``: the daemon's own API (facts 2.1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusBytes, DBusSignature, DBusStr
from dbus_fast.errors import DBusError
from dbus_fast.message import Message
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

from fakes.rhc import workers
from fakes.rhc.envelope import Data
from fakes.rhc.journal import Journal

NAME = INTERFACE = "com.redhat.Yggdrasil1"
PATH = "/com/redhat/Yggdrasil1"
FAILED = "org.freedesktop.DBus.Error.Failed"

# dbus-fast cannot read a deferred None.
Nothing = Annotated[None, DBusSignature("")]
Texts = Annotated[dict[str, str], DBusSignature("a{ss}")]
Dispatchers = Annotated[dict[str, dict[str, str]], DBusSignature("a{sa{ss}}")]
Entries = Annotated[list[dict[str, str]], DBusSignature("aa{ss}")]
EventWithData = Annotated[tuple[str, int, str, str, dict[str, str]], DBusSignature("sussa{ss}")]


class Yggdrasil1(ServiceInterface):
    """`dispatch` delivers a message as if it had come from the broker, and returns when the worker has it.

    `journal` is None where none is kept.
    """

    def __init__(
        self,
        bus: MessageBus,
        known: workers.Workers,
        dispatch: Callable[[Data], Awaitable[None]],
        journal: Journal | None = None,
    ) -> None:
        super().__init__(INTERFACE)
        self._bus, self._workers, self._dispatch, self._journal = bus, known, dispatch, journal

    @dbus_method()
    async def Dispatch(self, directive: DBusStr, message_id: DBusStr, metadata: Texts, data: DBusBytes) -> Nothing:
        try:
            await self._dispatch(Data(message_id, "", directive, metadata, data))
        except (DBusError, OSError, ValueError) as error:
            raise DBusError(INTERFACE + ".Dispatch", f"cannot dispatch: {error}") from error

    @dbus_method()
    def ListWorkers(self) -> Dispatchers:
        return self._workers.dispatchers()

    @dbus_method()
    def MessageJournal(
        self, message_id: DBusStr, worker: DBusStr, since: DBusStr, until: DBusStr, persistent: DBusBool
    ) -> Entries:
        if self._journal is None:
            raise DBusError(FAILED, "message journal is not enabled")
        found = self._journal.entries(message_id, worker, since, until, persistent=persistent)
        if not found:
            raise DBusError(FAILED, "no message journal entries")
        return found

    @dbus_signal()
    def WorkerEvent(self, event: workers.WorkerEvent) -> EventWithData:
        return event.directive, event.name, event.message_id, event.response_to, dict(event.data)

    def rebroadcast(self, event: workers.WorkerEvent) -> None:
        """WorkerEvent, and an entry of the journal; its data is sent only with WORKING (H-041)."""
        if self._journal is not None:
            self._journal.add(event)
        if not self._bus.connected:
            # What workers say as everybody ends comes by the other connection.
            return
        if event.name == workers.WORKING:
            self.WorkerEvent(event)
        else:
            body = [event.directive, event.name, event.message_id, event.response_to]
            self._bus.send(Message.new_signal(PATH, INTERFACE, "WorkerEvent", "suss", body))
