"""The validator: what an upload may have that its schema does not name."""

from __future__ import annotations

from typing import Any

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.relations.events import DATA_FIELDS
from hopcheck.checks.uploads import Upload
from hopcheck.trace import Event

NAMED: dict[str, tuple[type, ...]] = {
    "event": (str,),
    "uuid": (str,),
    "counter": (int,),
    "start_line": (int,),
    "end_line": (int,),
    "stdout": (str, type(None)),
    "event_data": (dict,),
}
OPTIONAL = {"stdout", "event_data"}
SMALL = 1_048_576
"""Bytes that every Playbook Dispatcher takes, whatever its limit (A.8)."""


@clause("SRV-066")
def unnamed_attributes_are_accepted(told: Told) -> Judged:
    """An upload is not refused that has all that the schema names, as it names it, and more."""
    answers: dict[Any, list[Event]] = {}
    for record in told.history.named("kafka.validation"):
        answers.setdefault(member(body(record), "request_id"), []).append(record)
    for upload in (each for instance in told.attribution.instances for each in instance.uploads):
        if not _good(upload) or not any(_unnamed(event) for event in upload.lines):
            continue
        for record in answers.get(upload.key, ()):
            yield seen(upload.post.asked, record)
            if (got := member(body(record), "validation")) != "success":
                yield Violation(record, "success for events with further attributes", str(got))


def _good(upload: Upload) -> bool:
    """Whether nothing but its further attributes can be a reason to refuse an upload."""
    return (
        upload.fetched_same
        and upload.file is not None
        and 0 < len(upload.file.data) <= SMALL
        and upload.correlation_id is not None
        and all(_named(event) for event in upload.lines)
    )


def _named(event: Any) -> bool:
    """Whether an event has what the schema names, of the types that it gives."""
    if not isinstance(event, dict) or set(NAMED) - OPTIONAL - set(event):
        return False
    data = event.get("event_data", {})
    return (
        all(isinstance(event[name], types) for name, types in NAMED.items() if name in event)
        and 3 <= len(event["event"]) <= 50
        and min(event["start_line"], event["end_line"]) >= 0
        and all(isinstance(data[name], str) and data[name] for name in DATA_FIELDS & set(data))
    )


def _unnamed(event: dict[str, Any]) -> bool:
    return bool(set(event) - set(NAMED) or set(event.get("event_data", {})) - DATA_FIELDS)
