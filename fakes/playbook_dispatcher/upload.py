"""The content of one upload: from bytes to valid events (facts A.8)."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from fakes.playbook_dispatcher import schema

GZIP, XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"

Event = dict[str, Any]


class Lost(Exception):
    """Nothing that can be judged came; there is no validation reply (OBS-03)."""


class Rejected(Exception):
    """The upload was judged and refused."""


def decompress(content: bytes) -> bytes:
    """Told apart by content, never by media type (SRV-064). Raises Lost."""
    if len(content) < 2:
        raise Lost(f"{len(content)} bytes")
    try:
        if content.startswith(GZIP):
            return gzip.decompress(content)
        if content.startswith(XZ):
            return lzma.decompress(content)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise Lost(f"bad compression: {error}") from error
    return content


def parse(content: bytes, service: str) -> list[Event]:
    """The events of all lines that are not blank. Raises Rejected (SRV-065, SRV-067)."""
    events = [parse_line(line, number, service) for number, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    if not events:
        raise Rejected("no events")
    return events


def parse_line(line: bytes, number: int, service: str) -> Event:
    """One event, any additional attributes included (SRV-066). Raises Rejected."""
    try:
        event = orjson.loads(line)
        schema.EVENT[service].validate(event)
    except ValueError as error:  # also of what is nested too deep to be validated
        raise Rejected(f"line {number}: {str(error).splitlines()[0]}") from error
    return dict(event)


def correlation_id(events: Sequence[Event], service: str) -> str:
    """Which run the upload is about. Raises Rejected."""
    if service == "playbook-sat":
        found = events[0]["correlation_id"]
    else:
        found = next(
            (
                event["event_data"]["crc_dispatcher_correlation_id"]
                for event in events
                if event["event"] == "executor_on_start"
                and "crc_dispatcher_correlation_id" in event.get("event_data", {})
            ),
            None,
        )
    try:
        return str(UUID(found))
    except (TypeError, ValueError, AttributeError):
        raise Rejected(f"no usable correlation id: {found!r}") from None


def keep_known(event: Event, service: str) -> Event:
    """Only the attributes that Dispatcher knows; a null ``stdout`` is left out."""
    known = schema.EVENT_FIELDS[service]
    kept = {name: value for name, value in event.items() if name in known and value is not None}
    if "event_data" in kept:
        data = known["event_data"]["properties"]
        kept["event_data"] = {name: value for name, value in kept["event_data"].items() if name in data}
    return kept
