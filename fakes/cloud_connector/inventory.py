"""The recorder `inventory`: tells Host Inventory of a host that came (facts A12)."""

from __future__ import annotations

import base64
import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.cloud_connector.connections import Connection
from fakes.cloud_connector.kafka import Record

log = logging.getLogger(__name__)
REPORTED = {"rhc-worker-playbook", "package-manager", "rhc-worker-script"}


@dataclass(frozen=True, slots=True)
class Recorder:
    """Callable with a connection; sends it to `topic` if it is one that inventory wants."""

    send: Callable[[Record, Callable[[str | None], None]], Any]
    topic: str
    reporter: str
    stale_hours: int

    def __call__(self, connection: Connection) -> None:
        """Send the host's record without waiting."""
        if wanted(connection):
            stale = datetime.now(UTC) + timedelta(hours=self.stale_hours)
            value = json.dumps(add_host(connection, self.reporter, stale)).encode()
            self.send(Record(self.topic, connection.org_id.encode(), value), self._done)

    def _done(self, error: str | None) -> None:
        if error is not None:
            log.error("%s: %s", self.topic, error)


def wanted(connection: Connection) -> bool:
    """A host with tenant and facts, and with a worker that inventory knows."""
    dispatchers = connection.dispatchers
    known = isinstance(dispatchers, dict) and REPORTED & dispatchers.keys()
    return bool(connection.org_id and connection.canonical_facts and known)


def add_host(connection: Connection, reporter: str, stale: datetime) -> dict[str, Any]:
    """The envelope; empty facts and those that are neither text nor list are left out."""
    facts = {k: v for k, v in connection.canonical_facts.items() if v and isinstance(v, str | list)}
    tags = connection.tags if isinstance(connection.tags, dict) else {}
    return {
        "operation": "add_host",
        "platform_metadata": {"request_id": str(uuid.uuid4()), "b64_identity": identity_of(connection)},
        "data": facts
        | {
            "account": connection.account,
            "org_id": connection.org_id,
            "stale_timestamp": stale.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "reporter": reporter,
            "system_profile": {"rhc_client_id": connection.client_id, "owner_id": connection.client_id},
            "tags": {"rhc_client": {key: [value] for key, value in tags.items()}},
        },
    }


def identity_of(connection: Connection) -> str:
    """The identity that the map file's resolver makes for a host."""
    identity = {
        "account_number": connection.account,
        "org_id": connection.org_id,
        "internal": {"org_id": connection.org_id},
        "type": "User",
        "auth_type": "cert-auth",
    }
    return base64.b64encode(json.dumps({"identity": identity}).encode()).decode()
