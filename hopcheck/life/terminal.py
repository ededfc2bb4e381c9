"""Joins this process's stdin and stdout to a command on a host, with a terminal on both sides or on none."""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import signal
import socket
import subprocess
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Protocol

from hopcheck.life.execution import STDERR, Execution, Frames

CHUNK = 65_536


def interact(container: Any, argv: Sequence[str]) -> int:
    """Run a command there as if it ran here; its exit status."""
    is_terminal = at_terminal()
    environment = {"TERM": os.environ.get("TERM", "dumb")} if is_terminal else None
    with Execution(container, argv, tty=is_terminal, environment=environment) as execution:
        with _raw(execution.resize) if is_terminal else contextlib.nullcontext():
            _pump(execution.socket, None if is_terminal else Frames(), execution.early)
        return execution.status


def interact_here(argv: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a command of this machine at a terminal of its own, which ends with this process; its exit status.

    It must make itself a session with that terminal (``setsid --ctty``): one in another PID namespace cannot give a
    terminal back to a process group that it does not see.
    """
    master, slave = os.openpty()
    with closing(_Master(master)) as far:
        child = subprocess.Popen(argv, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        try:
            with _raw(far.resize):
                _pump(far, None)
        except BaseException:
            far.close()
            child.wait()
            raise
        return child.wait()


def at_terminal() -> bool:
    """Whether somebody sits there."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class _Far(Protocol):
    """A socket, or what can be used like one."""

    def fileno(self) -> int: ...
    def setblocking(self, flag: bool, /) -> None: ...
    def recv(self, size: int, /) -> bytes: ...
    def send(self, data: bytes, /) -> int: ...
    def shutdown(self, how: int, /) -> None: ...


class _Master:
    """Our end of a terminal."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def fileno(self) -> int:
        return self._fd

    def setblocking(self, flag: bool) -> None:
        os.set_blocking(self._fd, flag)

    def recv(self, size: int) -> bytes:
        try:
            return os.read(self._fd, size)
        except OSError as error:
            # The kernel's word for: nobody has the other end any more.
            if error.errno != errno.EIO:
                raise
            return b""

    def send(self, data: bytes) -> int:
        return os.write(self._fd, data)

    def shutdown(self, _how: int) -> None:
        """A terminal has no end of input but the key for it."""

    def resize(self, rows: int, columns: int) -> None:
        termios.tcsetwinsize(self._fd, (rows, columns))

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


@contextlib.contextmanager
def _raw(resize: Callable[[int, int], None]) -> Iterator[None]:
    """Every key goes through as it is, and the other side knows the window's size."""

    stdin = sys.stdin.fileno()

    def resized(*_: object) -> None:
        # Not LINES and COLUMNS, which say what the window once was; a terminal without a size has the usual one.
        rows, columns = termios.tcgetwinsize(stdin)
        resize(rows or 24, columns or 80)

    before = termios.tcgetattr(stdin)
    handler = signal.signal(signal.SIGWINCH, resized)
    tty.setraw(stdin)
    try:
        resized()
        yield
    finally:
        signal.signal(signal.SIGWINCH, handler)
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)


def _pump(far: _Far, frames: Frames | None, early: bytes = b"") -> None:
    """Both ways until the far side ends. Input waits while the far side takes none, but output never does.

    ``early`` is what the far side has already said.
    """

    def show(data: bytes) -> None:
        for stream, part in [(1, data)] if frames is None else frames.feed(data):
            _write(2 if stream == STDERR else 1, part)

    stdin = sys.stdin.fileno()
    show(early)
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
                    except ConnectionError:
                        # The command has ended without reading on; what it said still comes.
                        selector.modify(far, selectors.EVENT_READ)
                    else:
                        if not waiting:
                            selector.modify(far, selectors.EVENT_READ)
                            selector.register(stdin, selectors.EVENT_READ)
                if events & selectors.EVENT_READ:
                    try:
                        data = far.recv(CHUNK)
                    except ConnectionResetError:
                        data = b""
                    if not data:
                        return
                    show(data)


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]
