from __future__ import annotations

import signal
import socket
import subprocess
import sys

import pytest

from fakes.ingress.__main__ import main


def test_version_without_heavy_imports():
    code = (
        "import sys\nfrom fakes.ingress.__main__ import main\n"
        "try: main(['--version'])\nexcept SystemExit: print({'flask', 'botocore'} & sys.modules.keys())"
    )
    lines = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert lines.splitlines() == ["hopcheck-ingress 0.1.0", "set()"]


def test_wrong_configuration_ends_it(monkeypatch):
    for name in ("MINIOACCESSKEY", "MINIOSECRETKEY", "WEBPORT"):
        monkeypatch.setenv(f"INGRESS_{name}", "x")
    with pytest.raises(SystemExit, match="INGRESS_WEBPORT"):
        main([])


@pytest.fixture
def notifier(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifier:
        notifier.bind(str(tmp_path / "notify"))
        notifier.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield notifier


def test_ready_until_sigterm_without_kafka(notifier, monkeypatch):
    for name, value in (
        ("WEBPORT", "0"),
        ("METRICSPORT", "0"),
        ("KAFKABROKERS", "127.0.0.1:1"),
        ("MINIOENDPOINT", "127.0.0.1:1"),
        ("MINIOACCESSKEY", "a"),
        ("MINIOSECRETKEY", "b"),
    ):
        monkeypatch.setenv(f"INGRESS_{name}", value)
    with subprocess.Popen([sys.executable, "-m", "fakes.ingress"], stderr=subprocess.DEVNULL) as process:
        assert notifier.recv(100) == b"READY=1\nSTATUS=hopcheck-ingress 0.1.0"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
