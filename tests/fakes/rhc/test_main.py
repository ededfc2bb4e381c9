from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest

from fakes.rhc import __main__


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "fakes.rhc", *arguments],
        capture_output=True,
        text=True,
        timeout=20,
        env={**os.environ, **environment},
    )


def test_version_needs_no_libraries():
    code = "import sys; from fakes.rhc.__main__ import main; main(['--version']); print(sorted(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.startswith("hopcheck-rhc 0.1.0\n")
    assert "paho" not in out
    assert "asyncio" not in out


def test_daemon_imports_no_web_framework():
    code = "import sys, fakes.rhc.daemon; print({'requests', 'flask', 'cryptography'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_unreachable_broker_ends_with_status_1(bus_address, folder, port):
    (folder / "c.toml").write_text(f'server = ["mqtt://127.0.0.1:{port}"]\nclient-id = "h"\nfacts-file = ""\n')
    done = run("--config", str(folder / "c.toml"))
    assert done.returncode == 1
    assert "cannot connect to the broker" in done.stderr


def test_bad_configuration_ends_with_status_1(capsys, tmp_path):
    (tmp_path / "c").write_text('protocol = "x"')
    assert __main__.main(["--config", str(tmp_path / "c")]) == 1
    (tmp_path / "c").write_text('protocol = "http"')
    assert __main__.main(["--config", str(tmp_path / "c")]) == 1
    assert "HTTP transport" in capsys.readouterr().err


@pytest.mark.usefixtures("broker", "bus_address")
async def test_ready_then_sigterm_then_offline(cloud, folder, port):
    (folder / "c.toml").write_text(f'server = ["mqtt://127.0.0.1:{port}"]\nclient-id = "h"\nfacts-file = ""\n')
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(folder / "notify"))
        notify.settimeout(10)
        environment = {**os.environ, "NOTIFY_SOCKET": str(folder / "notify")}
        with subprocess.Popen(
            [sys.executable, "-m", "fakes.rhc", "--config", str(folder / "c.toml")], env=environment
        ) as process:
            assert notify.recv(100) == b"READY=1\nSTATUS=hopcheck-rhc 0.1.0"
            await cloud.control(state="online")
            process.send_signal(signal.SIGTERM)
            await cloud.control(state="offline")
            assert process.wait(10) == 0
