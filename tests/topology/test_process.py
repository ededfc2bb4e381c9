import asyncio
import signal
import sys

import pytest

from hopcheck.topology.ports import free_ports
from hopcheck.topology.process import Command, Process, StartError

READY = (
    "import os,socket,sys,signal;"
    "s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);"
    "s.sendto(b'READY=1\\nSTATUS=thing 1.2',os.environ['NOTIFY_SOCKET']);"
    "signal.pause()"
)


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


SERVER = "import http.server,sys; http.server.test(http.server.BaseHTTPRequestHandler, port=int(sys.argv[1]))"


async def test_a_server_that_does_not_notify_is_asked(tmp_path):
    (port,) = free_ports(1)
    process = Process(
        Command("thing", [sys.executable, "-c", SERVER, str(port)], health=(port, "/ready")), tmp_path / "log"
    )
    await process.start()
    assert process.status is None
    await process.stop()


async def test_a_server_that_ends_instead_of_answering_is_named(tmp_path):
    (port,) = free_ports(1)
    process = Process(command("raise SystemExit(4)", health=(port, "/")), tmp_path / "log")
    with pytest.raises(StartError, match="ended with status 4"):
        await process.start()
