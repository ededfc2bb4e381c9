from __future__ import annotations

import signal
import socket
import subprocess
import sys

import pytest

from fakes.s3.__main__ import main


def test_version_without_heavy_imports(capsys):
    code = (
        "import sys\nfrom fakes.s3.__main__ import main\n"
        "try: main(['--version'])\nexcept SystemExit: print('moto' in sys.modules)"
    )
    lines = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert lines.splitlines() == ["hopcheck-s3 0.1.0", "False"]


def test_keys_are_needed(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    with pytest.raises(SystemExit, match="AWS_SECRET_ACCESS_KEY"):
        main([])


def test_bucket_name_that_s3_forbids_is_told(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("S3_BUCKETS", "A")
    with pytest.raises(SystemExit, match="S3_BUCKETS"):
        main([])


@pytest.fixture
def notifier(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifier:
        notifier.bind(str(tmp_path / "notify"))
        notifier.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield notifier


def test_ready_until_sigterm(notifier, monkeypatch, tmp_path):
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
        ("S3_BUCKETS", "one-bucket"),
        ("STATE_DIRECTORY", str(tmp_path)),
    ):
        monkeypatch.setenv(name, value)
    with subprocess.Popen([sys.executable, "-m", "fakes.s3", "-p", "0"]) as process:
        assert notifier.recv(100) == b"READY=1\nSTATUS=hopcheck-s3 0.1.0"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert (tmp_path / "s3.sqlite3").exists()
