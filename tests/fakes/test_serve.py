from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fakes.outbound import Outbound
from fakes.serve import Listener, Servers

PROGRAM = """
import sys
from fakes.serve import Listener, serve_all
def app(environ, start):
    start("200 OK", [("Content-Length", "2")])
    return [b"hi"]
serve_all([Listener(app, "127.0.0.1", int(port)) for port in sys.argv[1:]], "demo")
"""


def hello(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def get(port: int | str) -> bytes:
    with closing(Outbound(f"http://127.0.0.1:{port}", timeout=5)) as outbound:
        return outbound.request("GET", "/").body


def free_ports(count: int) -> list[str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(s.getsockname()[1]) for s in sockets]
    for s in sockets:
        s.close()
    return ports


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ready_serves_and_ends_with_status_0(tmp_path: Path, number: signal.Signals) -> None:
    ports = free_ports(2)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "n"))
        listener.settimeout(10)
        env = os.environ | {"NOTIFY_SOCKET": str(tmp_path / "n")}
        with subprocess.Popen([sys.executable, "-c", PROGRAM, *ports], env=env) as process:
            assert listener.recv(200) == b"READY=1\nSTATUS=hopcheck-demo 0.1.0"
            assert [get(port) for port in ports] == [b"hi"] * 2
            process.send_signal(number)
            assert process.wait(5) == 0


def test_a_taken_port_is_one_line_and_status_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *free_ports(1), port], timeout=10, capture_output=True, text=True
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith(f"hopcheck-demo: cannot listen on 127.0.0.1:{port}: ")
    assert len(done.stderr.splitlines()) == 1


def test_servers_stop_listening() -> None:
    servers = Servers([Listener(hello, "127.0.0.1", 0)], "demo")
    port = servers.ports[0]
    assert get(port) == b"hello"
    servers.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)
