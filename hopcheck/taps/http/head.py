"""The head of a request or of a response, read from the bytes that were on the wire."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_plus, urlsplit

Headers = tuple[tuple[str, str], ...]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_REQUEST_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^\s\x00]+) HTTP/(\d\.\d)")
_FIELD = re.compile(rb"[^\n]*\n(?:[ \t][^\n]*\n)*")
_STATUS_LINE = re.compile(r"HTTP/(\d\.\d) (\d{3})(?: (.*))?")


class Malformed(ValueError):
    """The bytes are not the HTTP/1 message that stands here; the text says why."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """``raw`` are the bytes up to and with the empty line; header names are lower case."""

    method: str
    target: str
    version: str
    headers: Headers
    raw: bytes

    @property
    def path(self) -> str:
        """The target's path, percent-encoded as it was sent, without query."""
        return self._parts()[0]

    @property
    def query(self) -> list[list[str]]:
        """Decoded name and value of each query parameter; a bare name has the value ""."""
        pieces = (piece.partition("=") for piece in self._parts()[1].split("&") if piece)
        return [[_decoded(name), _decoded(value)] for name, _, value in pieces]

    def values(self, name: str) -> list[str]:
        """The values of every header called ``name`` (lower case)."""
        return values(self.headers, name)

    def _parts(self) -> tuple[str, str]:
        if self.target.startswith("/") or "://" not in self.target:
            path, _, query = self.target.partition("#")[0].partition("?")
            return path, query
        parts = urlsplit(self.target)
        return parts.path or "/", parts.query


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """``raw`` and ``headers`` as in `RequestHead`."""

    status: int
    reason: str
    version: str
    headers: Headers
    raw: bytes

    def values(self, name: str) -> list[str]:
        """The values of every header called ``name`` (lower case)."""
        return values(self.headers, name)


@lru_cache(1024)
def _decoded(text: str) -> str:
    # Names and most values of a run's queries come again with every poll.
    return unquote_plus(text)


def request_head(raw: bytes) -> RequestHead:
    """Read a request's head; empty lines before it are allowed. Raises Malformed."""
    first, lines = _lines(raw)
    match = _REQUEST_LINE.fullmatch(first)
    if match is None:
        raise Malformed(f"not a request line: {first[:120]!r}")
    headers = _headers(lines)
    for name, _ in headers:
        # A blank before the colon hides a header from one reader and shows it to another.
        if _TOKEN.fullmatch(name) is None:
            raise Malformed(f"not a header name: {name[:120]!r}")
    return RequestHead(match[1], match[2], match[3], headers, raw)


def response_head(raw: bytes) -> ResponseHead:
    """Read a response's head. Raises Malformed."""
    first, lines = _lines(raw)
    match = _STATUS_LINE.fullmatch(first)
    if match is None:
        raise Malformed(f"not a status line: {first[:120]!r}")
    headers = tuple((name.rstrip(" \t"), value) for name, value in _headers(lines))
    return ResponseHead(int(match[2]), match[3] or "", match[1], headers, raw)


def fields(raw: bytes) -> Iterator[bytes]:
    """The parts of a head, together all its bytes: start line, each header with its continuations, empty line."""
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    yield from (part for part in (raw[:start], *_FIELD.findall(raw, start)) if part)


def values(headers: Headers, name: str) -> list[str]:
    """The values of every header called ``name`` (lower case)."""
    return [value for key, value in headers if key == name]


def _lines(raw: bytes) -> tuple[str, list[str]]:
    text = raw.decode("latin-1").replace("\r\n", "\n")
    if "\r" in text or "\0" in text:
        raise Malformed(f"a control character in the head: {raw[:120]!r}")
    first, *lines = text.strip("\n").split("\n")
    return first, lines


def _headers(lines: list[str]) -> Headers:
    found: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t"):
            if not found:
                raise Malformed(f"a header that continues nothing: {line[:120]!r}")
            name, known = found.pop()
            blankless = line.strip(" \t")
            found.append((name, f"{known} {blankless}"))
        elif colon:
            found.append((name.lower(), value.strip(" \t")))
        else:
            raise Malformed(f"not a header line: {line[:120]!r}")
    return tuple(found)
