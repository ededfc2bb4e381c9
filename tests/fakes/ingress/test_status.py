from __future__ import annotations

import json
from datetime import UTC, datetime

from fakes.identity import Identity
from fakes.ingress import status
from fakes.ingress.announce import Upload

UPLOAD = Upload("id", Identity("h", "1", "2", "User"), "playbook", "v1", "type", 3, {})
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_received_and_success():
    first, last = status.received("t", UPLOAD, NOW), status.success("t", UPLOAD, NOW)
    expected = {"service": "ingress", "account": "1", "org_id": "2", "request_id": "id", "date": "2026-01-01T00:00:00Z"}
    assert json.loads(first.value) == expected | {"status": "received", "status_msg": "Payload received by ingress"}
    assert json.loads(last.value) == expected | {
        "status": "success",
        "status_msg": "Sent to validation service: playbook",
    }
    assert (first.key, first.headers) == (None, ())
