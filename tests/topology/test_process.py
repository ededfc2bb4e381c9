import asyncio
import os
import select
import signal
import sys
from pathlib import Path

import pytest

from hopcheck.topology.ports import free_ports
from hopcheck.topology.process import Command, Process, StartError, printed, to_its_end

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


SERVER = "import http.server,sys; http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]))"


async def test_a_server_that_does_not_notify_is_asked(tmp_path):
    (port,) = free_ports(1)
    process = Process(
        Command("thing", [sys.executable, "-c", SERVER, str(port)], health=(port, "/ready")), tmp_path / "log"
    )
    await process.start()
    assert process.status is None
    await process.stop()


NOTIFIES_LATE = """
import http.server, os, socket, sys, threading
asked = threading.Event()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        asked.set()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
asked.wait()
sys.stdin.read()
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
    told.connect(os.environ["NOTIFY_SOCKET"])
    for _ in range(1000):
        told.send(b"WATCHDOG=1\\xff")
open(sys.argv[2], "w").close()
threading.Event().wait()
"""


async def test_one_that_notifies_after_it_answered_is_heard_for_as_long_as_it_runs(tmp_path):
    (port,) = free_ports(1)
    done = tmp_path / "done"
    argv = [sys.executable, "-c", NOTIFIES_LATE, str(port), str(done)]
    process = Process(Command("thing", argv, health=(port, "/")), tmp_path / "log")
    await process.start()
    async with asyncio.timeout(5):
        while not done.exists():
            assert process.status is None, (tmp_path / "log").read_text()
            await asyncio.sleep(0)
    assert list(tmp_path.glob("*.notify"))
    await process.stop()
    assert not list(tmp_path.glob("*.notify"))


async def test_a_server_that_ends_instead_of_answering_is_named(tmp_path):
    (port,) = free_ports(1)
    process = Process(command("raise SystemExit(4)", health=(port, "/")), tmp_path / "log")
    with pytest.raises(StartError, match="ended with status 4"):
        await process.start()


LISTENS = """
import socket, sys, threading
def serve(listener):
    while True:
        peer, _ = listener.accept()
        peer.recv(4096)
        peer.sendall(sys.argv[2].encode())
        peer.close()
serve(socket.create_server(("127.0.0.1", int(sys.argv[1]))))
"""


def asked(tmp_path, health, *argv, **more):
    """A stranger that is asked at a port for a second."""
    return Process(
        Command("thing", argv, notify=False, health=(health, "/up"), **{"patience": 1.0, **more}), tmp_path / "log"
    )


async def test_who_listens_elsewhere_is_told_where(tmp_path):
    wanted, other = free_ports(2)
    process = asked(tmp_path, wanted, "sh", "-c", '"$@" & wait', "-", sys.executable, "-c", LISTENS, str(other), "")
    with pytest.raises(StartError, match=f"127.0.0.1:{wanted}/up; it listens on 127.0.0.1:{other}\n"):
        await process.start()
    assert process.status is not None


async def test_who_does_not_listen_is_told_so(tmp_path):
    (port,) = free_ports(1)
    with pytest.raises(StartError, match=r"not ready after 1 s: nobody answers .*; it listens on no port at all"):
        await asked(tmp_path, port, "sleep", "60").start()


async def test_garbage_is_no_answer(tmp_path):
    (port,) = free_ports(1)
    process = asked(tmp_path, port, sys.executable, "-c", LISTENS, str(port), "SSH-2.0\n", patience=20)
    with pytest.raises(StartError, match=f"127.0.0.1:{port}/up answers b'SSH-2.0.*', which is no HTTP"):
        await process.start()


async def test_who_says_503_is_not_up(tmp_path):
    (port,) = free_ports(1)
    process = asked(
        tmp_path, port, sys.executable, "-c", LISTENS, str(port), "HTTP/1.1 503 Not yet\r\n\r\n", patience=3
    )
    with pytest.raises(StartError, match=r"not ready after 3 s: .*/up answers 503"):
        await process.start()


async def test_a_flood_is_ended_and_cut(tmp_path):
    ended = asyncio.Event()
    log = tmp_path / "log"
    process = Process(Command("thing", ["yes"], notify=False, limit=1 << 20), log, lambda _: ended.set())
    await process.start()
    await asyncio.wait_for(ended.wait(), 20)
    assert process.cause == "wrote more than 1 MiB of output, so that it was ended"
    assert not process.expected_exit
    await process._watch  # type: ignore[misc]
    assert log.stat().st_size == 1 << 20


async def test_who_ignores_sigterm_is_killed_and_known(tmp_path):
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + READY
    stubborn = Process(command(code, grace=0.5), tmp_path / "log")
    await stubborn.start()
    await stubborn.stop()
    assert (stubborn.status, stubborn.stubborn) == (-signal.SIGKILL, True)


async def test_what_a_wrapper_started_ends_with_it(tmp_path):
    pid_file = tmp_path / "pid"
    process = Process(
        Command("thing", ["sh", "-c", f"sleep 60 & echo $! >{pid_file}; wait"], notify=False), tmp_path / "log"
    )
    await process.start()
    while not (pid_file.exists() and pid_file.read_text().strip()):
        await asyncio.sleep(0.01)
    child = os.pidfd_open(int(pid_file.read_text()))
    await process.stop()
    assert select.select([child], [], [], 5)[0]
    os.close(child)


async def test_a_frozen_process_stands_still_until_it_is_thawed(tmp_path):
    process = Process(command(READY), tmp_path / "log")
    await process.start()
    await process.freeze()
    assert os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT).si_status == signal.SIGSTOP
    await process.thaw()
    await process.stop()
    assert not process.stubborn


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("no-such-program", "there is no program no-such-program on PATH"),
        ("/no/such/program", "there is no program /no/such/program"),
        (__file__, "cannot be executed: chmod"),
    ],
)
async def test_what_cannot_run_says_why(tmp_path, program, why):
    with pytest.raises(StartError, match=f"^thing: .*{why}"):
        await Process(Command("thing", [program]), tmp_path / "log").start()


async def test_a_directory_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StartError, match="thing: there is no directory /no/such to run it in"):
        await Process(Command("thing", ["true"], cwd=Path("/no/such")), tmp_path / "log").start()


async def test_a_job_that_fails_says_what_it_was(tmp_path):
    job = Command("thing", ["sh", "-c", "echo no such table; exit 3"])
    with pytest.raises(StartError, match=r"(?s)^thing: `sh -c .*` ended with status 3.*no such table"):
        await to_its_end(job, tmp_path / "log")
    with pytest.raises(StartError, match=r"`sleep 60` does not end within 0\.2 s"):
        await to_its_end(Command("thing", ["sleep", "60"]), tmp_path / "log", 0.2)


async def test_who_waits_no_longer_for_what_is_printed_leaves_no_child():
    child = await asyncio.create_subprocess_exec("sleep", "60", stdout=asyncio.subprocess.PIPE)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(printed(child), 0.1)
    assert child.returncode == -signal.SIGKILL


async def test_a_child_that_ended_in_the_same_moment_is_not_killed():
    child = await asyncio.create_subprocess_exec("true", stdout=asyncio.subprocess.PIPE)
    waiting = asyncio.create_task(printed(child))
    while child._transport._proc is not None:
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert child.returncode == 0
