from __future__ import annotations

import os
import socket
import struct
import threading
from types import SimpleNamespace

import pytest

from hopcheck.life import terminal
from hopcheck.life.execution import Frames


@pytest.fixture
def opened():
    """Descriptors to be closed at the end."""
    fds: list[int] = []
    yield fds
    for fd in fds:
        os.close(fd)


@pytest.fixture
def far():
    near, far = socket.socketpair()
    far.settimeout(10)
    yield near, far
    near.close()
    far.close()


def frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(data)) + data


def pump(monkeypatch, near: socket.socket, stdin: int, frames: Frames | None, early: bytes = b"") -> threading.Thread:
    monkeypatch.setattr(terminal.sys, "stdin", SimpleNamespace(fileno=lambda: stdin))
    thread = threading.Thread(target=terminal._pump, args=[near, frames, early])
    thread.start()
    return thread


def test_input_goes_out_and_its_end_too_and_streams_come_apart(far, opened, monkeypatch, capfd):
    near, other = far
    reader, writer = os.pipe()
    opened.append(reader)
    answer = frame(1, b"answer") + frame(2, b"complaint")
    thread = pump(monkeypatch, near, reader, Frames(), answer[:10])
    os.write(writer, b"question")
    os.close(writer)
    said = b""
    while part := other.recv(100):
        said += part
    assert said == b"question"
    other.sendall(answer[10:])
    other.shutdown(socket.SHUT_WR)
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert capfd.readouterr() == ("answer", "complaint")


def test_more_than_a_socket_holds_goes_both_ways_at_once(far, opened, monkeypatch, tmp_path, capfd):
    near, other = far
    size = 3_000_000
    (tmp_path / "in").write_bytes(b"x" * size)
    opened.append(os.open(tmp_path / "in", os.O_RDONLY))
    thread = pump(monkeypatch, near, opened[0], None)
    # It reads nothing before it has said everything, as a command may.
    other.sendall(b"y" * size)
    got = 0
    while part := other.recv(65_536):
        got += len(part)
    other.shutdown(socket.SHUT_WR)
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert got == size
    assert len(capfd.readouterr().out) == size


def test_a_command_that_reads_no_input_ends_all_the_same(far, opened, monkeypatch, tmp_path):
    near, other = far
    (tmp_path / "in").write_bytes(b"x" * 3_000_000)
    opened.append(os.open(tmp_path / "in", os.O_RDONLY))
    thread = pump(monkeypatch, near, opened[0], None)
    other.close()
    thread.join(timeout=10)
    assert not thread.is_alive()
