"""Connections to D-Bus: which bus, and the writer that survives a full socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import Any

from dbus_fast.aio import MessageBus
from dbus_fast.constants import MessageType, NameFlag, RequestNameReply
from dbus_fast.errors import DBusError, InvalidBusNameError, InvalidObjectPathError
from dbus_fast.message import Message
from dbus_fast.signature import Variant

from fakes.rhc import paths

PROPERTIES = "org.freedesktop.DBus.Properties"


class NameTaken(RuntimeError):
    """Another connection owns the name."""


class PatientSocket:
    """A socket whose `send` says 0 where it would block: dbus-fast then waits instead of hanging up."""

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner

    def send(self, content: memoryview) -> int:
        try:
            return self._inner.send(content)
        except BlockingIOError:
            return 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


async def connect() -> MessageBus:
    """A connection to the session bus where its address is set, else to the system bus. Raises OSError."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS") or paths.SYSTEM_BUS
    bus = await MessageBus(bus_address=address).connect()
    writer: Any = bus._writer
    writer.sock = PatientSocket(writer.sock)
    return bus


async def own(bus: MessageBus, name: str) -> None:
    """Own `name` at once. Raises NameTaken."""
    if await bus.request_name(name, NameFlag.DO_NOT_QUEUE) is not RequestNameReply.PRIMARY_OWNER:
        raise NameTaken(f"name {name} is already taken")


async def call(
    bus: MessageBus,
    destination: str,
    path: str,
    interface: str,
    member: str,
    signature: str = "",
    body: Sequence[Any] = (),
) -> list[Any]:
    """Body of the answer. Raises DBusError, and ValueError for what no bus lets pass."""
    if _holds_null(body):
        # The bus would hang up on who says so, and the daemon would never get another message to a worker.
        raise ValueError(f"{member}: a text holds a null character")
    try:
        message = Message(
            destination=destination, path=path, interface=interface, member=member, signature=signature, body=list(body)
        )
    except (InvalidBusNameError, InvalidObjectPathError) as error:
        raise ValueError(str(error)) from error
    reply = await bus.call(message)
    assert reply is not None
    if reply.message_type is MessageType.ERROR:
        raise DBusError(reply.error_name or "", str(reply.body[0]) if reply.body else "", reply)
    return reply.body


def _holds_null(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_null(each) for pair in value.items() for each in pair)
    return isinstance(value, list | tuple) and any(_holds_null(each) for each in value)


async def get(bus: MessageBus, destination: str, path: str, interface: str, name: str) -> Any:
    """Value of a property. Raises as `call` does."""
    found = await call(bus, destination, path, PROPERTIES, "Get", "ss", [interface, name])
    return found[0].value if isinstance(found[0], Variant) else found[0]
