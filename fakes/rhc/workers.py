"""Workers on the bus: who is there, what they can, and calls to them (facts 2.1, 2.2)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from dbus_fast.aio import MessageBus
from dbus_fast.constants import MessageType
from dbus_fast.errors import DBusError
from dbus_fast.message import Message

from fakes.rhc import bus as dbus
from fakes.rhc.envelope import Data

log = logging.getLogger(__name__)

INTERFACE = "com.redhat.Yggdrasil1.Worker1"
PREFIX = INTERFACE + "."
ROOT = "/com/redhat/Yggdrasil1/Worker1"
BEGIN, END, WORKING, STARTED, STOPPED = 1, 2, 3, 4, 5

_BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
_MATCHES = (
    f"type='signal',sender='{_BUS[0]}',member='NameOwnerChanged',arg0namespace='{INTERFACE}'",
    f"type='signal',interface='{INTERFACE}',member='Event',path_namespace='{ROOT}'",
    f"type='signal',interface='{dbus.PROPERTIES}',member='PropertiesChanged',path_namespace='{ROOT}'",
)


@dataclass(frozen=True, slots=True)
class WorkerEvent:
    """Signal Worker1.Event of one worker."""

    directive: str
    name: int
    message_id: str
    response_to: str
    data: Mapping[str, str]


def scrub(directive: str) -> str:
    """A directive as bus names spell it: ``-`` becomes ``_`` (H-026)."""
    return directive.replace("-", "_")


def _is_worker(name: str) -> bool:
    return name.startswith(PREFIX)


class Workers:
    """Features of each worker. Callbacks: `changed()` after each look at the map, `event(WorkerEvent)`."""

    def __init__(self, bus: MessageBus) -> None:
        self.changed: Callable[[], None] = lambda: None
        self.event: Callable[[WorkerEvent], None] = lambda event: None
        self._bus = bus
        self._features: dict[str, dict[str, str]] = {}
        self._owners: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def scan(self) -> None:
        """Watch workers come and go, and take in those that can be activated.

        None of them has features yet, and one that runs but cannot be activated is not in the map: that is what
        0.4.9 does, until a message is dispatched to the worker or its name changes hands.
        """
        self._bus.add_message_handler(self._on_signal)
        for rule in _MATCHES:
            await dbus.call(self._bus, *_BUS, "AddMatch", "s", [rule])
        (running,) = await dbus.call(self._bus, *_BUS, "ListNames")
        (activatable,) = await dbus.call(self._bus, *_BUS, "ListActivatableNames")
        for name in filter(_is_worker, running):
            (self._owners[name.removeprefix(PREFIX)],) = await dbus.call(self._bus, *_BUS, "GetNameOwner", "s", [name])
        for name in filter(_is_worker, activatable):
            self._features.setdefault(name.removeprefix(PREFIX), {})
        self.changed()

    def dispatchers(self) -> dict[str, dict[str, str]]:
        """Worker name -> features; a name with underscores appears with hyphens too (H-013)."""
        found: dict[str, dict[str, str]] = {}
        for directive, features in sorted(self._features.items()):
            found[directive] = found[directive.replace("_", "-")] = features
        return found

    def owned_by(self, unique: str) -> str | None:
        """Directive of the worker whose connection has this unique name (H-036)."""
        return next((directive for directive, owner in self._owners.items() if owner == unique), None)

    async def remote_content(self, directive: str) -> bool:
        """Whether the worker wants content fetched for it; starts an activatable worker. Raises DBusError."""
        return bool(await dbus.get(self._bus, *self._address(directive), "RemoteContent"))

    async def look(self, directive: str) -> None:
        """Read the worker's features anew."""
        try:
            features = await dbus.get(self._bus, *self._address(directive), "Features")
        except DBusError as error:
            log.error("cannot get features of worker %s: %s", directive, error)
            return
        self._features[directive] = dict(features)

    async def dispatch(self, message: Data) -> None:
        """Worker1.Dispatch, then its features again (H-032). Raises DBusError."""
        body = [message.directive, message.message_id, message.response_to, dict(message.metadata), message.content]
        await dbus.call(self._bus, *self._address(message.directive), "Dispatch", "sssa{ss}ay", body)
        await self.look(message.directive)
        self.changed()

    async def cancel(self, directive: str, message_id: str, cancel_id: str) -> None:
        """Worker1.Cancel (H-022). Raises DBusError."""
        await dbus.call(self._bus, *self._address(directive), "Cancel", "sss", [directive, message_id, cancel_id])

    @staticmethod
    def _address(directive: str) -> tuple[str, str, str]:
        return PREFIX + directive, f"{ROOT}/{directive}", INTERFACE

    def _on_signal(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL or not message.path:
            return
        if message.member == "NameOwnerChanged" and message.body[0].startswith(PREFIX):
            self._start(self._owner_changed(message.body[0].removeprefix(PREFIX), message.body[2]))
        elif message.member == "Event" and message.interface == INTERFACE and message.signature == "ussa{ss}":
            self.event(WorkerEvent(message.path.rpartition("/")[2], *message.body))
        elif message.member == "PropertiesChanged" and message.path.startswith(ROOT + "/"):
            self._start(self._changed_properties(message.path.rpartition("/")[2], message.body))

    async def _owner_changed(self, directive: str, owner: str) -> None:
        self._owners.pop(directive, None)
        self._features.pop(directive, None)
        if owner:
            self._owners[directive] = owner
            await self.look(directive)
        self.changed()

    async def _changed_properties(self, directive: str, body: list[Any]) -> None:
        # Upstream's signal lacks the invalidated list, so only the second argument is relied upon.
        if len(body) > 1 and "Features" in body[1]:
            self._features[directive] = dict(body[1]["Features"].value)
            self.changed()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
