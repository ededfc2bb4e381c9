"""A client of a host's bus that the kit plays itself: a worker of its own, or somebody who is none."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from dbus_fast import Message, MessageType, NameFlag, RequestNameReply, Variant
from dbus_fast.aio import MessageBus

from hopcheck.taps.dbus import BusTap
from hopcheck.topology.host_config import File

RHC = "com.redhat.Yggdrasil1"
DISPATCHER = f"{RHC}.Dispatcher1"
WORKER = f"{RHC}.Worker1"
PROPERTIES = "org.freedesktop.DBus.Properties"
DIRECTIVE = "hopcheck_guest"
NO_REPLY_S = 25.0
"""After how long there will be no reply any more, as libdbus has it."""
POLICY = File(
    f"/etc/dbus-1/system.d/{WORKER}.{DIRECTIVE}.conf",
    f"""\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <policy user="root"><allow own="{WORKER}.{DIRECTIVE}"/><allow send_destination="{DISPATCHER}"/></policy>
  <policy context="default"><allow send_destination="{WORKER}.{DIRECTIVE}"/></policy>
</busconfig>
""".encode(),
)
"""What a machine's system bus must be told before the kit's worker may own its name there."""


class BusGuest:
    """Connects to the bus that ``tap`` watches, which marks what it says; all methods run on the tap's loop.

    As a worker it takes what it is given, or where it ``refuses`` answers with an error.
    """

    def __init__(self, tap: BusTap) -> None:
        self._tap = tap
        self._remote_content = False
        self.refuses = False
        self._bus: MessageBus

    async def connect(self) -> None:
        """Raises OSError."""
        self._bus = await MessageBus(bus_address=self._tap.address).connect()
        assert self._bus.unique_name is not None
        self._tap.guests.add(self._bus.unique_name)

    async def become_worker(self, *, remote_content: bool) -> None:
        """Own the name of `DIRECTIVE`, say what the worker wants where it is asked, and take what it is given.

        Raises PermissionError where the bus does not let it.
        """
        self._remote_content = remote_content
        self._bus.add_message_handler(self._answer)
        reply = await self._bus.request_name(f"{WORKER}.{DIRECTIVE}", NameFlag.DO_NOT_QUEUE)
        if reply is not RequestNameReply.PRIMARY_OWNER:
            raise PermissionError(f"{WORKER}.{DIRECTIVE}: {reply}")

    async def transmit(self, addr: str, data: bytes, metadata: Mapping[str, str], response_to: str) -> Message:
        """Hand something to rhc; its answer."""
        body = [addr, str(uuid4()), response_to, dict(metadata), data]
        return await self._call(DISPATCHER, "Transmit", "sssa{ss}ay", body)

    async def list_workers(self, *more: str) -> Message:
        """Ask rhc for its workers, which wants to know nothing ``more``; its answer, or the bus's without rhc."""
        return await self._call(RHC, "ListWorkers", "s" * len(more), more)

    async def dispatch(self, directive: str, data: bytes, message_id: str) -> Message:
        """Have rhc hand something to a worker; its answer."""
        return await self._call(RHC, "Dispatch", "ssa{ss}ay", [directive, message_id, {}, data])

    async def hand(self, directive: str, *body: Any) -> Message:
        """Hand a worker something in rhc's place; its answer, or the bus's without one."""
        return await self._call(f"{WORKER}.{directive}", "Dispatch", "sssa{ss}ay", body, interface=WORKER)

    async def message_journal(self, message_id: str) -> Message:
        """Ask rhc what workers told of a message; its answer."""
        return await self._call(RHC, "MessageJournal", "ssssb", [message_id, "", "", "", False])

    async def tell(self, event: int, message_id: str) -> None:
        """Say as a worker what became of a message."""
        path = "/" + f"{WORKER}.{DIRECTIVE}".replace(".", "/")
        signal = Message.new_signal(path, WORKER, "Event", "ussa{ss}", [event, message_id, "", {}])
        await self._bus.send(signal)

    async def leave(self) -> None:
        """Give its name back, after which nothing more is asked of it, and hang up."""
        await self._bus.release_name(f"{WORKER}.{DIRECTIVE}")
        await self.hang_up()

    async def hang_up(self) -> None:
        """Without a name to give back."""
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    async def _call(
        self, name: str, member: str, signature: str = "", body: Sequence[Any] = (), interface: str = ""
    ) -> Message:
        call = Message(
            destination=name,
            path="/" + name.replace(".", "/"),
            interface=interface or name,
            member=member,
            signature=signature,
            body=list(body),
        )
        try:
            async with asyncio.timeout(NO_REPLY_S):
                reply = await self._bus.call(call)
        except TimeoutError:
            return Message.new_error(call, "org.freedesktop.DBus.Error.NoReply", f"no reply to {member}")
        assert reply is not None
        return reply

    def _answer(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        if message.interface == WORKER and self.refuses:
            return Message.new_error(message, f"{WORKER}.Refused", "the kit's worker takes nothing")
        if message.interface == WORKER:
            return Message.new_method_return(message)
        if message.interface == PROPERTIES and message.member == "Get":
            wanted = message.body[1]
            value = Variant("b", self._remote_content) if wanted == "RemoteContent" else Variant("a{ss}", {})
            return Message.new_method_return(message, "v", [value])
        return None
