"""What a client says about its upload in the part `metadata` (facts B6)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.ingress.wire import NO_TIME, to_rfc3339

TEXTS = (
    "account",
    "org_id",
    "insights_id",
    "machine_id",
    "subscription_manager_id",
    "fqdn",
    "bios_uuid",
    "display_name",
    "ansible_host",
    "queue_key",
)
LISTS = ("ip_addresses", "mac_addresses")
MAP = "custom_metadata"
FRESH = timedelta(days=30)
NO_METADATA = {"reporter": "", "stale_timestamp": NO_TIME}


def parse(part: bytes, now: datetime) -> dict[str, Any] | None:
    """The fields that are passed on, with `reporter` and `stale_timestamp`; None where unparsable (ING-13)."""
    try:
        document = json.loads(part)
    except (ValueError, RecursionError):
        return None
    if document is None:
        document = {}
    if not isinstance(document, dict) or not all(fits(k, v) for k, v in document.items()):
        return None
    kept = {name: document[name] for name in (*LISTS, *TEXTS, MAP) if document.get(name)}
    stale = to_rfc3339((now + FRESH).astimezone(UTC))
    return kept | {"reporter": "ingress", "stale_timestamp": stale}


def fits(name: str, value: Any) -> bool:
    """Whether a known field has its type; unknown fields may be anything."""
    if value is None:
        return True
    if name in TEXTS:
        return isinstance(value, str)
    if name in LISTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if name == MAP:
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    return True
