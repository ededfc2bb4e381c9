from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from dbus_fast import Message
from dbus_fast.aio import MessageBus

from hopcheck.topology.bus import PrivateBus, wait_ready
from hopcheck.topology.bus_monitor import BusMonitor, count
from hopcheck.topology.process import StartError

BUS = "org.freedesktop.DBus"


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    private = PrivateBus(tmp_path)
    read_end, write_end = os.pipe()
    daemon = await asyncio.create_subprocess_exec(
        *private.argv(write_end), pass_fds=[write_end], stderr=asyncio.subprocess.DEVNULL
    )
    os.close(write_end)
    await wait_ready(read_end, 10)
    yield private.address, daemon
    if daemon.returncode is None:
        daemon.terminate()
    await daemon.wait()


async def test_it_counts_what_passed_until_the_bus_ends(
    bus: tuple[str, asyncio.subprocess.Process], tmp_path: Path
) -> None:
    address, daemon = bus
    monitor = BusMonitor(address, tmp_path / "log")
    await monitor.start()
    one, own = [await MessageBus(bus_address=address).connect() for _ in range(2)]
    argument = "a\nsignal time=1.2 sender=:1.9 -> destination=:1.8 serial"
    for connection in (one, own):
        await connection.call(Message(destination=BUS, path="/", interface=BUS, member="ListNames"))
    answer = await one.call(
        Message(destination="no.such.name", path="/", interface="a.b", member="C", signature="s", body=[argument])
    )
    assert answer is not None
    for connection in (one, own):
        connection.disconnect()
        await connection.wait_for_disconnect()
    daemon.terminate()
    await monitor.stop()
    # Hello, ListNames, C; their answers; NameAcquired, NameOwnerChanged and, at its end, the latter again and NameLost.
    assert monitor.counts({str(own.unique_name)}) == {"call": 3, "return": 2, "error": 1, "signal": 4}
    everything = monitor.counts(())
    assert everything["call"] == 5
    assert everything["signal"] == 8
    assert argument.splitlines()[1] in (tmp_path / "log").read_text()


async def test_a_bus_that_is_not_there(tmp_path: Path) -> None:
    monitor = BusMonitor(f"unix:path={tmp_path}/none", tmp_path / "log")
    with pytest.raises(StartError, match="did not become a monitor"):
        await monitor.start()
    await monitor.stop()


async def test_a_missing_program_names_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_: None)
    monitor = BusMonitor("unix:path=/none", tmp_path / "log")
    with pytest.raises(StartError, match="apt-get install dbus-bin"):
        await monitor.start()
    await monitor.stop()


async def test_it_is_ended_where_the_bus_stays(bus: tuple[str, asyncio.subprocess.Process], tmp_path: Path) -> None:
    monitor = BusMonitor(bus[0], tmp_path / "log")
    await monitor.start()
    await monitor.stop(0.05)
    assert bus[1].returncode is None


def test_nothing_printed_is_nothing_counted() -> None:
    assert count([], ()) == {"call": 0, "return": 0, "error": 0, "signal": 0}
