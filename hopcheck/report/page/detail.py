"""One event as the page shows it: attributes, and what it carried, taken apart where it is a form."""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from typing import Any

from hopcheck.checks.contracts import MultipartError, upload_parts
from hopcheck.trace import Event

SHOWN_CHARACTERS = 20_000


def detail(event: Event) -> dict[str, Any]:
    """JSON: texts longer than `SHOWN_CHARACTERS` are clipped and say so."""
    told: dict[str, Any] = {"seq": event.seq, "wall": event.wall, "op": event.op, "tap": event.tap}
    told |= {"from": event.source, "to": event.target, "attrs": clipped(event.attrs)}
    if event.payload is not None:
        payload = {"size": event.payload.size, "sha256": event.payload.sha256}
        if parts := list(_parts(event)):
            told["payload"] = {**payload, "parts": parts}
        else:
            told["payload"] = {**payload, "text": _text(event.payload.data)}
    return told


def clipped(value: Any) -> Any:
    """The value with its long texts cut."""
    if isinstance(value, str) and len(value) > SHOWN_CHARACTERS:
        return f"{value[:SHOWN_CHARACTERS]} … of {len(value)} characters"
    if isinstance(value, dict):
        return {name: clipped(each) for name, each in value.items()}
    if isinstance(value, list):
        return [clipped(each) for each in value]
    return value


def _text(data: bytes) -> Any:
    """None for what is no text."""
    try:
        return clipped(data.decode())
    except UnicodeDecodeError:
        return None


def _parts(event: Event) -> Iterator[dict[str, Any]]:
    try:
        parts = upload_parts(event)
    except MultipartError:
        return
    for part in parts:
        data, packed = _unpacked(part.data)
        about = {"name": part.name, "filename": part.filename, "type": part.content_type, "packed": packed}
        yield {**clipped(about), "size": len(part.data), "sha256": part.sha256, "text": _text(data)}


def _unpacked(data: bytes) -> tuple[bytes, str]:
    """What is in a compressed file, no more of it than is shown, and how it was compressed."""
    file = io.BytesIO(data)
    try:
        # One byte more than is shown, so that it is known to be cut.
        if data.startswith(b"\x1f\x8b"):
            return gzip.GzipFile(fileobj=file).read(SHOWN_CHARACTERS + 1), "gzip"
        if data.startswith(b"\xfd7zXZ"):
            return lzma.LZMAFile(file).read(SHOWN_CHARACTERS + 1), "xz"
    except (OSError, EOFError, zlib.error, lzma.LZMAError):
        pass
    return data, ""
