from dataclasses import FrozenInstanceError, asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from hopcheck.trace import Event, Payload
from hopcheck.trace.event import now


@pytest.mark.parametrize("data", [b'{"a": 1}', b"plain", b"\xff\x00", b""])
def test_payload_survives_the_file(data):
    read = Payload.from_dict(Payload(data).as_dict())
    assert (read.data, read.size, read.sha256) == (data, len(data), sha256(data).hexdigest())


def test_payload_views():
    assert Payload(b'{"a": 1}').json == {"a": 1}
    assert Payload(b"{").json is None
    assert Payload(b"\xff").text is None


def test_digest_is_that_of_the_wire_even_when_redacted():
    assert Payload(b"shown", size=9, sha256="feed").as_dict() == {"size": 9, "sha256": "feed", "text": "shown"}


def test_event_survives_the_file():
    event = Event(
        1,
        5,
        4,
        "2026-01-01T00:00:00.000000+00:00",
        "tap",
        "a>b",
        "http",
        "request",
        "a",
        "b",
        "x",
        None,
        {"path": "/"},
        Payload(b"hi"),
    )
    read = Event.from_dict(event.as_dict())
    assert read.as_dict() == event.as_dict()


def test_an_event_of_its_fields_is_like_any_other():
    made = Event(1, 5, 4, "w", "tap", "a>b", "http", "request", "a", "b", "x", None, {"path": "/"}, None)
    assert Event.of(asdict(made)) == made
    with pytest.raises(FrozenInstanceError):
        Event.of(asdict(made)).seq = 2


def test_json_is_kept_only_where_it_is_asked_for():
    payload = Payload(b'{"a": 1}')
    assert payload.read_json() == {"a": 1}
    assert payload.read_json() is not payload.read_json()
    assert payload.json is payload.json


def test_now_is_the_utc_clock():
    before = datetime.now(UTC)
    _, wall = now()
    told = datetime.fromisoformat(wall)
    assert before - timedelta(microseconds=1) <= told <= datetime.now(UTC)
    assert (len(wall), wall[-6:]) == (32, "+00:00")
