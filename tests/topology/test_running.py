import asyncio
import sys

from hopcheck.topology.process import Command, Process
from hopcheck.topology.running import last_moments


def process(tmp_path, code, told):
    command = Command("s3", [sys.executable, "-c", code], notify=False)
    return Process(command, tmp_path / f"{len(told)}.log", on_exit=lambda each: told.append(each.status))


async def test_the_end_of_one_that_dies_is_told_before(tmp_path):
    told = []
    dying = process(tmp_path, "import sys; sys.exit(7)", told)
    await dying.start()
    await last_moments([dying], "s3")
    assert told == [7]


async def test_nobody_waits_long_for_one_that_lives(tmp_path, monkeypatch):
    monkeypatch.setattr("hopcheck.topology.running.DYING_S", 0.01)
    told = []
    living = process(tmp_path, "import sys; sys.stdin.read(); import time; time.sleep(60)", told)
    await living.start()
    await last_moments([living], "s3")
    await last_moments([living], "ingress")
    assert told == []
    await living.stop()
    assert len(asyncio.all_tasks()) == 1
