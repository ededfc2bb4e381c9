from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest


@pytest.fixture
def notify(folder):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(folder / "notify"))
        notify.settimeout(10)
        yield notify


def start(folder):
    (folder / "c.toml").write_text('log-level = "info"\n')
    return subprocess.Popen(
        [sys.executable, "-m", "fakes.rhc_worker_playbook", "--config", str(folder / "c.toml")],
        env={**os.environ, "NOTIFY_SOCKET": str(folder / "notify")},
        stderr=subprocess.PIPE,
    )


def test_ready_until_sigterm(bus_address, folder, notify):
    with start(folder) as process:
        assert notify.recv(100) == b"READY=1\nSTATUS=hopcheck-rhc-worker-playbook 0.1.0"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_taken_name_ends_the_start(bus_address, folder, notify):
    with start(folder) as first:
        assert notify.recv(100).startswith(b"READY")
        with start(folder) as second:
            assert second.wait(10) == 1
            assert b"already taken" in second.stderr.read()
        first.terminate()
