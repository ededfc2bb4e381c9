from __future__ import annotations

import socket
from pathlib import Path

import pytest

from fakes.notify import ready


@pytest.mark.parametrize("abstract", [False, True])
def test_sends_one_datagram(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool) -> None:
    name = f"{'@' if abstract else ''}{tmp_path}/n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name.replace("@", "\0"))
        listener.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        ready("hopcheck-s3 0.1.0")
        assert listener.recv(200) == b"READY=1\nSTATUS=hopcheck-s3 0.1.0"


def test_silent_without_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    ready("anything")


def test_a_named_socket_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "none"))
    with pytest.raises(OSError, match="No such file"):
        ready("anything")
