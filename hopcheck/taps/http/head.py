"""The head of a request or of a response, read from the bytes that were on the wire."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlsplit

from hopcheck.memory import remember

Headers = tuple[tuple[str, str], ...]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_REQUEST_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^\s\x00]+) HTTP/(\d\.\d)")
_BLANKS = (" ", "\t")
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
        return _of_target(self.target)[0]

    @property
    def query(self) -> list[list[str]]:
        """Decoded name and value of each query parameter; a bare name has the value "". To be read only."""
        return _of_target(self.target)[1]

    def values(self, name: str) -> list[str]:
        """The values of every header called ``name`` (lower case)."""
        return values(self.headers, name)


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


def request_head(raw: bytes) -> RequestHead:
    """Read a request's head; empty lines before it are allowed. Raises Malformed."""
    first, lines = _lines(raw)
    method, target, version = _request_line(first)
    return RequestHead(method, target, version, _headers(lines, _request_field), raw)


def response_head(raw: bytes) -> ResponseHead:
    """Read a response's head. Raises Malformed."""
    first, lines = _lines(raw)
    status, reason, version = _status_line(first)
    return ResponseHead(status, reason, version, _headers(lines, _response_field), raw)


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
    lines = text.strip("\n").split("\n")
    return lines.pop(0), lines


def _headers(lines: list[str], read: Callable[[str], tuple[str, str]]) -> Headers:
    found: list[tuple[str, str]] = []
    for line in lines:
        if line.startswith(_BLANKS):
            if not found:
                raise Malformed(f"a header that continues nothing: {line[:120]!r}")
            name, known = found.pop()
            blankless = line.strip(" \t")
            found.append((name, f"{known} {blankless}"))
        else:
            found.append(read(line))
    return tuple(found)


# What stands in a run's messages, all but some identifiers and dates, comes again with every poll.
@remember(1024)
def _request_line(line: str) -> tuple[str, str, str]:
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        raise Malformed(f"not a request line: {line[:120]!r}")
    return match[1], match[2], match[3]


@remember(64)
def _status_line(line: str) -> tuple[int, str, str]:
    match = _STATUS_LINE.fullmatch(line)
    if match is None:
        raise Malformed(f"not a status line: {line[:120]!r}")
    return int(match[2]), match[3] or "", match[1]


@remember(1024)
def _request_field(line: str) -> tuple[str, str]:
    name, value = _field(line)
    # A blank before the colon hides a header from one reader and shows it to another.
    if _TOKEN.fullmatch(name) is None:
        raise Malformed(f"not a header name: {name[:120]!r}")
    return name, value


@remember(1024)
def _response_field(line: str) -> tuple[str, str]:
    name, value = _field(line)
    return name.rstrip(" \t"), value


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise Malformed(f"not a header line: {line[:120]!r}")
    return name.lower(), value.strip(" \t")


@remember(1024)
def _of_target(target: str) -> tuple[str, list[list[str]]]:
    if target.startswith("/") or "://" not in target:
        path, _, query = target.partition("#")[0].partition("?")
    else:
        parts = urlsplit(target)
        path, query = parts.path or "/", parts.query
    pieces = (piece.partition("=") for piece in query.split("&") if piece)
    return path, [[unquote_plus(name), unquote_plus(value)] for name, _, value in pieces]
