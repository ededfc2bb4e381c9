"""The hosts that inventory knows, read from a JSON file on each request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Host:
    """One entry of ``$PLATFORM_HOSTS``; ``owner_id`` is the CN of the host's consumer certificate.

    ``satellite`` are the facts that a Satellite tells of its hosts: its instance id, its version, its organisation.
    """

    id: str
    display_name: str
    hostname: str
    org_id: str
    rhc_client_id: str | None
    owner_id: str | None
    satellite: dict[str, Any] | None = None

    def summary(self) -> dict[str, Any]:
        """What ``GET /hosts/<ids>`` shows."""
        return {
            "id": self.id,
            "display_name": self.display_name,
            "fqdn": self.hostname,
            "hostname": self.hostname,
            "account": None,
            "org_id": self.org_id,
            "facts": [] if self.satellite is None else [{"namespace": "satellite", "facts": self.satellite}],
        }

    def system_profile(self) -> dict[str, Any]:
        """What ``GET /hosts/<ids>/system_profile`` shows; a host without a client id lacks the field."""
        profile: dict[str, Any] = {"owner_id": self.owner_id, "is_marketplace": False}
        if self.rhc_client_id is not None:
            profile["rhc_client_id"] = self.rhc_client_id
        return profile


def read_hosts(file: Path, ids: Sequence[str], org_id: str) -> list[Host]:
    """The hosts of `org_id` among `ids`, in the order asked. Raises OSError, ValueError on a bad file."""
    names = Host.__dataclass_fields__
    known = [Host(**{name: entry.get(name) for name in names}) for entry in json.loads(file.read_bytes())]
    by_id = {host.id: host for host in known if host.org_id == org_id}
    return [by_id[id_] for id_ in dict.fromkeys(ids) if id_ in by_id]
