"""What Cloud Connector was last told of each host's connection, as the tap before it saw it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

_MARKS = (b'"tap":"mqtt:connector"', b'"PUBLISH"', b"connection-status")


def connections(trace: Path) -> dict[str, str]:
    """``online`` or ``offline`` by client id, for those that said anything; empty where there is no trace.

    The last line of a trace that is being written may be a part of one.
    """
    states: dict[str, str] = {}
    for event in _candidates(trace):
        # redhat/insights/CLIENT/control/out (H-002)
        parts = str(event["attrs"].get("topic", "")).split("/")
        if len(parts) != 5 or parts[3:] != ["control", "out"]:
            continue
        try:
            told = json.loads(event["payload"]["text"])
        except (KeyError, TypeError, ValueError):
            continue
        if told.get("type") == "connection-status":
            states[parts[2]] = str(told["content"]["state"])
    return states


def _candidates(trace: Path) -> Iterator[dict[str, Any]]:
    try:
        with trace.open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n") and all(mark in line for mark in _MARKS):
                    yield orjson.loads(line)
    except OSError:
        return
