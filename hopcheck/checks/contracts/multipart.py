"""multipart/form-data, read strictly, as uploads use it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from hopcheck.trace import Event

_BOUNDARY = re.compile(
    r'multipart/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;.*)?$', re.I
)
_PARAMETER = re.compile(r';\s*([A-Za-z*]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")


class MultipartError(ValueError):
    """A body is not the multipart/form-data that its content type announces."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form: ``filename`` and ``content_type`` are None where the part has none.

    ``data`` is as the trace shows it: the sender's bytes unless a secret was redacted in them.
    """

    name: str
    filename: str | None
    content_type: str | None
    data: bytes = field(repr=False)
    sha256: str


def upload_parts(event: Event) -> list[Part]:
    """The parts of an upload: of an HTTP request, or of a Transmit call that asks for one.

    Empty where the event carries no form. Raises `MultipartError` for a form that is not one.
    """
    content_type = _content_type(event)
    if content_type is None or event.payload is None or not content_type.lower().startswith("multipart/form-data"):
        return []
    return parse(content_type, event.payload.data)


def parse(content_type: str, body: bytes) -> list[Part]:
    """Split ``body``. Raises `MultipartError`."""
    match = _BOUNDARY.match(content_type)
    if match is None:
        raise MultipartError(f"no boundary in {content_type!r}")
    delimiter = b"\r\n--" + (match[1] or match[2]).encode()
    pieces = (b"\r\n" + body).split(delimiter)
    if len(pieces) < 2 or pieces[0]:
        raise MultipartError("the body does not begin with the boundary")
    if pieces[-1] not in (b"--", b"--\r\n"):
        raise MultipartError("the body does not end with the closing boundary")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, blank, data = piece.partition(b"\r\n\r\n")
    if not blank or not head.startswith(b"\r\n"):
        raise MultipartError("a part without header lines")
    headers: dict[str, str] = {}
    for line in head[2:].decode("utf-8", "replace").split("\r\n"):
        match = _HEADER.fullmatch(line)
        if match is None or match[1].lower() in headers:
            raise MultipartError(f"bad header line in a part: {line!r}")
        headers[match[1].lower()] = match[2]
    disposition = headers.get("content-disposition", "")
    names = {
        name.lower(): quoted if quoted or not token else token
        for name, quoted, token in _PARAMETER.findall(disposition)
    }
    if disposition.partition(";")[0].strip().lower() != "form-data" or "name" not in names:
        raise MultipartError(f"not a form field: content-disposition {disposition!r}")
    return Part(names["name"], names.get("filename"), headers.get("content-type"), data, sha256(data).hexdigest())


def _content_type(event: Event) -> str | None:
    attrs: Mapping[str, Any] = event.attrs
    if event.protocol == "http" and event.op == "request":
        return next((value for name, value in attrs["headers"] if name == "content-type"), None)
    if event.protocol == "dbus" and event.op == "call" and attrs.get("member") == "Transmit":
        arguments = attrs.get("args") or []
        metadata = arguments[3] if len(arguments) > 3 and isinstance(arguments[3], dict) else {}
        return next((value for name, value in metadata.items() if name.lower() == "content-type"), None)
    return None
