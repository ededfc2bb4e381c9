"""The record that tells validators about a staged upload (facts B8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fakes.identity import Identity
from fakes.ingress.kafka import Record
from fakes.ingress.wire import to_json, to_rfc3339


@dataclass(frozen=True, slots=True)
class Upload:
    """An accepted part; `size` in bytes, `metadata` as it will be announced."""

    request_id: str
    identity: Identity
    service: str
    category: str
    content_type: str
    size: int
    metadata: Mapping[str, Any]


def announcement(topic: str, upload: Upload, url: str, now: datetime) -> Record:
    """The announcement: keyed by `queue_key` if any, one header (ING-09, ING-10, ING-12)."""
    key = upload.metadata.get("queue_key")
    value = to_json(announced(upload, url, now))
    return Record(topic, value, key.encode() if key else None, (("service", upload.service.encode()),))


def announced(upload: Upload, url: str, now: datetime) -> dict[str, Any]:
    """The announcement's value."""
    return {
        "account": upload.identity.account,
        "category": upload.category,
        "content_type": upload.content_type,
        "metadata": dict(upload.metadata),
        "request_id": upload.request_id,
        "principal": upload.identity.org_id,
        "org_id": upload.identity.org_id,
        "service": upload.service,
        "size": upload.size,
        "url": url,
        "b64_identity": upload.identity.header,
        "timestamp": to_rfc3339(now.astimezone()),
    }
