"""Messages from hosts on their control topic (facts A8, A9)."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
T = TypeVar("T", int, str)
NEVER = datetime(1, 1, 1, tzinfo=UTC)


class Unreadable(ValueError):
    """A message that changes nothing (CON-43)."""


@dataclass(frozen=True, slots=True)
class Control:
    """An envelope; `sent` in microseconds since 1970, which is what the table keeps."""

    type: str
    message_id: str
    sent: int
    content: Any


@dataclass(frozen=True, slots=True)
class Status:
    """The content of a `connection-status`."""

    state: str
    canonical_facts: dict[str, Any]
    dispatchers: Any
    tags: Any


def read_control(payload: bytes) -> Control:
    """The envelope in `payload`. Raises Unreadable."""
    try:
        document = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {error}") from None
    if not isinstance(document, dict):
        raise Unreadable("not a JSON object")
    member(document, "version", 0)
    return Control(
        member(document, "type", ""),
        member(document, "message_id", ""),
        microseconds(document.get("sent")),
        document.get("content"),
    )


def member(document: dict[str, Any], name: str, absent: T) -> T:
    """A member that has the type of `absent`, which stands for a missing one. Raises Unreadable."""
    value = document.get(name)
    if value is None:
        return absent
    if type(value) is not type(absent):
        raise Unreadable(f"{name} {value!r}")
    return value


def read_status(content: Any) -> Status:
    """A connection status. Raises Unreadable where `content` or its facts are no objects (CON-44)."""
    if not isinstance(content, dict):
        raise Unreadable("content is no object")
    facts = content.get("canonical_facts")
    if not isinstance(facts, dict | None):
        raise Unreadable("canonical_facts is no object")
    return Status(str(content.get("state")), sanitised(facts or {}), content.get("dispatchers"), content.get("tags"))


def sanitised(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts without an `insights_id` that is no UUID (CON-41)."""
    return {name: value for name, value in facts.items() if name != "insights_id" or is_uuid(value)}


def is_uuid(value: Any) -> bool:
    """Whether a JSON value is the text of a UUID."""
    try:
        uuid.UUID(value)
    except (ValueError, AttributeError, TypeError):
        return False
    return True


def microseconds(sent: Any) -> int:
    """An RFC 3339 time as microseconds since 1970; one that is missing lies before all. Raises Unreadable."""
    if sent is None:
        moment = NEVER
    elif not isinstance(sent, str) or not RFC3339.fullmatch(sent):
        raise Unreadable(f"sent {sent!r}")
    else:
        try:
            moment = datetime.fromisoformat(sent)
        except ValueError as error:
            raise Unreadable(f"sent {sent!r}: {error}") from None
    return (moment - EPOCH) // timedelta(microseconds=1)
