"""A command in a container whose streams are ours: over one socket, framed where it has no terminal."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Any

from hopcheck.life.run import Gone

_HEADER = struct.Struct(">BxxxL")
STDERR = 2
# The engine does not end a command whose caller is gone, so the command watches its stdin and ends with it.
_GUARD = (
    'exec 3<&0; "$@" </dev/null & p=$!; (cat <&3 >/dev/null; kill $p) & wait $p; s=$?; kill $! 2>/dev/null; exit $s'
)


class Frames:
    """Takes apart what comes of a command without a terminal: (1 or 2 for stdout or stderr, bytes)."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Whole frames only; the rest waits for more."""
        self._rest += data
        while len(self._rest) >= _HEADER.size:
            stream, size = _HEADER.unpack_from(self._rest)
            if len(self._rest) < _HEADER.size + size:
                return
            yield stream, self._rest[_HEADER.size : _HEADER.size + size]
            self._rest = self._rest[_HEADER.size + size :]


class Execution:
    """Started when made. Use as a context manager: at its end the command ends too."""

    def __init__(self, container: Any, argv: Sequence[str], *, tty: bool = False, environment: Any = None) -> None:
        self._api = container.client.api
        made = self._api.exec_create(container.id, list(argv), stdin=True, tty=tty, environment=environment)
        self._id: str = made["Id"]
        self._tty = tty
        self._stream: Any = self._api.exec_start(self._id, socket=True, tty=tty)
        self.socket: socket.socket = getattr(self._stream, "_sock", self._stream)
        # What comes first, if it came that soon.
        self.early = _read_ahead(self._stream, self.socket)

    @classmethod
    def guarded(cls, container: Any, argv: Sequence[str]) -> Execution:
        """One that cannot outlive this process, however that ends; its stdin is empty."""
        return cls(container, ["sh", "-c", _GUARD, "sh", *argv])

    def __enter__(self) -> Execution:
        return self

    def __exit__(self, *_: object) -> None:
        # A machine that has gone took the command with it.
        with contextlib.suppress(Gone, ProcessLookupError, PermissionError):
            state = self._inspect()
            if state["Running"] and state["Pid"]:
                # A terminal that goes away hangs its programs up; others are asked to end.
                os.kill(state["Pid"], signal.SIGHUP if self._tty else signal.SIGTERM)
        self._stream.close()
        self.socket.close()

    def _inspect(self) -> dict[str, Any]:
        from docker.errors import APIError

        try:
            state: dict[str, Any] = self._api.exec_inspect(self._id)
        except APIError as error:
            raise _gone(error) from error
        return state

    def resize(self, rows: int, columns: int) -> None:
        """Tell its terminal the size."""
        self._api.exec_resize(self._id, height=rows, width=columns)

    @property
    def status(self) -> int:
        """The exit status, once its output has ended. Raises `Gone`."""
        from docker.errors import APIError

        from hopcheck.topology.containers.execute import status_of

        try:
            return status_of(self._api, self._id)
        except TimeoutError as error:
            raise Gone(str(error)) from None
        except APIError as error:
            raise _gone(error) from error


def _read_ahead(stream: Any, connection: socket.socket) -> bytes:
    """What the HTTP library has read behind the answer's head, which docker's own readers lose (docker-py's #425)."""
    response = getattr(stream, "_response", None)
    if response is None:
        return b""
    before = connection.gettimeout()
    connection.setblocking(False)
    try:
        return response.raw._fp.fp.read1() or b""
    finally:
        connection.settimeout(before)


def _gone(error: Any) -> Gone:
    return Gone(f"the machine went away: {error.explanation or error}")
