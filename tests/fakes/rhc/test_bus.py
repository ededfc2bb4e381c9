from __future__ import annotations

import asyncio

import pytest
from dbus_fast import DBusError

from fakes.rhc import bus

DAEMON = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")


@pytest.fixture
async def connection(bus_address):
    connection = await bus.connect()
    yield connection
    connection.disconnect()


async def test_a_name_is_owned_once(connection, peer):
    await bus.own(connection, "com.example.One")
    with pytest.raises(bus.NameTaken):
        await bus.own(peer, "com.example.One")


async def test_errors_are_raised(connection):
    with pytest.raises(DBusError, match="no such name"):
        await bus.call(connection, *DAEMON, "GetNameOwner", "s", ["com.example.None"])


async def test_properties_are_unwrapped(connection):
    assert isinstance(await bus.get(connection, *DAEMON, "Features"), list)


async def test_a_burst_outlives_a_full_socket(connection):
    names = ["com." + "x" * 100_000] * 40
    async with asyncio.timeout(5):
        results = await asyncio.gather(
            *(bus.call(connection, *DAEMON, "GetNameOwner", "s", [name]) for name in names), return_exceptions=True
        )
    assert {type(result) for result in results} == {DBusError}
    assert connection.connected


@pytest.mark.parametrize("body", [["a\0"], [{"a": "\0"}], [{"\0": "a"}]])
async def test_what_the_bus_would_hang_up_on_is_not_said(connection, body):
    signature = "s" if isinstance(body[0], str) else "a{ss}"
    with pytest.raises(ValueError, match="null"):
        await bus.call(connection, *DAEMON, "NameHasOwner", signature, body)
    assert await bus.call(connection, *DAEMON, "NameHasOwner", "s", [DAEMON[0]]) == [True]
