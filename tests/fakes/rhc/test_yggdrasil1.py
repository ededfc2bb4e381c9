from __future__ import annotations

import pytest
from dbus_fast import DBusError
from dbus_fast.aio import MessageBus

from fakes.rhc import bus, yggdrasil1
from fakes.rhc.envelope import Data
from fakes.rhc.journal import Journal
from fakes.rhc.workers import BEGIN, WorkerEvent
from fakes.rhc.yggdrasil1 import Yggdrasil1

ADDRESS = ("com.redhat.Yggdrasil1", "/com/redhat/Yggdrasil1", "com.redhat.Yggdrasil1")


class Workers:
    def dispatchers(self):
        return {"a_b": {"v": "1"}, "a-b": {"v": "1"}}


@pytest.fixture
async def lined_up(bus_address):
    lined_up, server = [], await MessageBus(bus_address=bus_address).connect()

    async def deliver(message):
        if message.directive == "nobody":
            raise ValueError("no such worker")
        lined_up.append(message)

    server.export(yggdrasil1.PATH, Yggdrasil1(server, Workers(), deliver))
    await bus.own(server, yggdrasil1.NAME)
    yield lined_up
    server.disconnect()


async def test_dispatch_is_as_if_from_the_broker(lined_up, peer):
    await bus.call(peer, *ADDRESS, "Dispatch", "ssa{ss}ay", ["a-b", "m", {"k": "v"}, b'"http://h"'])
    assert lined_up == [Data("m", "", "a-b", {"k": "v"}, b'"http://h"')]


async def test_dispatch_that_cannot_be_delivered_is_an_error(lined_up, peer):
    with pytest.raises(DBusError, match="no such worker") as failed:
        await bus.call(peer, *ADDRESS, "Dispatch", "ssa{ss}ay", ["nobody", "m", {}, b""])
    assert (failed.value.type, lined_up) == ("com.redhat.Yggdrasil1.Dispatch", [])


async def test_workers_are_listed_with_both_names(lined_up, peer):
    assert await bus.call(peer, *ADDRESS, "ListWorkers") == [Workers().dispatchers()]


async def test_journal_is_off(lined_up, peer):
    with pytest.raises(DBusError, match="not enabled") as failed:
        await bus.call(peer, *ADDRESS, "MessageJournal", "ssssb", ["", "", "", "", False])
    assert failed.value.type == "org.freedesktop.DBus.Error.Failed"


@pytest.fixture
async def journalled(bus_address, tmp_path):
    server, journal = await MessageBus(bus_address=bus_address).connect(), Journal(str(tmp_path / "journal.db"))
    exported = Yggdrasil1(server, Workers(), None, journal)
    server.export(yggdrasil1.PATH, exported)
    await bus.own(server, yggdrasil1.NAME)
    yield exported
    server.disconnect()
    journal.close()


async def test_journal_has_what_workers_told(journalled, peer):
    journalled.rebroadcast(WorkerEvent("a", BEGIN, "m", "", {}))
    [[entry]] = await bus.call(peer, *ADDRESS, "MessageJournal", "ssssb", ["m", "", "", "", False])
    assert (entry["message_id"], entry["worker_name"], entry["worker_event"]) == ("m", "a", "BEGIN")


async def test_an_empty_journal_is_an_error(journalled, peer):
    with pytest.raises(DBusError, match="no message journal entries"):
        await bus.call(peer, *ADDRESS, "MessageJournal", "ssssb", ["", "", "", "", False])
