from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from hopcheck.live.address import listen
from hopcheck.live.companion import Companion
from hopcheck.topology.process import StartError


def test_it_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    companion = Companion(tmp_path)
    try:
        with urlopen(companion.url, timeout=30) as answer:
            assert b"Sequence diagram" in answer.read()
    finally:
        companion.end()
    assert companion._process.returncode == 0
    with pytest.raises(ConnectionError), socket.create_connection(("127.0.0.1", int(companion.url[17:-5]))):
        pass


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    starter = (
        "import os, signal, sys, pathlib; from hopcheck.live.companion import Companion;"
        "print(Companion(pathlib.Path(sys.argv[1]))._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", starter, str(tmp_path)], capture_output=True, text=True, timeout=30)
    try:
        served = os.pidfd_open(int(done.stdout))
    except ProcessLookupError:
        return
    assert select.select([served], [], [], 30)[0]
    os.close(served)


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with listen() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"--live-port {port}: Address already in use; give another one"):
            Companion(tmp_path, port)
