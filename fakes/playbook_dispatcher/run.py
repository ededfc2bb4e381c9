"""A playbook run and its hosts, as stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

STATUSES = ("running", "success", "failure", "timeout", "canceled")
FINAL = ("success", "failure")


@dataclass(frozen=True, slots=True)
class Run:
    """One dispatched playbook; times in microseconds since the epoch, ``timeout`` in seconds."""

    id: str
    org_id: str
    recipient: str
    correlation_id: str
    url: str
    service: str
    name: str
    web_console_url: str
    principal: str
    timeout: int
    labels: Mapping[str, str] = field(default_factory=dict)
    status: str = "running"
    sat_id: str | None = None
    sat_org_id: str | None = None
    response_full: bool = True
    created_at: int = 0
    updated_at: int = 0


@dataclass(frozen=True, slots=True)
class RunHost:
    """One host of a run; ``log`` is what the host printed so far."""

    run: str
    host: str
    status: str = "running"
    log: str = ""
    inventory_id: str | None = None
    subscription_manager_id: str | None = None
    sat_sequence: int | None = None


def host_of(run_id: str, item: Mapping[str, Any]) -> RunHost:
    """A host as a dispatch names it: by ``ansible_host``, else by its inventory id (SRV-015)."""
    return RunHost(
        run_id,
        str(item.get("ansible_host") or item.get("inventory_id") or ""),
        inventory_id=item.get("inventory_id"),
        subscription_manager_id=item.get("subscription_manager_id"),
    )


def timestamp(microseconds: int) -> str:
    """RFC 3339 in UTC."""
    return datetime.fromtimestamp(microseconds / 1e6, UTC).isoformat().replace("+00:00", "Z")
