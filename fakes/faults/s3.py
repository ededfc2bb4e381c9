"""Wrong ways to be S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fakes.faults.seam import around
from fakes.s3 import store

Answer = tuple[str, list[tuple[str, str]], bytes]


def serves_altered_bytes() -> None:
    """An object comes back with an empty line that it had not."""

    @_answers("GET")
    def _(status: str, headers: list[tuple[str, str]], body: bytes) -> Answer:
        return status, headers, body + b"\n"


def serves_as_another_type() -> None:
    """An object comes back with another content type."""

    @_answers("GET")
    def _(status: str, headers: list[tuple[str, str]], body: bytes) -> Answer:
        return status, _with(headers, "Content-Type", "application/octet-stream"), body


def forgets_objects() -> None:
    """What was taken is not there any more."""

    @_answers("GET")
    def _(_status: str, headers: list[tuple[str, str]], _body: bytes) -> Answer:
        return (
            "404 NOT FOUND",
            _with(headers, "Content-Type", "application/xml"),
            b"<Error><Code>NoSuchKey</Code></Error>",
        )


def stores_without_an_etag() -> None:
    """A PUT is answered without the object's ETag."""

    @_answers("PUT")
    def _(status: str, headers: list[tuple[str, str]], body: bytes) -> Answer:
        return status, [(name, value) for name, value in headers if name.lower() != "etag"], body


def _with(headers: list[tuple[str, str]], name: str, value: str) -> list[tuple[str, str]]:
    return [(key, old) for key, old in headers if key.lower() != name.lower()] + [(name, value)]


def _answers(method: str) -> Callable[[Callable[..., Answer]], None]:
    """Decorator: pass answers about objects through the decorated function."""

    def bend(wrong: Callable[..., Answer]) -> None:
        @around(store, "application")
        def _(application: Any, *arguments: Any) -> Any:
            app = application(*arguments)

            def bent(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
                started: list[Any] = []
                body = b"".join(app(environ, lambda *given: started.append(given)))
                status, headers, *rest = started[0]
                if environ["REQUEST_METHOD"] == method and environ["PATH_INFO"].count("/") > 1:
                    status, headers, body = wrong(status, list(headers), body)
                    headers = _with(headers, "Content-Length", str(len(body)))
                start_response(status, headers, *rest)
                return [body]

            return bent

    return bend
