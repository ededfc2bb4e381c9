from __future__ import annotations

import asyncio
import os
import subprocess

import pytest
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from hopcheck.taps.dbus import BusTap
from hopcheck.topology.bus import PrivateBus, wait_ready
from hopcheck.topology.bus_guest import DIRECTIVE, DISPATCHER, POLICY, PROPERTIES, WORKER, BusGuest
from hopcheck.trace import Redactor, Store

PATH = "/" + f"{WORKER}/{DIRECTIVE}".replace(".", "/")


@pytest.fixture
async def tap(tmp_path):
    """A bus that is watched."""
    bus = PrivateBus(tmp_path / "bus")
    read, write = os.pipe()
    daemon = subprocess.Popen(bus.argv(write), pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    await wait_ready(read, 10)
    store = Store(tmp_path / "trace", Redactor(b"key"))
    watching = BusTap(store, address=bus.address, host="h1")
    await watching.start()
    yield watching
    await watching.stop()
    daemon.terminate()
    daemon.wait()
    store.close()


@pytest.fixture
async def rhc(tap):
    """Somebody who owns rhc's name and takes what is transmitted."""
    bus = await MessageBus(bus_address=tap.address).connect()

    def answer(message):
        if message.message_type is MessageType.METHOD_CALL and message.member == "Transmit":
            return Message.new_method_return(message, "ia{ss}ay", [0, {}, b""])
        return None

    bus.add_message_handler(answer)
    await bus.request_name(DISPATCHER)
    yield bus
    bus.disconnect()


@pytest.fixture
async def guest(tap):
    made = BusGuest(tap)
    await made.connect()
    yield made
    await made.leave()


def call(interface, member, signature="", *body):
    return Message(
        destination=f"{WORKER}.{DIRECTIVE}",
        path=PATH,
        interface=interface,
        member=member,
        signature=signature,
        body=list(body),
    )


@pytest.mark.parametrize("remote_content", [True, False])
async def test_a_worker_says_what_it_wants_and_takes_what_it_is_given(rhc, guest, remote_content):
    await guest.become_worker(remote_content=remote_content)
    wants = await rhc.call(call(PROPERTIES, "Get", "ss", WORKER, "RemoteContent"))
    features = await rhc.call(call(PROPERTIES, "Get", "ss", WORKER, "Features"))
    taken = await rhc.call(call(WORKER, "Dispatch", "sssa{ss}ay", DIRECTIVE, "id", "", {}, b"x"))
    assert [wants.body[0].value, features.body[0].value] == [remote_content, {}]
    assert taken.message_type is MessageType.METHOD_RETURN


async def test_what_it_says_is_marked_and_what_it_is_told_is_not(tap, rhc, guest):
    await guest.become_worker(remote_content=False)
    reply = await guest.transmit("hopcheck-guest", b"{}", {"kind": "report"}, "asked")
    await tap.drain()
    assert reply.body == [0, {}, b""]
    transmitted, answered = [e for e in tap._store if e.attrs["member"] == "Transmit"]
    assert transmitted.attrs["args"][2:4] == ["asked", {"kind": "report"}]
    assert (transmitted.attrs.get("fault"), answered.attrs.get("fault")) == ("said by the kit", None)


async def test_a_worker_that_refuses_answers_with_an_error(rhc, guest):
    await guest.become_worker(remote_content=False)
    guest.refuses = True
    refused = await rhc.call(call(WORKER, "Dispatch", "sssa{ss}ay", DIRECTIVE, "id", "", {}, b"x"))
    assert (refused.message_type, refused.error_name) == (MessageType.ERROR, f"{WORKER}.Refused")


async def test_rhc_is_asked_for_what_it_can(tap, guest):
    await guest.list_workers("all of them")
    await guest.dispatch("a_worker", b"x", "an id")
    await guest.message_journal("an id")
    await guest.tell(2, "an id")
    await tap.drain()
    members = ("ListWorkers", "Dispatch", "MessageJournal", "Event")
    said = [e for e in tap._store if e.op in ("call", "signal") and e.attrs["member"] in members]
    listing, dispatch, journal, event = said
    assert (listing.attrs["signature"], listing.attrs["args"]) == ("s", ["all of them"])
    assert dispatch.attrs["args"][:3] == ["a_worker", "an id", {}]
    assert journal.attrs["args"] == ["an id", "", "", "", False]
    assert (event.attrs["path"], event.attrs["args"]) == (PATH, [2, "an id", "", {}])


async def test_without_rhc_the_bus_answers_for_it(guest):
    reply = await guest.list_workers()
    assert reply.message_type is MessageType.ERROR


async def test_a_name_that_is_taken_is_not_got(tap, guest):
    await guest.become_worker(remote_content=True)
    second = BusGuest(tap)
    await second.connect()
    with pytest.raises(PermissionError, match=DIRECTIVE):
        await second.become_worker(remote_content=True)
    await second.leave()


async def test_who_leaves_has_answered_what_came_before(rhc, tap):
    worker = BusGuest(tap)
    await worker.connect()
    await worker.become_worker(remote_content=True)
    asked = asyncio.create_task(rhc.call(call(PROPERTIES, "Get", "ss", WORKER, "RemoteContent")))
    # Once the bus has passed the call on, it is before the worker's goodbye.
    seen = tap._store.wait_for
    await asyncio.to_thread(seen, lambda e: e.attrs.get("member") == "Get", what="the call", timeout=5)
    await worker.leave()
    reply = await asked
    assert reply.body[0].value is True


def test_a_machines_bus_is_told_who_may_own_the_name():
    assert f'own="{WORKER}.{DIRECTIVE}"' in POLICY.content.decode()


async def test_who_is_not_answered_goes_on(tap, guest, monkeypatch):
    monkeypatch.setattr("hopcheck.topology.bus_guest.NO_REPLY_S", 0.1)
    bus = await MessageBus(bus_address=tap.address).connect()
    bus.add_message_handler(lambda message: message.message_type is MessageType.METHOD_CALL)
    await bus.request_name(DISPATCHER)
    reply = await guest.transmit("http://localhost/", b"", {}, "")
    assert (reply.message_type, reply.error_name) == (MessageType.ERROR, "org.freedesktop.DBus.Error.NoReply")
    bus.disconnect()
