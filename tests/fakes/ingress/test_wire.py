from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

from fakes.ingress.wire import to_json, to_rfc3339


def test_json_is_compact_and_escapes_html():
    encoded = to_json({"url": "http://h/?a=<1>&b", "é": "\u2028"})
    assert encoded == '{"url":"http://h/?a=\\u003c1\\u003e\\u0026b","é":"\\u2028"}'.encode()
    assert json.loads(encoded)["url"] == "http://h/?a=<1>&b"


def test_lone_surrogates_do_not_break_it():
    assert to_json("\ud800") == b'"?"'


def test_times_carry_their_zone():
    assert to_rfc3339(datetime(2026, 1, 2, 3, 4, 5, 60, UTC)) == "2026-01-02T03:04:05.000060Z"
    assert to_rfc3339(datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=2)))).endswith("+02:00")
