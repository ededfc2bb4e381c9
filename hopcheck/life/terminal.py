"""Joins this process's stdin and stdout to a command in a container, with a terminal on both sides or on none."""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import socket
import sys
import termios
import tty
from collections.abc import Iterator, Sequence
from typing import Any

from hopcheck.life.execution import STDERR, Execution, Frames

CHUNK = 65_536


def interact(container: Any, argv: Sequence[str]) -> int:
    """Run a command there as if it ran here; its exit status."""
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    environment = {"TERM": os.environ.get("TERM", "dumb")} if is_terminal else None
    with Execution(container, argv, tty=is_terminal, environment=environment) as execution:
        with _raw(execution) if is_terminal else contextlib.nullcontext():
            _pump(execution.socket, None if is_terminal else Frames())
        return execution.status


@contextlib.contextmanager
def _raw(execution: Execution) -> Iterator[None]:
    """Every key goes through as it is, and the other side knows the window's size."""

    def resized(*_: object) -> None:
        size = shutil.get_terminal_size()
        execution.resize(size.lines, size.columns)

    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    handler = signal.signal(signal.SIGWINCH, resized)
    tty.setraw(stdin)
    try:
        resized()
        yield
    finally:
        signal.signal(signal.SIGWINCH, handler)
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)


def _pump(far: socket.socket, frames: Frames | None) -> None:
    """Both ways until the far side ends. Input waits while the far side takes none, but output never does."""
    stdin = sys.stdin.fileno()
    waiting = b""
    far.setblocking(False)
    # Poll, and not epoll, which refuses plain files.
    with selectors.PollSelector() as selector:
        selector.register(stdin, selectors.EVENT_READ)
        selector.register(far, selectors.EVENT_READ)
        while True:
            for key, events in selector.select():
                if key.fd == stdin:
                    waiting = os.read(stdin, CHUNK)
                    selector.unregister(stdin)
                    if waiting:
                        selector.modify(far, selectors.EVENT_READ | selectors.EVENT_WRITE)
                    else:
                        far.shutdown(socket.SHUT_WR)
                    continue
                if events & selectors.EVENT_WRITE:
                    try:
                        waiting = waiting[far.send(waiting) :]
                    except BrokenPipeError:
                        # The command has ended without reading on; what it said still comes.
                        selector.modify(far, selectors.EVENT_READ)
                    else:
                        if not waiting:
                            selector.modify(far, selectors.EVENT_READ)
                            selector.register(stdin, selectors.EVENT_READ)
                if events & selectors.EVENT_READ:
                    data = far.recv(CHUNK)
                    if not data:
                        return
                    for stream, part in [(1, data)] if frames is None else frames.feed(data):
                        _write(2 if stream == STDERR else 1, part)


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]
