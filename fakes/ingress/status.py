"""The payload tracker's records: how far an upload came (facts B8)."""

from __future__ import annotations

from datetime import UTC, datetime

from fakes.ingress.announce import Upload
from fakes.ingress.kafka import Record
from fakes.ingress.wire import to_json, to_rfc3339


def received(topic: str, upload: Upload, now: datetime) -> Record:
    """The first record of an accepted upload (ING-16)."""
    return _status(topic, upload, "received", "Payload received by ingress", now)


def success(topic: str, upload: Upload, now: datetime) -> Record:
    """The record after staging (ING-16)."""
    return _status(topic, upload, "success", f"Sent to validation service: {upload.service}", now)


def _status(topic: str, upload: Upload, status: str, status_msg: str, now: datetime) -> Record:
    value = {
        "service": "ingress",
        "account": upload.identity.account,
        "org_id": upload.identity.org_id,
        "request_id": upload.request_id,
        "status": status,
        "status_msg": status_msg,
        "date": to_rfc3339(now.astimezone(UTC)),
    }
    return Record(topic, to_json(value))
