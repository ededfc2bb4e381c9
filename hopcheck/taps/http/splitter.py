"""Finds the messages in one direction of an HTTP/1 connection, from copies of its bytes (RFC 9112)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from hopcheck.taps.http.head import Malformed, RequestHead, ResponseHead, request_head, response_head

HEAD_LIMIT = 256 * 1024
LINE_LIMIT = 64 * 1024

H = TypeVar("H", RequestHead, ResponseHead)
_Step = tuple[int, "Mark[H] | None"]
_DIGITS = re.compile(r"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?\r?\n", re.S)


@dataclass(slots=True)
class Message(Generic[H]):
    """A message as far as it has come: ``body`` is de-chunked pieces, None where the message has none by rule.

    ``began`` is the monotonic time of the first byte in nanoseconds; ``complete`` is right after its end mark.
    """

    head: H
    began: int
    body: list[bytes] | None = None
    complete: bool = False

    @property
    def payload(self) -> bytes | None:
        """The de-chunked body in one piece."""
        return None if self.body is None else b"".join(self.body)


@dataclass(frozen=True, slots=True)
class Mark(Generic[H]):
    """Something ends behind offset ``at`` of the bytes just fed: a head, a message, or what could be understood."""

    kind: Literal["head", "end", "malformed"]
    at: int
    message: Message[H] | None = None
    reason: str = ""


class Splitter(Generic[H]):
    """Incremental: any cut of the same bytes gives the same messages. Nothing is understood once it is opaque."""

    def __init__(self, parse: Callable[[bytes], H], method_of: Callable[[], str]) -> None:
        self._parse: Callable[[bytes], H] = parse
        self._method_of = method_of
        self._stash = bytearray()
        self._lines: list[bytes] = []
        self._size = 0
        self._left = 0
        self._began = 0
        self._switched = False
        self._message: Message[H] | None = None
        self._state: Callable[[bytes, int], _Step[H]] = self._head

    @property
    def in_head(self) -> bool:
        """Whether the next byte belongs to a head."""
        return self._state == self._head

    @property
    def opaque(self) -> bool:
        """Whether later bytes are not looked at."""
        return self._state == self._opaque

    def make_opaque(self) -> None:
        """Look at no later byte: the connection speaks another protocol from here on."""
        self._state = self._opaque

    def feed(self, data: bytes) -> Iterator[Mark[H]]:
        """The marks in ``data``. Lazy: the next is looked for once the one before has been dealt with."""
        position = 0
        try:
            while position < len(data):
                position, mark = self._state(data, position)
                if mark is None:
                    continue
                yield mark
                if mark.kind == "head" and self.in_head:
                    end = self._end(position)
                    if self._switched:
                        self.make_opaque()
                    yield end
        except Malformed as error:
            self.make_opaque()
            yield Mark("malformed", position, self._message, str(error))

    def eof(self, clean: bool) -> Iterator[Mark[H]]:
        """The marks that the end of the stream brings; ``clean`` is False after a reset."""
        if self.in_head and any(line.strip(b"\r\n") for line in (*self._lines, bytes(self._stash))):
            yield Mark("malformed", 0, None, "ended inside the head")
        elif self._state not in (self._head, self._opaque):
            yield self._end(0, complete=clean and self._state == self._until_close)
        self.make_opaque()

    def _head(self, data: bytes, position: int) -> _Step[H]:
        if not self._lines and not self._stash:
            self._began = time.monotonic_ns()
            end = data.find(b"\n\r\n", position) + 3
            # The usual case: a whole head at once, no empty line before its end, nothing to put together.
            if end > 2 and b"\n\n" not in (raw := data[position:end]) and raw[0] not in b"\r\n":
                return end, self._headed(raw, end)
        position, line = self._line(data, position)
        if line is None:
            return position, None
        self._lines.append(line)
        self._size += len(line)
        if self._size > HEAD_LIMIT:
            raise Malformed(f"a head above {HEAD_LIMIT} bytes")
        # The second test lets empty lines stand before a start line.
        if line not in (b"\r\n", b"\n") or not any(known.strip(b"\r\n") for known in self._lines):
            return position, None
        raw, self._lines, self._size = b"".join(self._lines), [], 0
        return position, self._headed(raw, position)

    def _headed(self, raw: bytes, position: int) -> Mark[H]:
        message = self._message = Message(self._parse(raw), self._began)
        self._frame(message)
        return Mark("head", position, message)

    def _frame(self, message: Message[H]) -> None:
        head: RequestHead | ResponseHead = message.head
        if isinstance(head, ResponseHead):
            method = self._method_of()
            self._switched = head.status == 101 or (method == "CONNECT" and 200 <= head.status < 300)
            if self._switched or method == "HEAD" or head.status < 200 or head.status in (204, 304):
                return
        codings = [c.strip().lower() for value in head.values("transfer-encoding") for c in value.split(",")]
        if codings and codings != ["identity"]:
            message.body = []
            if codings[-1] == "chunked":
                self._state = self._chunk_size
            elif isinstance(head, ResponseHead):
                self._state = self._until_close
            else:
                raise Malformed(f"a request body without an end: transfer-encoding {', '.join(codings)}")
            return
        lengths = {part.strip() for value in head.values("content-length") for part in value.split(",")}
        if lengths:
            length = lengths.pop()
            if lengths or _DIGITS.fullmatch(length) is None:
                raise Malformed(f"content-length {length!r}{' and others' if lengths else ''}")
            message.body = []
            self._left = int(length)
            if self._left:
                self._state = self._fixed
        elif isinstance(head, ResponseHead):
            message.body = []
            self._state = self._until_close

    def _fixed(self, data: bytes, position: int) -> _Step[H]:
        position = self._take(data, position)
        return position, None if self._left else self._end(position)

    def _until_close(self, data: bytes, position: int) -> _Step[H]:
        self._left = len(data) - position
        return self._take(data, position), None

    def _chunk_size(self, data: bytes, position: int) -> _Step[H]:
        position, line = self._line(data, position)
        if line is not None:
            match = _CHUNK_SIZE.fullmatch(line)
            if match is None:
                raise Malformed(f"not a chunk size: {line[:60]!r}")
            self._left = int(match[1], 16)
            self._state = self._chunk_data if self._left else self._trailer
        return position, None

    def _chunk_data(self, data: bytes, position: int) -> _Step[H]:
        position = self._take(data, position)
        if not self._left:
            self._state = self._chunk_end
        return position, None

    def _chunk_end(self, data: bytes, position: int) -> _Step[H]:
        position, line = self._line(data, position)
        if line is not None:
            if line not in (b"\r\n", b"\n"):
                raise Malformed(f"a chunk longer than its size: {line[:60]!r}")
            self._state = self._chunk_size
        return position, None

    def _trailer(self, data: bytes, position: int) -> _Step[H]:
        position, line = self._line(data, position)
        return position, self._end(position) if line in (b"\r\n", b"\n") else None

    def _opaque(self, data: bytes, position: int) -> _Step[H]:
        return len(data), None

    def _line(self, data: bytes, position: int) -> tuple[int, bytes | None]:
        end = data.find(b"\n", position) + 1
        if not end:
            self._stash += data[position:]
            if len(self._stash) > LINE_LIMIT:
                raise Malformed(f"a line above {LINE_LIMIT} bytes")
            return len(data), None
        line = data[position:end]
        if self._stash:
            line = bytes(self._stash) + line
            self._stash.clear()
        return end, line

    def _take(self, data: bytes, position: int) -> int:
        piece = data[position : position + self._left]
        assert self._message is not None
        assert self._message.body is not None
        self._message.body.append(piece)
        self._left -= len(piece)
        return position + len(piece)

    def _end(self, at: int, *, complete: bool = True) -> Mark[H]:
        message, self._message = self._message, None
        assert message is not None
        message.complete = complete
        self._state = self._head
        return Mark("end", at, message)


def requests() -> Splitter[RequestHead]:
    """A splitter for what a client sends."""
    return Splitter(request_head, lambda: "")


def responses(method_of: Callable[[], str]) -> Splitter[ResponseHead]:
    """A splitter for what a server sends; ``method_of`` tells the method of the oldest unanswered request."""
    return Splitter(response_head, method_of)
