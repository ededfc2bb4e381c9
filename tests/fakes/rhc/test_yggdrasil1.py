from __future__ import annotations

import pytest
from dbus_fast import DBusError
from dbus_fast.aio import MessageBus

from fakes.rhc import bus, yggdrasil1
from fakes.rhc.envelope import Data
from fakes.rhc.yggdrasil1 import Yggdrasil1

ADDRESS = ("com.redhat.Yggdrasil1", "/com/redhat/Yggdrasil1", "com.redhat.Yggdrasil1")


class Workers:
    def dispatchers(self):
        return {"a_b": {"v": "1"}, "a-b": {"v": "1"}}


@pytest.fixture
async def lined_up(bus_address):
    lined_up, server = [], await MessageBus(bus_address=bus_address).connect()
    server.export(yggdrasil1.PATH, Yggdrasil1(server, Workers(), lined_up.append))
    await bus.own(server, yggdrasil1.NAME)
    yield lined_up
    server.disconnect()


async def test_dispatch_is_as_if_from_the_broker(lined_up, peer):
    await bus.call(peer, *ADDRESS, "Dispatch", "ssa{ss}ay", ["a-b", "m", {"k": "v"}, b'"http://h"'])
    assert lined_up == [Data("m", "", "a-b", {"k": "v"}, b'"http://h"')]


async def test_workers_are_listed_with_both_names(lined_up, peer):
    assert await bus.call(peer, *ADDRESS, "ListWorkers") == [Workers().dispatchers()]


async def test_journal_is_off(lined_up, peer):
    with pytest.raises(DBusError, match="not enabled"):
        await bus.call(peer, *ADDRESS, "MessageJournal", "ssssb", ["", "", "", "", False])
