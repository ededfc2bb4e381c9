from __future__ import annotations

from typing import Any

import pytest

from hopcheck.live.messages import CHARACTERS, shown
from hopcheck.live.watched import Evidence
from hopcheck.trace import Event
from hopcheck.trace.event import Payload


def event(seq: int = 1, payload: bytes | None = None, **attrs: Any) -> Event:
    told = None if payload is None else Payload(payload)
    return Event(seq, seq, seq, "2026-01-01T00:00:00", "t", "a>b", "http", "request", "a", "b", None, None, attrs, told)


def only(found: Event) -> dict[str, Any]:
    (message,) = shown(Evidence((found,), ()))["messages"]
    return dict(message)


def test_json_is_set_in_lines() -> None:
    message = only(event(payload=b'{"a":{"b":"\xc3\xa9"}}', method="POST", path="/x"))
    assert message["title"] == "a to b: request POST /x"
    assert message["payload"]["text"] == '{\n  "a": {\n    "b": "é"\n  }\n}'
    assert message["attributes"] == '{\n  "method": "POST",\n  "path": "/x"\n}'


@pytest.mark.parametrize(("data", "text"), [(b"plain", "plain"), (b"\xff\xfe", "not text"), (b"a\x1b[2J", "a\\x1b[2J")])
def test_anything_else_is_shown_as_it_can_be(data: bytes, text: str) -> None:
    assert only(event(payload=data))["payload"]["text"] == text


def test_what_is_long_is_cut_and_says_so() -> None:
    text = only(event(payload=b"x" * (CHARACTERS + 5)))["payload"]["text"]
    assert text.endswith(f"x … of {CHARACTERS + 5} characters")


def test_the_middle_of_many_is_left_out_and_counted() -> None:
    told = shown(Evidence(tuple(event(seq) for seq in range(1, 101)), ()))
    assert (told["count"], told["left_out"], len(told["messages"])) == (100, 70, 30)
    assert [each["seq"] for each in told["messages"]][14:16] == [15, 86]
