"""Kafka records without Kafka: what handlers take and return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANNOUNCE = "platform.upload.announce"
VALIDATION = "platform.upload.validation"
UPDATES = "platform.playbook-dispatcher.runner-updates"
SATELLITE = "playbook-sat"
SERVICES = ("playbook", SATELLITE)

REQUEST_ID = "x-rh-insights-request-id"
CORRELATION_ID = "x-rh-insights-playbook-dispatcher-correlation-id"


@dataclass(frozen=True, slots=True)
class Record:
    """One record, read or to be written."""

    topic: str
    value: bytes
    key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
