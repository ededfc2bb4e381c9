from __future__ import annotations

import json

import orjson

from hopcheck.life.connection import connections


def told(client: str, state: str, tap: str = "mqtt:connector", kind: str = "connection-status") -> bytes:
    event = {
        "tap": tap,
        "op": "PUBLISH",
        "attrs": {"topic": f"redhat/insights/{client}/control/out"},
        "payload": {"text": json.dumps({"type": kind, "content": {"state": state, "of": "connection-status"}})},
    }
    return orjson.dumps(event) + b"\n"


def test_the_last_word_to_cloud_connector_counts(tmp_path):
    trace = tmp_path / "trace.jsonl"
    trace.write_bytes(told("a", "online") + told("b", "online") + told("a", "offline"))
    assert connections(trace) == {"a": "offline", "b": "online"}


def test_what_it_was_not_told_does_not(tmp_path):
    trace = tmp_path / "trace.jsonl"
    trace.write_bytes(told("a", "online", tap="mqtt:host") + told("b", "online", kind="event") + b"{}\n")
    assert connections(trace) == {}


def test_a_line_that_is_still_written_is_no_trouble(tmp_path):
    trace = tmp_path / "trace.jsonl"
    trace.write_bytes(told("a", "online") + told("a", "offline")[:-1])
    assert connections(trace) == {"a": "online"}


def test_no_trace_says_nothing(tmp_path):
    assert connections(tmp_path / "none") == {}
