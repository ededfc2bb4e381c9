from __future__ import annotations

import json

import pytest
from dbus_fast import DBusError

from fakes.rhc import commands


class Host:
    def __init__(self):
        self.did = []

    async def pong(self, response_to):
        self.did.append(("pong", response_to))

    async def leave(self):
        self.did.append("leave")

    async def hang_up(self):
        self.did.append("hang up")

    async def come_back(self, delay):
        self.did.append(delay)

    async def cancel(self, *arguments):
        self.did.append(arguments)
        raise DBusError("org.freedesktop.DBus.UnknownInterface", "no")


@pytest.mark.parametrize(
    ("name", "arguments", "did"),
    [
        ("ping", {}, [("pong", "c")]),
        ("disconnect", {}, ["leave"]),
        ("reconnect", {"delay": "7"}, ["hang up", 7.0]),
        ("reconnect", {"delay": "7.5"}, ["hang up"]),
        ("reconnect", {}, ["hang up"]),
        ("nonsense", {}, []),
        ("cancel", {"directive": "a-b", "messageID": "m"}, [("a_b", "c", "m")]),
        ("cancel", {"directive": "a", "messageID": ""}, [("a", "c", "")]),
        ("cancel", {"directive": "a"}, []),
        ("cancel", {"messageID": "m"}, []),
        ("ping", {"a": 1}, []),
    ],
)
async def test_commands(name, arguments, did):
    host = Host()
    content = {"command": name, "arguments": arguments}
    await commands.obey(host, json.dumps({"type": "command", "message_id": "c", "content": content}).encode())
    assert host.did == did


@pytest.mark.parametrize("payload", [b"", b"{", b'{"type":"data","content":{"command":"ping"}}', b'{"type":"command"}'])
async def test_what_is_no_command_does_nothing(payload):
    host = Host()
    await commands.obey(host, payload)
    assert host.did == []
