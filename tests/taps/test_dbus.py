from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from dbus_fast import Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

from hopcheck.taps.dbus import BusTap
from hopcheck.topology.bus import PrivateBus, wait_ready
from hopcheck.trace import Event, Redactor, Store

WORKER = "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook"
DISPATCHER = "com.redhat.Yggdrasil1.Dispatcher1"


@dataclass
class World:
    address: str
    daemon: subprocess.Popen[bytes]
    store: Store
    tap: BusTap
    clients: list[MessageBus]

    async def client(self, *names: str, answer: Callable[[Message], Any] | None = None) -> MessageBus:
        bus = await MessageBus(bus_address=self.address).connect()
        self.clients.append(bus)
        for name in names:
            await bus.request_name(name)
        if answer is not None:
            bus.add_message_handler(answer)
        return bus

    def seen(self, member: str) -> list[Event]:
        return [event for event in self.store if event.attrs.get("member") == member]


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    with TemporaryDirectory() as directory:
        bus = PrivateBus(Path(directory) / "bus")
        read, write = os.pipe()
        daemon = subprocess.Popen(bus.argv(write), pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        await wait_ready(read, 10)
        store = Store(Path(directory) / "trace", Redactor(b"key"))
        here = World(bus.address, daemon, store, BusTap(store, address=bus.address, host="h1"), [])
        try:
            yield here
        finally:
            for client in here.clients:
                client.disconnect()
            await asyncio.gather(*(c.wait_for_disconnect() for c in here.clients), return_exceptions=True)
            daemon.terminate()
            daemon.wait()
            store.close()


def run(scenario: Callable[[World], Awaitable[None]]) -> None:
    async def inside() -> None:
        async with world() as here:
            await scenario(here)

    asyncio.run(inside())


def dispatch(content: bytes) -> Message:
    return Message(
        destination=WORKER,
        path="/com/redhat/Yggdrasil1/Worker1/rhc_worker_playbook",
        interface="com.redhat.Yggdrasil1.Worker1",
        member="Dispatch",
        signature="sssa{ss}ay",
        body=["rhc_worker_playbook", "id-1", "", {"return_url": "https://x"}, content],
    )


def only_dispatch(reply: Callable[[Message], Message]) -> Callable[[Message], Any]:
    return lambda m: reply(m) if m.message_type is MessageType.METHOD_CALL and m.member == "Dispatch" else None


def test_a_call_and_its_return_are_joined_and_named() -> None:
    async def scenario(here: World) -> None:
        await here.tap.start()
        rhc = await here.client(DISPATCHER)
        worker = await here.client(WORKER, answer=only_dispatch(Message.new_method_return))
        await rhc.call(dispatch(b"\xff\x00play"))
        await here.tap.stop()
        call, answer = here.seen("Dispatch")
        assert (call.op, call.source, call.target) == ("call", "rhc", "rhc-worker-playbook")
        assert (answer.op, answer.source, answer.target) == ("return", "rhc-worker-playbook", "rhc")
        assert call.exchange == answer.exchange
        assert call.attrs["sender"] == rhc.unique_name
        assert call.attrs["destination"] == worker.unique_name
        assert call.attrs["sender_names"] == [DISPATCHER]
        assert call.attrs["destination_names"] == [WORKER]
        assert answer.attrs["path"] == call.attrs["path"]
        assert answer.attrs["interface"] == "com.redhat.Yggdrasil1.Worker1"
        assert answer.attrs["reply_serial"] == call.attrs["serial"]
        assert call.payload is not None
        assert call.payload.data == b"\xff\x00play"
        assert call.attrs["args"][3:] == [
            {"return_url": "https://x"},
            {"bytes": 6, "sha256": hashlib.sha256(b"\xff\x00play").hexdigest()},
        ]
        assert {event.edge for event in here.store} == {"rhc<>rhc-worker-playbook"}
        assert {event.host for event in here.store} == {"h1"}

    run(scenario)


def test_an_error_keeps_its_name_and_its_call() -> None:
    async def scenario(here: World) -> None:
        await here.tap.start()
        rhc = await here.client("com.redhat.Yggdrasil1")
        await here.client(WORKER, answer=only_dispatch(lambda m: Message.new_error(m, "com.redhat.No", "not now")))
        await rhc.call(dispatch(b""))
        await here.tap.stop()
        call, error = here.seen("Dispatch")
        assert (error.op, error.attrs["error_name"], error.attrs["args"]) == ("error", "com.redhat.No", ["not now"])
        assert error.exchange == call.exchange
        assert call.payload is not None
        assert call.payload.size == 0

    run(scenario)


def test_an_answer_to_one_that_has_left_and_its_refusal_are_joined_to_the_call() -> None:
    async def scenario(here: World) -> None:
        await here.tap.start()
        rhc, asked = await here.client("com.redhat.Yggdrasil1"), asyncio.Event()
        held: list[Message] = []

        def hold(message: Message) -> bool | None:
            if message.member != "Dispatch":
                return None
            held.append(message)
            asked.set()
            return True

        worker = await here.client(WORKER, answer=hold)
        await rhc.send(dispatch(b""))
        await asked.wait()
        rhc.disconnect()
        await rhc.wait_for_disconnect()
        await here.tap.drain()
        await worker.send(Message.new_method_return(held[0]))
        await here.tap.stop()
        call, answer, refusal = here.seen("Dispatch")
        assert [(e.op, e.source) for e in (answer, refusal)] == [("return", "rhc-worker-playbook"), ("error", "bus")]
        assert call.exchange == answer.exchange == refusal.exchange
        assert refusal.attrs["error_name"] == "org.freedesktop.DBus.Error.ServiceUnknown"

    run(scenario)


def test_variants_are_unwrapped_and_nested_bytes_are_digests() -> None:
    async def scenario(here: World) -> None:
        await here.tap.start()
        worker = await here.client(WORKER)
        await worker.send(
            Message(
                path="/a",
                interface="com.redhat.Yggdrasil1.Worker1",
                member="Event",
                message_type=MessageType.SIGNAL,
                signature="ua{sv}a{us}",
                body=[4, {"x": Variant("(sv)", ["é", Variant("ay", b"12")])}, {7: "seven"}],
            )
        )
        await here.tap.stop()
        (signal,) = here.seen("Event")
        digest = {"bytes": 2, "sha256": hashlib.sha256(b"12").hexdigest()}
        assert (signal.op, signal.source, signal.target) == ("signal", "rhc-worker-playbook", "*")
        assert signal.attrs["args"] == [4, {"x": ["é", digest]}, {"7": "seven"}]
        assert signal.payload is None

    run(scenario)


def test_a_connection_has_the_role_of_the_names_it_owns_at_that_time() -> None:
    async def scenario(here: World) -> None:
        early = await here.client(DISPATCHER)
        await here.tap.start()
        later = await here.client(WORKER)
        await early.call(Message(destination=WORKER, path="/", interface="org.freedesktop.DBus.Peer", member="Ping"))
        await later.release_name(WORKER)
        await later.call(
            Message(destination=DISPATCHER, path="/", interface="org.freedesktop.DBus.Peer", member="Ping")
        )
        await here.tap.stop()
        assert [(event.source, event.target) for event in here.seen("Ping")] == [
            ("rhc", "rhc-worker-playbook"),
            ("rhc-worker-playbook", "rhc"),
            (later.unique_name, "rhc"),
            ("rhc", later.unique_name),
        ]
        request, answer = here.seen("RequestName")
        assert (request.source, request.target) == (later.unique_name, "bus")
        assert (answer.source, answer.target) == ("bus", "rhc-worker-playbook")

    run(scenario)


def test_a_call_to_a_name_without_owner_is_addressed_to_its_role() -> None:
    async def scenario(here: World) -> None:
        await here.tap.start()
        rhc = await here.client(DISPATCHER)
        await rhc.call(dispatch(b"x"))
        await here.tap.stop()
        call, error = here.seen("Dispatch")
        assert (call.target, call.attrs["destination"], call.attrs["destination_names"]) == (
            "rhc-worker-playbook",
            WORKER,
            [WORKER],
        )
        assert (error.source, error.attrs["error_name"]) == ("bus", "org.freedesktop.DBus.Error.ServiceUnknown")

    run(scenario)


def test_the_tap_records_the_first_hello_but_never_itself() -> None:
    async def scenario(here: World) -> None:
        await here.tap.start()
        await here.tap.drain()
        assert len(here.store) == 0
        await here.client()
        await here.tap.stop()
        assert here.store.events[0].attrs["member"] == "Hello"
        assert len(here.seen("Hello")) == 2

    run(scenario)


def test_a_burst_is_complete_and_the_monitor_never_answers() -> None:
    async def scenario(here: World) -> None:
        await here.tap.start()
        worker = await here.client(WORKER)
        for _ in range(100):
            await worker.send(
                Message(
                    destination=worker.unique_name,
                    path="/a",
                    interface="a.b",
                    member="Many",
                    flags=MessageFlag.NO_REPLY_EXPECTED,
                )
            )
        lone = await worker.call(Message(destination=worker.unique_name, path="/a", interface="a.b", member="Lone"))
        await here.tap.stop()
        assert len(here.seen("Many")) == 100
        assert lone is not None
        assert [event.op for event in here.seen("Lone")] == ["call", "error"]

    run(scenario)


def test_a_bus_that_dies_is_recorded() -> None:
    async def scenario(here: World) -> None:
        await here.tap.start()
        here.daemon.kill()
        here.daemon.wait()
        await asyncio.to_thread(here.store.wait_for, lambda e: e.op == "lost", what="the lost bus", timeout=5)
        await here.tap.stop()
        (lost,) = here.store.events
        assert (lost.protocol, lost.attrs["role"]) == ("kit", "dbus-daemon")
        assert "EOFError" in lost.attrs["cause"]

    run(scenario)


def test_stopping_is_no_loss() -> None:
    async def scenario(here: World) -> None:
        await here.tap.start()
        await here.tap.stop()
        assert len(here.store) == 0

    run(scenario)


def full(event: Event) -> None:
    raise OSError("disk full")


def test_a_failure_of_the_tap_ends_waits_and_is_raised() -> None:
    async def scenario(here: World) -> None:
        await here.tap.start()
        here.store.subscribe(full)
        await here.client()
        with pytest.raises(AssertionError, match="dbus:h1 failed"):
            await asyncio.to_thread(here.store.wait_for, lambda e: False, what="anything", timeout=5)
        with pytest.raises(OSError, match="disk full"):
            await here.tap.stop()

    run(scenario)
