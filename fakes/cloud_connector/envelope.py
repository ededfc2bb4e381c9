"""Messages to hosts, version 1 (facts A8): every key is always there."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Message = dict[str, Any]


def data_message(directive: str, payload: Any, metadata: Any) -> Message:
    """A message for the worker that `directive` names; payload and metadata verbatim (CON-24, CON-25)."""
    return {
        "type": "data",
        "message_id": str(uuid.uuid4()),
        "response_to": "",
        "version": 1,
        "sent": sent_now(),
        "directive": directive,
        "metadata": metadata,
        "content": payload,
    }


def command(name: str, arguments: Mapping[str, str] | None = None) -> Message:
    """`ping`, `disconnect` or `reconnect` (CON-27)."""
    return {
        "type": "command",
        "message_id": str(uuid.uuid4()),
        "version": 1,
        "sent": sent_now(),
        "content": {"command": name, "arguments": arguments, "message": ""},
    }


def reconnect(delay: int) -> Message:
    """The command with its delay as hosts decode it: a string of seconds (CON-28)."""
    return command("reconnect", {"delay": str(delay)})


def encode(message: Message) -> bytes:
    """Compact JSON and a line end; `<`, `>` and `&` stay as they are (CON-26)."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode("utf-8", "replace")


def sent_now() -> str:
    """This instant in the local zone, RFC 3339."""
    return datetime.now().astimezone().isoformat().replace("+00:00", "Z")
