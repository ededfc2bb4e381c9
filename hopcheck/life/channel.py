"""The line between `up` and the owner that it starts: progress one way, the taking over the other."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

TAKEN = b"taken\n"


class OwnerEnd:
    """The owner's end. What it says goes to its own log too, and only there once nobody listens."""

    def __init__(self, fd: int) -> None:
        self._socket: socket.socket | None = socket.socket(fileno=fd)

    def watch(self, abandoned: Callable[[], None]) -> threading.Thread:
        """Call ``abandoned``, in a thread, where whoever started the owner goes away without taking the run over."""

        def listen(end: socket.socket) -> None:
            told = b""
            with contextlib.suppress(OSError):
                told = end.recv(len(TAKEN))
            if told != TAKEN:
                abandoned()

        thread = threading.Thread(target=listen, args=[self._socket], name="hopcheck-up", daemon=True)
        thread.start()
        return thread

    def progress(self, line: str) -> None:
        """A line for whoever waits."""
        print(f"hopcheck: {line}", file=sys.stderr, flush=True)
        self._say(progress=line)

    def ready(self, run: str) -> None:
        """The run with this id is up."""
        self._say(ready=run)

    def failed(self, cause: str, status: int) -> None:
        """It will not be; ``status`` is what the command is to exit with."""
        print(f"hopcheck: {cause}", file=sys.stderr, flush=True)
        self._say(failed=cause, status=status)

    def _say(self, **message: object) -> None:
        if self._socket is not None:
            try:
                self._socket.sendall(json.dumps(message).encode() + b"\n")
            except OSError:
                self._socket.close()
                self._socket = None


def messages(end: socket.socket) -> Iterator[dict[str, Any]]:
    """What the owner says, until it closes its end."""
    with end.makefile("rb") as lines:
        for line in lines:
            yield json.loads(line)
