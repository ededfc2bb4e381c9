from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hopcheck.topology.births import Births
from hopcheck.topology.process import Command, StartError

COMMAND = Command("s3", ["python", "-m", "fakes.s3", "-p", "1"], cwd=Path("/tmp"))


class World:
    """Births, and the other end of their connection."""

    def __init__(self) -> None:
        ours, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.far.settimeout(5)
        self.births = Births(ours, lambda: "it has gone")
        self.ended: list[tuple[int, bool]] = []

    def bear(self, log: Path) -> asyncio.Task[int]:
        async def bearing() -> int:
            with log.open("ab") as output:
                return await self.births.bear(COMMAND, {"A": "b"}, output, lambda *told: self.ended.append(told))

        return asyncio.create_task(bearing())

    def tell(self, **told: int) -> None:
        self.far.send(json.dumps(told).encode())


async def until(met: object) -> None:
    async with asyncio.timeout(5):
        while not met():  # type: ignore[operator]
            await asyncio.sleep(0)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    world.births.close()
    world.far.close()


async def test_what_is_asked_and_told(world: World, tmp_path: Path) -> None:
    bearing = world.bear(tmp_path / "log")
    await asyncio.sleep(0)
    message, (log,), _, _ = socket.recv_fds(world.far, 4096, 1)
    assert json.loads(message) == {
        "module": "fakes.s3",
        "arguments": ["-p", "1"],
        "env": {"A": "b"},
        "cwd": "/tmp",
        "inside": None,
    }
    with open(log, "ab") as output:
        output.write(b"said")
    world.tell(pid=7)
    assert await bearing == 7
    assert (tmp_path / "log").read_bytes() == b"said"
    world.tell(ended=7, status=3)
    await until(lambda: world.ended)
    assert world.ended == [(3, False)]


async def test_one_that_nobody_waits_for_any_more_does_not_shift_the_others(world: World, tmp_path: Path) -> None:
    first, second = world.bear(tmp_path / "one"), world.bear(tmp_path / "two")
    await asyncio.sleep(0)
    first.cancel()
    world.tell(pid=7)
    world.tell(pid=8)
    assert await second == 8


async def test_what_cannot_be_asked_is_not_waited_for(world: World, tmp_path: Path) -> None:
    closed = (tmp_path / "closed").open("ab")
    closed.close()
    with pytest.raises(ValueError, match="closed file"):
        await world.births.bear(COMMAND, {}, closed, lambda *_: None)
    bearing = world.bear(tmp_path / "log")
    await asyncio.sleep(0)
    world.tell(pid=7)
    assert await bearing == 7


async def test_with_the_other_end_all_end(world: World, tmp_path: Path) -> None:
    alive = world.bear(tmp_path / "one")
    await asyncio.sleep(0)
    world.tell(pid=7)
    await alive
    given_up, asked = world.bear(tmp_path / "two"), world.bear(tmp_path / "three")
    await asyncio.sleep(0)
    given_up.cancel()
    world.far.close()
    with pytest.raises(StartError, match="it has gone"):
        await asked
    assert world.ended == [(-signal.SIGKILL, True)]
    assert world.births.over
