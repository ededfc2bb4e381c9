from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from dbus_fast import Message
from dbus_fast.aio import MessageBus

from hopcheck.topology.bus import PrivateBus, wait_ready

SERVICE = """
import asyncio, os, sys
from dbus_fast.aio import MessageBus
async def main():
    bus = await MessageBus(bus_address=os.environ["DBUS_STARTER_ADDRESS"]).connect()
    await bus.request_name(sys.argv[1])
    await asyncio.gather(bus.wait_for_disconnect(), return_exceptions=True)
asyncio.run(main())
"""


async def start(bus: PrivateBus) -> tuple[subprocess.Popen[bytes], str]:
    read, write = os.pipe()
    daemon = subprocess.Popen(bus.argv(write), pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        return daemon, await wait_ready(read, 10)
    except ConnectionError:
        daemon.wait()
        raise


def test_a_client_connects_as_soon_as_it_is_ready_and_a_name_is_activated() -> None:
    async def scenario(directory: Path) -> None:
        bus = PrivateBus(directory / "it's 50%")
        name = "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook"
        (directory / "a service.py").write_text(SERVICE)
        bus.activatable(name, [sys.executable, str(directory / "a service.py"), name])
        daemon, address = await start(bus)
        try:
            assert address.startswith(bus.address)
            client = await MessageBus(bus_address=bus.address).connect()
            reply = await client.call(
                Message(destination=name, path="/", interface="org.freedesktop.DBus.Peer", member="Ping")
            )
            assert reply is not None
            assert reply.error_name is None
            client.disconnect()
            await client.wait_for_disconnect()
        finally:
            daemon.terminate()
            daemon.wait()

    with TemporaryDirectory() as directory:
        asyncio.run(scenario(Path(directory)))


def test_a_burst_of_calls_stays_within_the_limits() -> None:
    async def scenario(directory: Path) -> None:
        bus = PrivateBus(directory)
        daemon, _ = await start(bus)
        try:
            server = await MessageBus(bus_address=bus.address).connect()
            client = await MessageBus(bus_address=bus.address).connect()
            server.add_message_handler(lambda message: True)
            replies: list[Message] = []
            client.add_message_handler(lambda message: bool(replies.append(message)))
            for number in range(160):
                await client.send(Message(destination=server.unique_name, path="/a", interface="a.b", member="C"))
                if number % 20 == 19:
                    await client.call(
                        Message(
                            destination="org.freedesktop.DBus",
                            path="/",
                            member="GetId",
                            interface="org.freedesktop.DBus",
                        )
                    )
            assert [reply.error_name for reply in replies if reply.error_name] == []
            for connection in (client, server):
                connection.disconnect()
                await connection.wait_for_disconnect()
        finally:
            daemon.terminate()
            daemon.wait()

    with TemporaryDirectory() as directory:
        asyncio.run(scenario(Path(directory)))


def test_a_daemon_that_cannot_listen_is_an_error() -> None:
    async def scenario(directory: Path) -> None:
        bus = PrivateBus(directory)
        bus.config.write_text("<busconfig>")
        with pytest.raises(ConnectionError, match="ended before it listened"):
            await start(bus)

    with TemporaryDirectory() as directory:
        asyncio.run(scenario(Path(directory)))


def test_a_daemon_that_says_nothing_is_a_timeout() -> None:
    async def scenario() -> None:
        read, write = os.pipe()
        try:
            with pytest.raises(TimeoutError):
                await wait_ready(read, 0.01)
        finally:
            os.close(write)

    asyncio.run(scenario())


def test_a_path_beyond_the_limit_of_sockets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="longer than 107 bytes"):
        PrivateBus(tmp_path / ("x" * 110))
