"""The observer on a D-Bus: a monitor connection that decodes every message into the trace."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import Any

from dbus_fast import Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus

from hopcheck.taps.dbus_message import BUS, Call, Calls, Names, arguments, first_bytes
from hopcheck.trace import Draft, Store

EDGE = "rhc<>rhc-worker-playbook"
SAID_BY_KIT = "said by the kit"
_OPS = {
    MessageType.METHOD_CALL: "call",
    MessageType.METHOD_RETURN: "return",
    MessageType.ERROR: "error",
    MessageType.SIGNAL: "signal",
}


class BusTap:
    """Watches the bus at ``address`` from `start` to `stop`; ``host`` is the client id of the host it belongs to.

    A monitor connection may not speak, so a second one, never recorded, asks who owns which name and marks the end.
    A bus that dies is recorded as ``kit`` ``lost``; a failure of the tap itself ends the waits on the trace and is
    raised by `stop`. What a connection of ``guests`` (unique names) says is marked as the kit's own doing, which breaks
    no contract.
    """

    def __init__(self, store: Store, *, address: str, host: str | None, name: str | None = None) -> None:
        self.name = name or f"dbus:{host}"
        self.address = address
        self.guests: set[str] = set()
        self._store = store
        self._host = host
        self._names = Names()
        self._calls = Calls()
        self._run = os.urandom(4).hex()
        self._become_serial = self._echo_serial = 0
        self._error: Exception | None = None
        self._stopping = False

    @property
    def own_names(self) -> frozenset[str]:
        """The unique names of the tap's two connections, whose messages it does not record. Valid after `start`."""
        return frozenset(name for name in (self._asker.unique_name, self._monitor.unique_name) if name is not None)

    async def start(self, timeout: float = 10.0) -> None:
        """Attach; from the return on nothing on the bus is missed.

        Raises OSError, TimeoutError, or PermissionError where the bus allows this user no monitor.
        """
        self._ready = asyncio.Event()
        self._echo = asyncio.Event()
        self._monitoring = False
        self._asker = MessageBus(bus_address=self.address)
        self._monitor = MessageBus(bus_address=self.address)
        try:
            async with asyncio.timeout(timeout):
                await self._attach()
        except BaseException:
            self._monitor.disconnect()
            self._asker.disconnect()
            raise
        self._watch = asyncio.create_task(self._watch_bus(), name=self.name)

    async def _attach(self) -> None:
        await self._asker.connect()
        await self._monitor.connect()
        # The handler is there before the request: messages may follow the reply in the same read, and the library
        # would answer foreign calls, for which the daemon drops a monitor.
        self._become_serial = self._monitor.next_serial()
        self._monitor.add_message_handler(self._receive)
        reply = await self._monitor.call(
            Message(
                destination=BUS,
                path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus.Monitoring",
                member="BecomeMonitor",
                signature="asu",
                body=[[], 0],
                serial=self._become_serial,
            )
        )
        if reply is None or reply.message_type is MessageType.ERROR:
            raise PermissionError(f"{self.name}: the bus refuses a monitor: {reply}")
        await self._ready.wait()
        # The replies pass the monitor in bus order with every change of owner, and are read there.
        listed = await self._asker.call(_driver_call("ListNames"))
        names = [] if listed is None else [name for name in listed.body[0] if not name.startswith(":")]
        await asyncio.gather(*(self._asker.call(_driver_call("GetNameOwner", name)) for name in names))

    async def drain(self, timeout: float = 10.0) -> None:
        """Return when everything the bus passed on before this call is in the trace; at once where it is gone."""
        if self._watch.done():
            return
        self._echo.clear()
        self._echo_serial = self._asker.next_serial()
        async with asyncio.timeout(timeout):
            await self._asker.call(_driver_call("GetId", serial=self._echo_serial))
            await self._echo.wait()

    def expect_end(self) -> None:
        """The bus is about to end because somebody was told to end it: that is no loss."""
        self._stopping = True

    async def stop(self) -> None:
        """Record what is still under way and detach. Raises the tap's own failure, if it had one."""
        if not self._watch.done() and self._error is None:
            with contextlib.suppress(TimeoutError, OSError, EOFError):
                await self.drain()
        self._stopping = True
        self._monitor.disconnect()
        await self._watch
        if self._error is not None:
            raise self._error

    async def _watch_bus(self) -> None:
        cause: Exception | None = None
        try:
            await self._monitor.wait_for_disconnect()  # type: ignore[no-untyped-call]
        except (OSError, EOFError) as error:
            cause = error
        except Exception as error:  # bytes that the library cannot decode
            self._fail(error)
        self._asker.disconnect()
        await asyncio.gather(self._asker.wait_for_disconnect(), return_exceptions=True)  # type: ignore[no-untyped-call]
        if self._stopping or self._error is not None:
            return
        self._store.append(
            Draft(
                tap=self.name,
                edge=EDGE,
                protocol="kit",
                op="lost",
                source="kit",
                target="kit",
                host=self._host,
                attrs={"role": "dbus-daemon", "cause": f"the bus connection ended: {cause!r}"},
            )
        )

    def _fail(self, error: Exception) -> None:
        self._error = error
        self._store.fail_waits(f"{self.name} failed: {error!r}")
        self._monitor.disconnect()

    def _receive(self, message: Message) -> bool:
        if not self._monitoring:
            is_reply = message.reply_serial == self._become_serial and message.sender == BUS
            self._monitoring = is_reply and message.message_type is MessageType.METHOD_RETURN
            return False
        if self._error is None:
            try:
                self._observe(message)
            except Exception as error:  # raised to the library, it would be answered on the bus
                self._fail(error)
        return True

    def _observe(self, message: Message) -> None:
        if not self._ready.is_set():
            lost = message.member == "NameLost" and message.destination == self._monitor.unique_name
            if lost and message.body == [self._monitor.unique_name]:
                self._ready.set()
                return
        call = self._join(message)
        if message.destination == self._asker.unique_name and message.reply_serial == self._echo_serial:
            self._echo.set()
        if not self._is_own(message):
            self._record(message, call)
        gone = self._names.learn(message, call)
        if gone is not None:
            self._calls.leave(gone)

    def _is_own(self, message: Message) -> bool:
        own = (self._asker.unique_name, self._monitor.unique_name)
        about = message.body[0] if message.member == "NameOwnerChanged" and message.body else None
        return message.sender in own or message.destination in own or about in own

    def _join(self, message: Message) -> Call | None:
        if message.message_type is MessageType.METHOD_CALL:
            exchange = f"{self.name}:{self._run}:{message.sender or ''}:{message.serial}"
            call = Call.of(message, exchange, self._names.owner(message.destination))
            if MessageFlag.NO_REPLY_EXPECTED not in message.flags:
                self._calls.begin(message, call)
            return call
        return self._calls.answered(message) if message.reply_serial else None

    def _record(self, message: Message, call: Call | None) -> None:
        op = _OPS[message.message_type]
        about: Any = call if op in ("return", "error") and call is not None else message
        destination = self._names.owner(message.destination)
        self._store.append(
            Draft(
                tap=self.name,
                edge=EDGE,
                protocol="dbus",
                op=op,
                host=self._host,
                source=self._names.role(message.sender),
                target=self._names.role(message.destination),
                exchange=None if call is None else call.exchange,
                attrs={
                    "path": about.path,
                    "interface": about.interface,
                    "member": about.member,
                    "signature": message.signature,
                    "sender": message.sender,
                    "destination": destination,
                    "sender_names": self._names.of(message.sender),
                    "destination_names": self._names.of(message.destination),
                    "serial": message.serial,
                    "reply_serial": message.reply_serial or None,
                    "error_name": message.error_name,
                    "args": arguments(message.body),
                    **({"fault": SAID_BY_KIT} if message.sender in self.guests else {}),
                },
                payload=first_bytes(message.body),
            )
        )


def _driver_call(member: str, *arguments: str, serial: int | None = None) -> Message:
    return Message(
        destination=BUS,
        path="/org/freedesktop/DBus",
        interface=BUS,
        member=member,
        signature="s" * len(arguments),
        body=list(arguments),
        serial=serial,
    )
