"""Events that the worker reports: its own, and ansible-runner's narrowed (facts 3.6)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

Event = dict[str, Any]

ALREADY_RUNNING = "ANSIBLE_PLAYBOOK_ALREADY_RUNNING"
SIGNATURE_INVALID = "ANSIBLE_PLAYBOOK_SIGNATURE_VALIDATION_FAILED"
YAML_INVALID = "ANSIBLE_YAML_VALIDATION_FAILED"
UNDEFINED_ERROR = "UNDEFINED_ERROR"

_KEPT: Mapping[str, type] = {
    "counter": int,
    "end_line": int,
    "event": str,
    "event_data": dict,
    "start_line": int,
    "stdout": str,
    "uuid": str,
    "runner_ident": str,
}
# What stands for a field that an event lacks; `stdout` and members of event_data are left out then.
_EMPTY: Mapping[str, Any] = {"counter": 0, "end_line": 0, "event": "", "start_line": 0, "uuid": "", "runner_ident": ""}
_DATA_KEPT = (
    "crc_dispatcher_correlation_id",
    "crc_dispatcher_error_code",
    "crc_dispatcher_error_details",
    "host",
    "playbook",
    "playbook_uuid",
)


def started(correlation_id: str) -> Event:
    """The first event of every run (H-046)."""
    return {
        "event": "executor_on_start",
        "uuid": str(uuid.uuid4()),
        "counter": -1,
        "stdout": "",
        "start_line": 0,
        "end_line": 0,
        "event_data": {"crc_dispatcher_correlation_id": correlation_id},
    }


def failed(correlation_id: str, code: str, details: str) -> Event:
    """The last event of a run that failed (H-050)."""
    return {
        "event": "executor_on_failed",
        "uuid": str(uuid.uuid4()),
        "counter": -1,
        "start_line": 0,
        "end_line": 0,
        "event_data": {
            "crc_dispatcher_correlation_id": correlation_id,
            "crc_dispatcher_error_code": code,
            "crc_dispatcher_error_details": details,
        },
    }


def from_runner(event: Event, correlation_id: str) -> Event:
    """A runner event with the correlation id and the server's required fields, reduced to what is needed (H-052).

    An event whose fields have unexpected types is passed on whole. Raises TypeError if event_data is no object.
    """
    data = event.get("event_data", {})
    if not isinstance(data, dict):
        raise TypeError("event_data is not an object")
    data = {"crc_dispatcher_correlation_id": correlation_id} | data
    whole = {"counter": -1, "start_line": 0, "end_line": 0} | {key: _integral(value) for key, value in event.items()}
    if not _as_expected(whole, data):
        return whole | {"event_data": data | {"crc_message_version": 1}}
    narrowed = {key: _EMPTY[key] if whole.get(key) is None else whole[key] for key in _EMPTY}
    if whole.get("stdout") is not None:
        narrowed["stdout"] = whole["stdout"]
    return narrowed | {"event_data": {key: data[key] for key in _DATA_KEPT if data.get(key) is not None}}


def _as_expected(event: Event, data: Event) -> bool:
    return all(event.get(key) is None or type(event[key]) is wanted for key, wanted in _KEPT.items()) and all(
        isinstance(data.get(key), str | None) for key in _DATA_KEPT
    )


def _integral(value: Any) -> Any:
    """JSON has one kind of number: 1.0 is the integer 1."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
