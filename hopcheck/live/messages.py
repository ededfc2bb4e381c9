"""An arrow's messages as the page shows them: what was sent, pretty-printed, with secrets as the trace has them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hopcheck.live.watched import Evidence
from hopcheck.printable import printable
from hopcheck.trace import Event
from hopcheck.trace.event import Payload

CHARACTERS = 20_000
"""Of one payload or one set of attributes."""
AT_EACH_END = 15
"""Messages of an arrow of a loop, which may be hundreds."""


def shown(evidence: Evidence) -> dict[str, Any]:
    """Messages in order, how many in the middle were left out, and the clauses that they show."""
    events = evidence.events
    return {
        "messages": [_message(each) for each in _ends(events)],
        "count": len(events),
        "left_out": max(0, len(events) - 2 * AT_EACH_END),
        "clauses": [{"id": clause.id, "state": state, "text": clause.text} for clause, state in evidence.clauses],
    }


def _ends(events: Sequence[Event]) -> Sequence[Event]:
    return events if len(events) <= 2 * AT_EACH_END else (*events[:AT_EACH_END], *events[-AT_EACH_END:])


def _message(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "wall": event.wall,
        "title": printable(f"{event.source} to {event.target}: {_title(event)}"),
        "protocol": event.protocol,
        "attributes": _clipped(json.dumps(event.attrs, indent=2, ensure_ascii=False)),
        "payload": None if event.payload is None else _payload(event.payload),
    }


def _title(event: Event) -> str:
    """The one line that tells the message from others."""
    attrs = event.attrs
    names = ("method", "path", "status", "topic", "member", "program")
    told = " ".join(str(attrs[name]) for name in names if attrs.get(name) is not None)
    return f"{event.op} {told}".strip()


def _payload(payload: Payload) -> dict[str, Any]:
    document = payload.read_json()
    if document is not None:
        text = json.dumps(document, indent=2, ensure_ascii=False)
    elif (plain := payload.text) is not None:
        text = plain
    else:
        text = "not text"
    return {"size": payload.size, "sha256": payload.sha256, "text": _clipped(text)}


def _clipped(text: str) -> str:
    if len(text) > CHARACTERS:
        text = f"{text[:CHARACTERS]} … of {len(text)} characters"
    return printable(text)
