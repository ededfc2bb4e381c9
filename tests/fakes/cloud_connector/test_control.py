from __future__ import annotations

import json

import pytest

from fakes.cloud_connector.control import Control, Unreadable, microseconds, read_control, read_status, sanitised

ENVELOPE = {"type": "event", "message_id": "m", "version": 1, "sent": "1970-01-01T00:00:00Z", "content": "pong"}
UUID = "0d8e5bc4-3c3a-4a9b-9c38-2a3a2c0f5f11"


def read(**changes):
    return read_control(json.dumps(ENVELOPE | changes).encode())


def test_envelope():
    assert read() == Control("event", "m", 0, "pong")
    assert read(version=None, sent=None).sent < 0


@pytest.mark.parametrize(
    "change",
    [
        {"sent": ""},
        {"sent": "yesterday"},
        {"sent": 1},
        {"sent": "2026-13-01T00:00:00Z"},
        {"sent": "2026-01-01T00:00:00"},
        {"version": "1"},
        {"version": 1.5},
        {"version": False},
        {"type": 1},
        {"message_id": []},
    ],
)
def test_unreadable_members(change):
    with pytest.raises(Unreadable):
        read(**change)


@pytest.mark.parametrize("payload", [b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_no_json_object(payload):
    with pytest.raises(Unreadable):
        read_control(payload)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("1970-01-01T00:00:01.123456789Z", 1_123_456),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1970-01-01T00:00:00.5-00:00", 500_000),
    ],
)
def test_times_have_microseconds(sent, expected):
    assert microseconds(sent) == expected


def test_status():
    status = read_status({"state": "online", "dispatchers": {"d": {}}})
    assert (status.state, status.canonical_facts, status.dispatchers, status.tags) == ("online", {}, {"d": {}}, None)


@pytest.mark.parametrize("content", [None, "online", {"canonical_facts": []}, {"canonical_facts": "x"}])
def test_wrong_types(content):
    with pytest.raises(Unreadable):
        read_status(content)


@pytest.mark.parametrize(("value", "kept"), [(UUID, True), ("x", False), (5, False), (None, False), ([], False)])
def test_only_a_bad_insights_id_is_removed(value, kept):
    facts = {"insights_id": value, "machine_id": "x"}
    assert sanitised(facts) == (facts if kept else {"machine_id": "x"})
