from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hopcheck.conform.shown import CHARACTERS, shown
from hopcheck.trace import Draft, Redactor, Store


@pytest.fixture
def seen(tmp_path: Path):
    store = Store(tmp_path, Redactor(b"k", []))

    def make(protocol: str, op: str, payload: bytes | None = None, **attrs: Any) -> str:
        return shown(store.append(Draft("t", "a>b", protocol, op, "a", "b", attrs=attrs, payload=payload)))

    yield make
    store.close()


def test_a_request_reads_as_it_was_sent(seen):
    text = seen("http", "request", b'{"a": 1}', method="POST", target="/x?y=1", path="/x", headers=[["A", "b"]])
    assert text == 'a > b: POST /x?y=1\nA: b\n\n{"a": 1}'


def test_what_is_known_of_a_redacted_query_is_told(seen):
    query = [["X-Amz-Expires", "60"], ["X-Amz-Signature", "hmac:1"]]
    text = seen("http", "request", method="GET", target="/x?hmac:ab", path="/x", query=query, headers=[])
    assert text.startswith("a > b: GET /x?hmac:ab\nquery: X-Amz-Expires=60 X-Amz-Signature=hmac:")


def test_an_answer_has_its_status(seen):
    assert seen("http", "response", status=404, reason="Not Found", headers=[]) == "a > b: 404 Not Found"


def test_a_record_and_a_call_have_their_attributes(seen):
    record = seen("kafka", "record", b"\xff\xfe", topic="t", key=None, offset=0, headers=[["service", "x"]])
    assert record == "a > b: kafka record topic=t offset=0\nservice: x\n(2 bytes, not text)"
    assert seen("dbus", "call", member="M", args=["x", 2]) == 'a > b: dbus call member=M args=["x",2]'


def test_what_is_long_is_clipped_and_what_is_hostile_is_escaped(seen):
    text = seen("http", "response", b"\x1b[2J" + b"x" * 9999, status=200, reason="OK", headers=[])
    assert "\x1b" not in text
    assert len(text) < CHARACTERS + 100
    assert text.endswith("characters")
