from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hopcheck.topology.fork_server import ForkServer
from hopcheck.topology.nursery import MODULE, NURSERY, Nursery
from hopcheck.topology.process import Command, StartError
from hopcheck.topology.running import Running


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as place:
        yield Path(place)


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.end()


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def command(address: Path) -> Command:
    return Command("fork-server", [sys.executable, "-m", MODULE, str(address)])


async def until_gone(pid: int) -> None:
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with os.fdopen(pidfd, "rb") as end:
        over = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(end, over.set_result, True)
        await asyncio.wait_for(over, 10)
        asyncio.get_running_loop().remove_reader(end)


def test_it_bears_fork_servers_only(place: Path) -> None:
    assert NURSERY.bears(command(place))
    assert not NURSERY.bears(Command("s3", [sys.executable, "-m", "fakes.s3"]))
    assert not NURSERY.bears(Command("mine", ["python", "-m", MODULE]))


def test_one_serves_a_loop_after_another(place: Path) -> None:
    parents = []

    async def once(number: int) -> None:
        (directory := place / str(number)).mkdir()
        forks = ForkServer(directory, directory, lambda _: None)
        forks.begin()
        assert forks._begun is not None
        await forks._begun
        parents.append(parent(forks.process.pid))
        await forks.stop()
        assert forks.process.status == -signal.SIGTERM

    for number in range(3):
        asyncio.run(once(number))
    assert len(set(parents)) == 1


async def test_its_end_is_theirs_and_the_next_one_begins_anew(nursery: Nursery, place: Path) -> None:
    ends: asyncio.Queue[tuple[int, bool]] = asyncio.Queue()

    async def bear(name: str) -> int:
        with (place / "log").open("ab") as log:
            return await nursery.bear(command(place / name), {}, log, lambda *told: ends.put_nowait(told))

    before = parent(await bear("one"))
    os.kill(before, signal.SIGKILL)
    # Nobody asked for it: a part of the kit that died.
    assert await asyncio.wait_for(ends.get(), 10) == (-signal.SIGKILL, False)
    second = await bear("two")
    assert parent(second) != before
    nursery.end()
    await until_gone(second)


async def test_who_waits_no_longer_leaves_no_fork_server(nursery: Nursery, place: Path) -> None:
    ends: asyncio.Queue[int] = asyncio.Queue()
    with (place / "log").open("ab") as log:
        bearing = asyncio.create_task(
            nursery.bear(command(place / "one"), {}, log, lambda status, _: ends.put_nowait(status))
        )
        await asyncio.sleep(0)
        bearing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await bearing
    assert ends.get_nowait() == -signal.SIGKILL


async def test_one_that_is_stopped_at_once_is_not_waited_for(place: Path) -> None:
    for number in range(20):
        (directory := place / str(number)).mkdir()
        ended: list[Running] = []
        forks = ForkServer(directory, directory, ended.append)
        forks.begin()
        await asyncio.sleep(0.001 * number)
        await forks.stop()
        assert not forks.process.stubborn


async def test_that_it_cannot_begin_says_why(nursery: Nursery, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hopcheck.topology.nursery.MODULE", "fakes.nobody")
    with (
        (place / "log").open("ab") as log,
        pytest.raises(StartError, match=r"has ended\n.*No module named fakes.nobody"),
    ):
        await nursery.bear(command(place / "one"), {}, log, lambda *_: None)


def test_it_ends_with_a_kit_that_is_killed_and_with_one_that_ends(place: Path) -> None:
    code = (
        "import asyncio, os, signal, sys; from pathlib import Path; from hopcheck.topology.nursery import *\n"
        "async def main():\n"
        "    with open(sys.argv[1] + '/log', 'ab') as log:\n"
        "        command = Command('fork-server', [sys.executable, '-m', MODULE, sys.argv[1] + '/' + sys.argv[2]])\n"
        "        print(await NURSERY.bear(command, {}, log, lambda *_: None), NURSERY._child.pid, flush=True)\n"
        "asyncio.run(main())\n"
        "if sys.argv[2] == 'killed': os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    for how in ("killed", "ended"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(place), how], stdout=subprocess.PIPE, text=True, check=False
        )
        assert done.returncode == (-signal.SIGKILL if how == "killed" else 0)
        for pid in map(int, done.stdout.split()):
            asyncio.run(until_gone(pid))
