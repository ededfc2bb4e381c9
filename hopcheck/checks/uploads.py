"""Uploads: one request id from the POST to the object and its announce, and back to the dispatcher."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from hopcheck.checks.contracts.http import OF_KIT
from hopcheck.checks.history import Exchange, History, Part, body, member, request_id
from hopcheck.checks.predicate import header, resolve
from hopcheck.trace import Event, document

STARTED = "executor_on_start"
FAILED = "executor_on_failed"
STATS = "playbook_on_stats"
CORRELATION = "crc_dispatcher_correlation_id"
POSTS = ("ingress.upload.request", f"{OF_KIT}ingress.upload.request")
FEWEST = 2
"""Bytes below which Playbook Dispatcher gives an upload up, and tells nobody."""
OPENERS = {b"\x1f\x8b": gzip.decompress, b"\xfd7zXZ\x00": lzma.decompress}
REQUEST_META = "x-amz-meta-requestid"


@dataclass(slots=True)
class Upload:
    """One POST to the upload endpoint and all that followed under its ``key`` (the request id).

    ``lines`` are the JSON documents of the part ``file``, decompressed; None for a line that is not JSON.
    """

    key: str
    post: Exchange
    file: Part | None
    metadata: Part | None
    lines: list[Any]
    transmit: Exchange | None = None
    puts: list[Exchange] = field(default_factory=list)
    announces: list[Event] = field(default_factory=list)
    gets: list[Exchange] = field(default_factory=list)

    @property
    def request_id(self) -> str | None:
        """The gateway's; where none was sent (the kit asks without a gateway), the one that Ingress made up."""
        told = member(body(self.post.answered), "request_id")
        return request_id(self.post.asked) or (told if isinstance(told, str) else None)

    @property
    def correlation_id(self) -> str | None:
        """The correlation id of the stream's executor_on_start, or of a Satellite's first event."""
        told = next((member(e, "event_data", CORRELATION) for e in self.lines if member(e, "event") == STARTED), None)
        first = member(self.lines, 0, "correlation_id")
        return told or (first if isinstance(first, str) else None)

    @property
    def begin(self) -> int:
        """Its place among others: the Transmit call where there is one, else the POST."""
        return (self.transmit or self.post).asked.seq

    @property
    def finishes(self) -> bool:
        """Whether the stream tells the end of the run."""
        return any(member(event, "event") in (FAILED, STATS) for event in self.lines)

    @property
    def error_codes(self) -> list[str]:
        codes = (member(event, "event_data", "crc_dispatcher_error_code") for event in self.lines)
        return [code for code in codes if isinstance(code, str)]

    @property
    def fetched_same(self) -> bool:
        """Whether the dispatcher was given the very bytes that the part carried."""
        answers = [each.answered for each in self.gets if each.status == 200 and each.answered is not None]
        return self.file is not None and any(same_bytes(self.file, answer) for answer in answers)


@dataclass(slots=True)
class Uploads:
    """All uploads of a trace; ``lone`` are Transmit calls without a POST."""

    by_key: dict[str, Upload]
    lone: list[Exchange]

    def on(self, edge: str) -> list[Upload]:
        """Uploads on one edge, in the order of their POSTs."""
        return [each for each in self.by_key.values() if each.post.asked.edge == edge]


def read_uploads(history: History) -> Uploads:
    """Join POSTs, Transmit calls, objects and announces by body digest and request id; the kit's own POSTs too."""
    uploads = [_upload(history, post) for post in history.named(*POSTS)]
    lone = _join_transmits(history, uploads)
    by_key: dict[str, Upload] = {}
    for each in uploads:
        if each.key in by_key:
            each.key = f"{each.key}#{each.post.asked.seq}"
        by_key[each.key] = each
    for put in sorted(history.arrow(18), key=lambda each: object_key(each) not in by_key):
        # One under a wrong key still says whose it is.
        other = by_key.get(str(header(put, REQUEST_META)))
        if (owner := by_key.get(object_key(put)) or (other if other and not other.puts else None)) is not None:
            owner.puts.append(history.exchange(put))
    for announce in history.arrow(19):
        if (owner := by_key.get(str(member(body(announce), "request_id")))) is not None:
            owner.announces.append(announce)
    announced = {urlsplit(str(member(body(a), "url"))).path: each for each in by_key.values() for a in each.announces}
    for get in history.arrow(20):
        if (owner := by_key.get(object_key(get)) or announced.get(str(get.attrs.get("path")))) is not None:
            owner.gets.append(history.exchange(get))
    return Uploads(by_key, lone)


def object_key(event: Event) -> str:
    """The key that a path-style S3 path names."""
    return unquote(str(event.attrs.get("path", ""))).lstrip("/").partition("/")[2]


def same_bytes(part: Part, event: Event) -> bool:
    """Whether a message carried exactly the part; where secrets are redacted, their digests are compared."""
    payload = event.payload
    return payload is not None and (part.sha256 == payload.sha256 or part.sha256 == sha256(payload.data).hexdigest())


def decompressed(data: bytes) -> bytes | None:
    """Content as it is, or what gzip or xz made of it, told by its first bytes.

    None where that cannot be undone, or where there are none to tell it by (server facts A.8).
    """
    if len(data) < FEWEST:
        return None
    for magic, opened in OPENERS.items():
        if data.startswith(magic):
            try:
                return opened(data)
            except (OSError, EOFError, zlib.error, lzma.LZMAError):
                return None
    return data


def _upload(history: History, post: Event) -> Upload:
    parts = {part.name: part for part in reversed(_parts(history, post))}
    file = parts.get("file") or parts.get("upload")
    lines = _lines(decompressed(file.data)) if file is not None and "jsonl" in (file.content_type or "") else []
    upload = Upload(f"post-{post.seq}", history.exchange(post), file, parts.get("metadata"), lines)
    upload.key = upload.request_id or upload.key
    return upload


def _parts(history: History, post: Event) -> list[Part]:
    try:
        return list(history.parts(post))
    except ValueError:  # a form that cannot be read has no owner, and its contract says so
        return []


def _lines(data: bytes | None) -> list[Any]:
    lines: list[Any] = []
    for line in (data or b"").splitlines():
        if line.strip():
            try:
                lines.append(document.read(line))
            except orjson.JSONDecodeError:
                lines.append(None)
    return lines


def _join_transmits(history: History, uploads: list[Upload]) -> list[Exchange]:
    waiting: dict[tuple[str | None, str], list[Upload]] = defaultdict(list)
    for each in uploads:
        if (payload := each.post.asked.payload) is not None:
            waiting[each.post.asked.host, payload.sha256].append(each)
    lone = []
    for call in history.arrow(17, "transmit"):
        if queue := waiting.get((call.host, str(resolve(call, "args.4.sha256")))):
            queue.pop(0).transmit = history.exchange(call)
        else:
            lone.append(history.exchange(call))
    return lone
