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
_Frame = int | Literal["none", "switch", "chunked", "close"]
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

    def whole(self, data: bytes) -> Message[H] | None:
        """The message that ``data`` is, from first byte to last, which then need not be fed; None: feed it."""
        if self._lines or self._stash or self._state != self._head:
            return None
        end = _end_of_head(data, 0)
        if not end:
            return None
        began = time.monotonic_ns()
        try:
            head = self._parse(data[:end])
            frame = self._frame(head)
        except Malformed:
            return None
        if frame == "none":
            return Message(head, began, None, True) if len(data) == end else None
        return Message(head, began, [data[end:]], True) if frame == len(data) - end else None

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
            end = _end_of_head(data, position)
            if end:
                return end, self._headed(data[position:end], end)
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
        frame = self._frame(message.head)
        if frame == "switch":
            self._switched = True
        elif frame != "none":
            message.body = []
            if frame == "chunked":
                self._state = self._chunk_size
            elif frame == "close":
                self._state = self._until_close
            elif frame:
                self._left = frame
                self._state = self._fixed
        return Mark("head", position, message)

    def _frame(self, head: RequestHead | ResponseHead) -> _Frame:
        answers = isinstance(head, ResponseHead)
        if isinstance(head, ResponseHead):
            method = self._method_of()
            if head.status == 101 or (method == "CONNECT" and 200 <= head.status < 300):
                return "switch"
            if method == "HEAD" or head.status < 200 or head.status in (204, 304):
                return "none"
        lengths, codings = [], []
        for name, value in head.headers:
            if name == "content-length":
                lengths += value.split(",")
            elif name == "transfer-encoding":
                codings += value.split(",")
        codings = [coding.strip().lower() for coding in codings]
        if codings and codings != ["identity"]:
            if codings[-1] == "chunked":
                return "chunked"
            if answers:
                return "close"
            raise Malformed(f"a request body without an end: transfer-encoding {', '.join(codings)}")
        if not lengths:
            return "close" if answers else "none"
        length = lengths[0].strip()
        others = any(other.strip() != length for other in lengths)
        if others or _DIGITS.fullmatch(length) is None:
            raise Malformed(f"content-length {length!r}{' and others' if others else ''}")
        return int(length)

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


def _end_of_head(data: bytes, position: int) -> int:
    """Where the usual head ends: all of it is there and no empty line stands before its end; else 0."""
    end = data.find(b"\n\r\n", position) + 3
    return end if end > 2 and data[position] not in b"\r\n" and data.find(b"\n\n", position, end) < 0 else 0


def requests() -> Splitter[RequestHead]:
    """A splitter for what a client sends."""
    return Splitter(request_head, lambda: "")


def responses(method_of: Callable[[], str]) -> Splitter[ResponseHead]:
    """A splitter for what a server sends; ``method_of`` tells the method of the oldest unanswered request."""
    return Splitter(response_head, method_of)
