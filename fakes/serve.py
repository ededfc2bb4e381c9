"""The WSGI server under every Flask stand-in."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cheroot import wsgi

from fakes.access_log import AccessLog
from fakes.notify import ready

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Listener:
    """An application at an address; port 0 lets the kernel choose."""

    app: WSGIApp
    host: str
    port: int


class Servers:
    """Listening servers with access logs. Raises SystemExit, one line, where an address cannot be had."""

    def __init__(self, listeners: Sequence[Listener], role: str) -> None:
        self._servers: list[Any] = []
        for listener in listeners:
            server = wsgi.Server(
                (listener.host, listener.port),
                AccessLog(listener.app, role),
                numthreads=8,
                request_queue_size=128,
                shutdown_timeout=2,
            )
            server.keep_alive_conn_limit = 200
            # How long the accept loop may sleep, and so how long a stop may take.
            server.expiration_interval = 0.1
            try:
                server.prepare()
            except OSError as error:
                self.stop()
                raise SystemExit(
                    f"hopcheck-{role}: cannot listen on {listener.host}:{listener.port}: {error}"
                ) from error
            self._servers.append(server)
            threading.Thread(target=server.serve, name=f"{role}:{listener.port}", daemon=True).start()

    @property
    def ports(self) -> list[int]:
        """The ports really taken, in the order of the listeners."""
        return [server.socket.getsockname()[1] for server in self._servers]

    def stop(self) -> None:
        """Let running requests end (two seconds at most), then close everything."""
        for server in self._servers:
            server.stop()
        self._servers.clear()


def serve_all(listeners: Sequence[Listener], role: str, *, version: str = "0.1.0") -> None:
    """Serve until SIGTERM or SIGINT, then return, so that the program ends with status 0.

    Tells readiness once every listener listens. Raises SystemExit (status 1) where a port is taken.
    Call it from the main thread.
    """
    # The handlers write to a pipe: an Event set from a handler can meet its own lock.
    reader, writer = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(writer, b"."))
    servers = Servers(listeners, role)
    ready(f"hopcheck-{role} {version}")
    os.read(reader, 1)
    servers.stop()


def serve(app: WSGIApp, host: str, port: int, role: str, *, version: str = "0.1.0") -> None:
    """Serve one application until SIGTERM; see `serve_all`."""
    serve_all([Listener(app, host, port)], role, version=version)


def log_to_stderr(role: str) -> None:
    """Plain lines on stderr, as a service under systemd writes them."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=f"{role}: %(levelname)s %(message)s")
