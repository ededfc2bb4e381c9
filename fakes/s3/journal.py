"""What was put is there after a restart: moto forgets, so every PUT is kept and repeated at start."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from werkzeug.test import Client, EnvironBuilder

from fakes.s3.guard import request_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS puts (
    number INTEGER PRIMARY KEY, target TEXT NOT NULL UNIQUE, headers TEXT NOT NULL, body BLOB NOT NULL)"""


class Journal:
    """A WSGI application around another: plain PUTs that it takes are written to the file `path`.

    A part of a multipart upload, whose target has a query, is not. The body must be seekable, as the guard's is.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], path: Path) -> None:
        self.app = app
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(SCHEMA)

    def replay(self) -> None:
        """Put again what the file holds, in the order in which it came."""
        client = Client(self.app)
        for target, headers, body in self._run("SELECT target, headers, body FROM puts ORDER BY number"):
            builder = EnvironBuilder(target, method="PUT", headers=json.loads(headers), data=body)
            builder.environ_base = {"RAW_URI": target}
            client.open(builder).close()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass a request on and keep it if it changed something."""
        statuses: list[str] = []

        def start(status: str, *rest: Any) -> Any:
            statuses.append(status)
            return start_response(status, *rest)

        method, target = environ["REQUEST_METHOD"], environ["REQUEST_URI"]
        body = environ["wsgi.input"].read() if method == "PUT" else b""
        if method == "PUT":
            environ["wsgi.input"].seek(0)
        answer = list(self.app(environ, start))
        if statuses[0].startswith("2") and "?" not in target:
            self._keep(method, target, environ, body)
        return answer

    def close(self) -> None:
        """Give the file up."""
        with self._lock:
            self._database.close()

    def _keep(self, method: str, target: str, environ: dict[str, Any], body: bytes) -> None:
        if method == "PUT":
            headers = json.dumps(request_of(environ).headers)
            put = "INSERT OR REPLACE INTO puts (target, headers, body) VALUES (?, ?, ?)"
            self._run(put, (target, headers, body))
        elif method == "DELETE":
            self._run("DELETE FROM puts WHERE target = ?", (target,))

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()
