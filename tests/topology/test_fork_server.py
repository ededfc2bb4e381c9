from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from itertools import count
from pathlib import Path

import pytest

from hopcheck.topology import scratch
from hopcheck.topology.fork_server import ForkServer
from hopcheck.topology.namespace import Namespace
from hopcheck.topology.ports import free_ports
from hopcheck.topology.process import Command, Process, StartError
from hopcheck.topology.running import Place, Running

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "S3_BUCKETS": "uploads"}


class Made:
    """A fork server, and what it was asked to start; ``ended`` is who told of its end."""

    def __init__(self, place: Path, logs: Path) -> None:
        self.ended: list[Running] = []
        self.logs = self.log = logs
        self._numbers = count(1)
        self.forks = ForkServer(place, logs, self.ended.append)
        self.place = Place(place, self.forks)

    def process(self, argv: Sequence[str], **more: object) -> Process:
        command = Command("s3", [sys.executable, "-m", *argv], **more)  # type: ignore[arg-type]
        self.log = self.logs / f"s3-{next(self._numbers)}.log"
        return Process(command, self.log, self.ended.append, self.place)

    def s3(self, inside: int | None = None) -> Process:
        [port] = free_ports(1)
        # Several at once may not share one.
        state = self.logs / f"state-{port}"
        state.mkdir()
        env = {**KEYS, "STATE_DIRECTORY": str(state)}
        return self.process(["fakes.s3", "-p", str(port)], env=env, inside=inside)

    def said(self) -> str:
        return self.log.read_text()


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Made]:
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as place:
        made = Made(Path(place), tmp_path)
        made.forks.begin()
        try:
            yield made
        finally:
            await made.forks.stop()


@pytest.fixture
async def inside() -> AsyncIterator[int]:
    """Whose namespaces are a host's."""
    directory = scratch.new()
    namespace = Namespace(directory / "root")
    await namespace.start()
    yield namespace.init
    await namespace.stop()
    scratch.remove(directory)


def namespaces(pid: int) -> list[str]:
    return [os.readlink(f"/proc/{pid}/ns/{kind}") for kind in ("mnt", "pid")]


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


async def test_a_stand_in_is_its_fork_ready_when_it_says_so_and_ends_as_asked(made: Made) -> None:
    s3 = made.s3()
    await s3.start()
    assert s3.reported.startswith("hopcheck-s3 ")
    assert parent(s3.pid) == made.forks.process.pid
    assert os.getsid(s3.pid) == s3.pid
    await s3.stop()
    assert (s3.status, s3.stubborn, made.ended) == (0, False, [s3])


async def test_it_has_the_arguments_and_the_environment_given_and_no_other(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "the kit's")
    asks = made.process(["fakes.s3", "--version"], notify=False)
    await asks.start()
    assert (await asks.wait(), made.said()) == (0, f"hopcheck-s3 {made.said().split()[-1]}\n")
    lacks = made.process(["fakes.s3"], env={"AWS_SECRET_ACCESS_KEY": "x"})
    with pytest.raises(StartError, match=r"(?s)ended with status 1.*AWS_ACCESS_KEY_ID and"):
        await lacks.start()


async def test_on_a_host_it_is_in_the_hosts_namespaces_and_ends_as_asked(made: Made, inside: int) -> None:
    s3 = made.s3(inside)
    await s3.start()
    assert namespaces(s3.pid) == namespaces(inside) != namespaces(os.getpid())
    assert parent(parent(s3.pid)) == made.forks.process.pid
    assert os.readlink(f"/proc/{s3.pid}/cwd") == "/"
    await s3.stop()
    assert (s3.status, s3.stubborn, made.ended) == (0, False, [s3])


async def test_what_ends_before_it_is_ready_on_a_host_has_its_own_status(made: Made, inside: int) -> None:
    lacks = made.process(["fakes.s3"], inside=inside)
    with pytest.raises(StartError, match=r"(?s)ended with status 1.*AWS_ACCESS_KEY_ID and"):
        await lacks.start()


async def test_a_host_that_is_gone_has_no_way_in(made: Made) -> None:
    lost = made.process(["fakes.s3"], inside=2**30)
    with pytest.raises(StartError, match=r"(?s)ended with status 1.*/proc/1073741824/ns/mnt"):
        await lost.start()


@pytest.mark.parametrize("where", ["here", "on a host"])
async def test_one_that_is_killed_has_the_signal_as_its_status(made: Made, inside: int, where: str) -> None:
    s3 = made.s3(None if where == "here" else inside)
    await s3.start()
    s3.signal(signal.SIGKILL)
    assert await s3.wait() == -signal.SIGKILL
    assert not s3.expected_exit


async def test_several_at_once_are_told_apart(made: Made) -> None:
    several = [made.s3() for _ in range(4)]
    await asyncio.gather(*(each.start() for each in several))
    assert len({each.pid for each in several}) == 4
    several[2].signal(signal.SIGTERM)
    assert await several[2].wait() == 0
    assert [each.status for each in several] == [None, None, 0, None]


@pytest.mark.parametrize("where", ["here", "on a host"])
async def test_with_its_own_end_all_end_and_it_is_not_their_fault(made: Made, inside: int, where: str) -> None:
    s3 = made.s3(None if where == "here" else inside)
    await s3.start()
    pid = os.pidfd_open(s3.pid)
    made.forks.process.signal(signal.SIGKILL)
    assert await s3.wait() == -signal.SIGKILL
    assert s3.expected_exit
    await made.forks.process.wait()
    assert not made.forks.process.expected_exit
    with os.fdopen(pid, "rb") as gone:
        over = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(gone, over.set_result, True)
        await asyncio.wait_for(over, 10)
        asyncio.get_running_loop().remove_reader(gone)
    with pytest.raises((StartError, OSError)):
        await made.s3().start()


async def test_that_it_cannot_begin_is_told_by_whoever_needs_it(made: Made, tmp_path: Path) -> None:
    (tmp_path / "fork-server.socket").touch()
    forks = ForkServer(tmp_path, tmp_path, made.ended.append)
    forks.begin()
    s3 = Process(made.s3().command, tmp_path / "other.log", place=Place(made.place.sockets, forks))
    with pytest.raises(StartError, match=r"(?s)fork-server: ended with status 1.*Address already in use"):
        await s3.start()
    await forks.stop()


@pytest.mark.parametrize(
    "argv",
    [
        ["true"],
        ["/opt/python", "-m", "fakes.s3"],
        [sys.executable, "-m", "my.ingress"],
        [sys.executable, "component.py"],
        [sys.executable, "-m"],
    ],
)
async def test_what_is_no_stand_in_run_as_it_is_runs_for_itself(made: Made, argv: list[str]) -> None:
    assert not made.forks.bears(Command("ingress", argv))


async def test_before_it_begins_it_bears_nobody(tmp_path: Path) -> None:
    forks = ForkServer(tmp_path, tmp_path, lambda _: None)
    assert not forks.bears(Command("s3", [sys.executable, "-m", "fakes.s3"]))
    await forks.stop()
