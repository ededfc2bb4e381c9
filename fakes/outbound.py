"""The HTTP client of the stand-ins: keep-alive, one connection a thread, nothing sent twice."""

from __future__ import annotations

import re
import select
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ssl import SSLContext
from urllib.parse import urlsplit

IDLE_S = 5.0
"""A connection that idled longer is not used again: its server, which waits longer, may be closing it right now."""


_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


class Unreachable(OSError):
    """No complete answer came: refused, reset, timed out or not HTTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """Requests to one server, ``http://host:port`` or ``https://host:port``."""

    def __init__(self, base: str, *, timeout: float = 10.0, tls: SSLContext | None = None) -> None:
        parts = urlsplit(base)
        self._https = parts.scheme == "https"
        self._host, self._port = parts.hostname or "localhost", parts.port
        self._prefix = parts.path.rstrip("/")
        self._timeout, self._tls = timeout, tls
        self._local = threading.local()
        self._lock = threading.Lock()
        self._open: set[HTTPConnection] = set()

    def request(
        self, method: str, target: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """Ask once; header values go out as UTF-8. Raises Unreachable, also for what no header can hold."""
        connection = self._connection()
        self._local.used = time.monotonic()
        try:
            encoded = {name: _value(value) for name, value in (headers or {}).items()}
            connection.request(method, self._prefix + target, body=body, headers=encoded)
            response = connection.getresponse()
            content = response.read()
            self._local.used = time.monotonic()
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            raise Unreachable(f"{method} {target.partition('?')[0]}: {error!r}") from error
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, content)

    def close(self) -> None:
        """Close this thread's connection."""
        connection: HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            del self._local.connection
            with self._lock:
                self._open.discard(connection)

    def close_all(self) -> None:
        """Close every thread's connection; for the end of a program."""
        with self._lock:
            for connection in self._open:
                connection.close()

    def _connection(self) -> HTTPConnection:
        connection: HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = (
                HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._tls)
                if self._https
                else HTTPConnection(self._host, self._port, timeout=self._timeout)
            )
            self._local.connection = connection
            with self._lock:
                self._open.add(connection)
        elif connection.sock is not None and (
            time.monotonic() - self._local.used > IDLE_S or select.select([connection.sock], [], [], 0)[0]
        ):
            # Readable while idle: the server closed it. Found out before sending, so nothing goes twice.
            connection.close()
        return connection


def _value(text: str) -> bytes:
    """A header's value on the wire. Raises ValueError for control characters, which none may have."""
    if _CONTROL.search(text):
        raise ValueError(f"no header can hold {text!r}")
    return text.encode()
