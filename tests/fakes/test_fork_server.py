from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE_S = 30


@contextmanager
def served() -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """The program, and a connection to it."""
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as place:
        address, notified = f"{place}/forks", f"{place}/notified"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(notified)
            told.settimeout(PATIENCE_S)
            child = subprocess.Popen(
                [sys.executable, "-m", "fakes.fork_server", address], env={**os.environ, "NOTIFY_SOCKET": notified}
            )
            assert b"READY=1" in told.recv(4096)
        with child, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as channel:
            channel.settimeout(PATIENCE_S)
            channel.connect(address)
            yield child, channel


def ask(channel: socket.socket, log: Path, *arguments: str, cwd: Path | None = None) -> None:
    job = {
        "module": "fakes.s3",
        "arguments": arguments,
        "env": {"LANG": "C.UTF-8"},
        "cwd": cwd and str(cwd),
        "inside": None,
    }
    with log.open("ab") as output:
        socket.send_fds(channel, [json.dumps(job).encode()], [output.fileno()])


def told(channel: socket.socket) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(channel.recv(4096))
    return answer


def test_it_tells_the_pid_and_then_how_it_ended(tmp_path: Path) -> None:
    with served() as (_, channel):
        for arguments, status in ((["--version"], 0), (["--nonsense"], 2), ([], 1)):
            ask(channel, tmp_path / "log", *arguments)
            pid = told(channel)["pid"]
            assert told(channel) == {"ended": pid, "status": status}
    said = (tmp_path / "log").read_text()
    assert said.startswith("hopcheck-s3 ")
    assert "unrecognized arguments: --nonsense" in said
    assert "Traceback" not in said


def test_it_ends_with_the_connection(tmp_path: Path) -> None:
    with served() as (child, channel):
        ask(channel, tmp_path / "log", "--version")
        assert told(channel)["pid"] != child.pid
        channel.close()
        assert child.wait(PATIENCE_S) == 0


def test_what_it_has_imported_runs_in_no_thread() -> None:
    code = (
        "import importlib, threading; from fakes.fork_server import SHARED; "
        "[*map(importlib.import_module, SHARED)]; raise SystemExit(threading.active_count() - 1)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
