import sys

import pytest

from hopcheck.topology.deployment import Deployment, Group
from hopcheck.topology.process import Command, Process, StartError

READY = (
    "import os,socket,signal,sys;"
    "print(sys.argv[1], os.environ.get('MORE', ''), flush=True);"
    "signal.signal(signal.SIGTERM, lambda *_: (print('end', sys.argv[1], flush=True), sys.exit(0)));"
    "socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM).sendto(b'READY=1',os.environ['NOTIFY_SOCKET']);"
    "signal.pause()"
)


def part(name):
    return Command("thing", [sys.executable, "-c", READY, name], name=name)


def said(group):
    return [line.strip() for line in group.log.read_text().splitlines()]


BEFORE = Command("thing", ["echo", "migrated"], name="before")


async def test_processes_start_in_order_after_what_comes_before_and_end_in_reverse(tmp_path):
    group = Deployment("thing", (part("one"), part("two")), (BEFORE,)).running(tmp_path / "log")
    await group.start()
    assert group.started
    await group.stop()
    assert said(group) == ["migrated", "one", "two", "end two", "end one"]


async def test_one_process_alone_is_that_process(tmp_path):
    assert isinstance(Deployment("thing", (part("one"),)).running(tmp_path / "log"), Process)
    assert isinstance(Deployment("thing", (part("one"),), (BEFORE,)).running(tmp_path / "log"), Group)


async def test_what_comes_before_comes_once_and_variables_are_for_all(tmp_path):
    deployment = Deployment("thing", (part("one"), part("two")), (BEFORE,))
    group = deployment.again().with_environment({"MORE": "told"}).running(tmp_path / "log")
    await group.start()
    await group.stop()
    assert said(group)[:2] == ["one told", "two told"]


async def test_another_program_takes_the_place_of_the_one_that_was_there():
    deployment = Deployment("thing", (Command("thing", ["a", "b", "x"]), Command("thing", ["c", "x"])))
    changed = deployment.with_program(["a", "b"], ["new"])
    assert [list(each.argv) for each in changed.processes] == [["new", "x"], ["c", "x"]]


async def test_what_started_ends_where_the_next_does_not(tmp_path):
    broken = Command("thing", ["sh", "-c", "exit 3"], name="two")
    group = Deployment("thing", (part("one"), broken)).running(tmp_path / "log")
    with pytest.raises(StartError, match=r"thing \(two\): ended with status 3"):
        await group.start()
    assert said(group) == ["one", "end one"]


async def test_a_failed_migration_starts_nothing(tmp_path):
    broken = Command("thing", ["sh", "-c", "echo no database; exit 1"], name="migrate")
    group = Deployment("thing", (part("one"), part("two")), (broken,)).running(tmp_path / "log")
    with pytest.raises(StartError, match=r"(?s)thing \(migrate\): .* ended with status 1\n.*no database"):
        await group.start()
    assert not group.started


async def test_the_end_of_one_is_told_and_known(tmp_path):
    ended = []
    group = Deployment("thing", (part("one"), part("two"))).running(tmp_path / "log", ended.append)
    await group.start()
    first = group._processes[0]
    await first.stop()
    assert (ended, group.status) == ([first], 0)
    await group.stop()
    assert len(ended) == 2
