from __future__ import annotations

from datetime import UTC, datetime

from fakes.identity import Identity
from fakes.ingress.announce import Upload, announcement

UPLOAD = Upload("id", Identity("aGVhZGVy", "1", "2", "User"), "playbook", "v1", "type", 3, {"queue_key": "k"})


def test_record_carries_key_header_and_time():
    record = announcement("topic", UPLOAD, "http://u", datetime(2026, 1, 1, tzinfo=UTC))
    assert (record.topic, record.key, record.headers) == ("topic", b"k", (("service", b"playbook"),))
    assert b'"timestamp":"20' in record.value
    assert b'"metadata":{"queue_key":"k"}' in record.value
