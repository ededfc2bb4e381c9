"""The access log that every server writes: a line on stderr for each request, once it is answered."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

# All that may stand in a path and needs no escape in the log's quotes.
_PLAIN = "/%:@!$&'()*+,;=~"


class AccessLog:
    """A WSGI application around another.

    A line reads ``ROLE: "METHOD PATH VERSION" STATUS``; the path is as on the wire, without its query, which may bear
    a signature.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], role: str) -> None:
        self.app = app
        self.role = role

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass a request on."""
        status = "-"

        def start(line: str, *rest: Any) -> Any:
            nonlocal status
            status = line.partition(" ")[0]
            return start_response(line, *rest)

        def answer() -> Iterator[bytes]:
            body: Any = ()
            try:
                body = self.app(environ, start)
                yield from body
            finally:
                if hasattr(body, "close"):
                    body.close()
                self._write(environ, status)

        return answer()

    def _write(self, environ: dict[str, Any], status: str) -> None:
        target = environ.get("REQUEST_URI") or environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        path = quote(target.partition("?")[0], safe=_PLAIN)
        line = f'{self.role}: "{environ["REQUEST_METHOD"]} {path} {environ["SERVER_PROTOCOL"]}" {status}\n'
        # One write, so that lines of two threads do not mix.
        sys.stderr.write(line)
        sys.stderr.flush()
