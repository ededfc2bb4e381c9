"""Who a remediation target is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a host is: certificate CN = client id = MQTT client id, and its inventory id."""

    name: str
    client_id: str
    inventory_id: str
    insights_id: str

    @classmethod
    def new(cls, name: str) -> Identity:
        """A host nobody has seen before; the ids are version 4 UUIDs (SRV-006)."""
        return cls(name, *(str(uuid.uuid4()) for _ in range(3)))

    def facts(self) -> dict[str, object]:
        """Canonical facts as ``rhc canonical-facts`` prints them."""
        return {
            "insights_id": self.insights_id,
            "machine_id": str(uuid.UUID(self.insights_id)),
            "bios_uuid": "",
            "subscription_manager_id": self.client_id,
            "ip_addresses": ["192.0.2.10"],
            "mac_addresses": ["52:54:00:12:34:56"],
            "fqdn": f"{self.name}.example.com",
        }
