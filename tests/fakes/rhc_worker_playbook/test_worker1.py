from __future__ import annotations

import asyncio

import pytest
from dbus_fast import DBusError, Message
from dbus_fast.aio import MessageBus

from fakes.rhc import bus as dbus
from fakes.rhc_worker_playbook.upload import UploadFailed
from fakes.rhc_worker_playbook.worker1 import Dispatcher, Worker1

INTERFACE = "com.redhat.Yggdrasil1.Worker1"
ADDRESS = (f"{INTERFACE}.rhc_worker_playbook", "/com/redhat/Yggdrasil1/Worker1/rhc_worker_playbook", INTERFACE)


@pytest.fixture
async def caller(bus_address):
    bus = await MessageBus(bus_address=bus_address).connect()
    yield bus
    bus.disconnect()


@pytest.fixture
async def seen(caller):
    seen = asyncio.Queue()
    await dbus.call(
        caller,
        "org.freedesktop.DBus",
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus",
        "AddMatch",
        "s",
        [f"interface='{INTERFACE}'"],
    )
    caller.add_message_handler(lambda m: seen.put_nowait(m.body) if m.member == "Event" else None)
    return seen


@pytest.fixture
async def start(bus_address, seen):
    buses = []

    async def begin(handler):
        buses.append(await dbus.connect())
        worker = Worker1(buses[-1], "rhc_worker_playbook", handler)
        await worker.start()
        assert await seen.get() == [4, "", "", {}]
        return worker

    yield begin
    for bus in buses:
        bus.disconnect()


async def dispatch(caller, message_id="m"):
    await dbus.call(
        caller, *ADDRESS, "Dispatch", "sssa{ss}ay", ["rhc_worker_playbook", message_id, "r", {"k": "v"}, b"play"]
    )


async def test_properties(start, seen, caller):
    await start(None)
    assert await dbus.get(caller, *ADDRESS, "RemoteContent") is True
    assert await dbus.get(caller, *ADDRESS, "Features") == {}


async def test_dispatch_returns_while_the_work_goes_on(start, seen, caller):
    go, given = asyncio.Event(), []

    async def handler(*arguments):
        given.append(arguments)
        await go.wait()

    await start(handler)
    await dispatch(caller)
    assert seen.get_nowait() == [1, "m", "r", {}]
    assert await dbus.get(caller, *ADDRESS, "RemoteContent") is True
    assert seen.empty()
    go.set()
    assert await seen.get() == [2, "m", "r", {}]
    assert given == [("m", {"k": "v"}, b"play")]


@pytest.mark.parametrize("error", [ValueError("bad metadata"), RuntimeError("worse")])
async def test_end_follows_failure(start, seen, caller, caplog, error):
    async def handler(*arguments):
        raise error

    await start(handler)
    await dispatch(caller)
    assert [(await seen.get())[0], (await seen.get())[0]] == [1, 2]
    assert str(error) in caplog.text


async def test_cancel_is_unknown(start, seen, caller):
    await start(None)
    with pytest.raises(DBusError) as raised:
        await dbus.call(caller, *ADDRESS, "Cancel", "sss", ["rhc_worker_playbook", "i", "m"])
    assert raised.value.type == "org.freedesktop.DBus.UnknownInterface"


async def test_stop_tells_stopped_last_and_drops_the_work(start, seen, caller):
    async def handler(*arguments):
        await asyncio.Event().wait()

    worker = await start(handler)
    await dispatch(caller)
    await worker.stop()
    assert [(await seen.get())[0], await seen.get()] == [1, [5, "", "", {}]]


async def test_transmit_gives_the_status_or_fails(caller, bus_address):
    bus = await dbus.connect()
    dispatcher = Dispatcher(bus)
    with pytest.raises(UploadFailed):
        await dispatcher.transmit("u", "i", "r", {}, b"")

    got = []

    def answer(message):
        if message.member == "Transmit":
            got.extend(message.body)
            return Message.new_method_return(message, "ia{ss}ay", [413, {}, b""])
        return None

    caller.add_message_handler(answer)
    await dbus.own(caller, "com.redhat.Yggdrasil1.Dispatcher1")
    assert await dispatcher.transmit("u", "i", "r", {"k": "v"}, b"x") == 413
    assert got == ["u", "i", "r", {"k": "v"}, b"x"]
    bus.disconnect()
