"""One observation of one tap."""

from __future__ import annotations

import hashlib
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

import orjson

from hopcheck.trace import document


class Payload:
    """The bytes that a message carried; ``sha256`` and ``size`` are always those of the bytes on the wire.

    ``data`` is what may be shown: after redaction it can differ from what was sent.
    """

    def __init__(
        self, data: bytes, *, size: int | None = None, sha256: str | None = None, file: str | None = None
    ) -> None:
        self.data = data
        self.size = len(data) if size is None else size
        self.sha256 = hashlib.sha256(data).hexdigest() if sha256 is None else sha256
        self.file = file

    @cached_property
    def json(self) -> Any:
        """The payload as JSON; None where it is not, or too deep (`document`)."""
        return self.read_json()

    def read_json(self) -> Any:
        """As `json`, but not kept: what is looked at once need not stay in memory with its event."""
        if "json" in self.__dict__:
            return self.json
        try:
            return document.read(self.data)
        except orjson.JSONDecodeError:
            return None

    @cached_property
    def text(self) -> str | None:
        """The payload as UTF-8 text; None where it is not."""
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            return None

    def as_dict(self) -> dict[str, Any]:
        """The form in trace.jsonl: ``text`` or ``base64`` inline, or ``file`` beside the trace."""
        if self.file is not None:
            return {"size": self.size, "sha256": self.sha256, "file": self.file}
        try:
            # Not `text`, which would stay in memory with every event.
            return {"size": self.size, "sha256": self.sha256, "text": self.data.decode()}
        except UnicodeDecodeError:
            return {"size": self.size, "sha256": self.sha256, "base64": b64encode(self.data).decode()}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any], data: bytes | None = None) -> Payload:
        """Read back what `as_dict` wrote; ``data`` is the content of ``file``."""
        if data is None:
            data = value["text"].encode() if "text" in value else b64decode(value.get("base64", ""))
        return cls(data, size=value["size"], sha256=value["sha256"], file=value.get("file"))


@dataclass(slots=True)
class Draft:
    """An observation before the store has numbered and redacted it. Fields as in `Event`."""

    tap: str
    edge: str
    protocol: str
    op: str
    source: str
    target: str
    exchange: str | None = None
    host: str | None = None
    attrs: dict[str, Any] = field(default_factory=dict)
    payload: bytes | None = None
    began: int = 0


@dataclass(frozen=True)
class Event:
    """One observation: what passed from ``source`` to ``target`` on ``edge``, as ``tap`` saw it.

    ``seq`` counts from 1 without gaps; ``began`` and ``t`` are monotonic nanoseconds of the first and the last
    byte, ``wall`` is UTC in RFC 3339. ``exchange`` joins a request to its response. docs/interfaces.md lists the
    attributes of each protocol and operation.
    """

    seq: int
    t: int
    began: int
    wall: str
    tap: str
    edge: str
    protocol: str
    op: str
    source: str
    target: str
    exchange: str | None
    host: str | None
    attrs: dict[str, Any]
    payload: Payload | None

    def as_dict(self) -> dict[str, Any]:
        """The form in trace.jsonl."""
        # Spelled out: every event passes here while its message waits.
        line: dict[str, Any] = {
            "seq": self.seq,
            "t": self.t,
            "began": self.began,
            "wall": self.wall,
            "tap": self.tap,
            "edge": self.edge,
            "protocol": self.protocol,
            "op": self.op,
            "source": self.source,
            "target": self.target,
            "exchange": self.exchange,
            "host": self.host,
            "attrs": self.attrs,
        }
        if self.payload is not None:
            line["payload"] = self.payload.as_dict()
        return line

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Event:
        """The event whose very fields, all of them, are ``fields``: as the constructor, in a fifth of the time."""
        event = object.__new__(cls)
        object.__setattr__(event, "__dict__", fields)
        return event

    @classmethod
    def from_dict(cls, line: Mapping[str, Any], data: bytes | None = None) -> Event:
        """Read back what `as_dict` wrote."""
        payload = line.get("payload")
        fields = {name: line.get(name) for name in _PLAIN}
        fields["attrs"] = line["attrs"]
        fields["payload"] = None if payload is None else Payload.from_dict(payload, data)
        return cls.of(fields)


_PLAIN = ("seq", "t", "began", "wall", "tap", "edge", "protocol", "op", "source", "target", "exchange", "host")


def now() -> tuple[int, str]:
    """Monotonic nanoseconds and the UTC wall clock in RFC 3339 with microseconds."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return time.monotonic_ns(), f"{_second(seconds)}.{nanoseconds // 1000:06d}+00:00"


@lru_cache(4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
