"""A WSGI application that lets only rightly signed requests through to another."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from fakes.s3 import credentials, payload
from fakes.s3.refusal import Refusal
from fakes.s3.signature import Request

REASONS = {400: "Bad Request", 403: "Forbidden"}


class Guard:
    """Verifies signature, time and payload, then hands the request on with its body unread."""

    def __init__(self, app: Callable[..., Iterable[bytes]], secrets: Mapping[str, str]) -> None:
        self.app, self.secrets = app, secrets

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, refused ones with S3's error document."""
        request = request_of(environ)
        try:
            verified = credentials.verify(request, self.secrets, self.now())
            body = body_of(environ)
            payload.check(verified, body)
        except Refusal as refused:
            return refuse(refused, request, start_response)
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        # moto tells %2F from a slash only by this variable.
        environ["RAW_URI"] = environ.get("REQUEST_URI", "")
        return self.app(environ, start_response)

    def now(self) -> datetime:
        """The clock that signatures are judged by."""
        return datetime.now(UTC)


def request_of(environ: Mapping[str, Any]) -> Request:
    """What was sent, from a WSGI environment with the server's `REQUEST_URI`."""
    path, _, query = environ["REQUEST_URI"].partition("?")
    headers = {key[5:].replace("_", "-").lower(): v for key, v in environ.items() if key.startswith("HTTP_")}
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if key in environ:
            headers[key.replace("_", "-").lower()] = environ[key]
    return Request(environ["REQUEST_METHOD"], path, query, headers)


def body_of(environ: Mapping[str, Any]) -> bytes:
    """The body with its transfer encoding taken off."""
    if environ.get("wsgi.input_terminated"):
        return bytes(environ["wsgi.input"].read())
    return bytes(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))


def refuse(refused: Refusal, request: Request, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The error document; nothing but its headers for HEAD."""
    document = refused.xml(request.path)
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(document)))]
    start_response(f"{refused.status} {REASONS[refused.status]}", headers)
    return [] if request.method == "HEAD" else [document]
