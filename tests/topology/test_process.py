import asyncio
import signal
import sys

import pytest

from hopcheck.topology.process import Command, Process, StartError

READY = ("import os,socket,sys,signal;"
         "s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);"
         "s.sendto(b'READY=1\\nSTATUS=thing 1.2',os.environ['NOTIFY_SOCKET']);"
         "signal.pause()")


def command(code, **more):
    return Command("thing", [sys.executable, "-c", code], **more)


async def test_ready_process_tells_its_version_and_stops(tmp_path):
    ended = []
    process = Process(command(READY), tmp_path / "log", ended.append)
    await process.start()
    assert process.reported == "thing 1.2"
    await process.stop()
    assert process.status == -signal.SIGTERM
    assert ended == [process]
    assert process.expected_exit


async def test_early_exit_names_role_status_and_last_words(tmp_path):
    process = Process(command("print('no such broker'); raise SystemExit(3)"), tmp_path / "log")
    with pytest.raises(StartError, match=r"(?s)thing: ended with status 3 .*no such broker"):
        await process.start()


async def test_missing_program_is_named(tmp_path):
    process = Process(Command("thing", ["/no/such/program"]), tmp_path / "log")
    with pytest.raises(StartError, match="thing"):
        await process.start()


async def test_a_death_nobody_asked_for_is_unexpected(tmp_path):
    ended = asyncio.Event()
    process = Process(command(READY), tmp_path / "log", lambda _: ended.set())
    await process.start()
    process.signal(signal.SIGKILL)
    await asyncio.wait_for(ended.wait(), 5)
    assert process.status == -signal.SIGKILL
    assert not process.expected_exit
