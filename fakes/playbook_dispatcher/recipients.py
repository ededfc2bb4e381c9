"""How the hosts of a plan can be reached (facts A.4, connection_status)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fakes.playbook_dispatcher.inventory import Host
from fakes.playbook_dispatcher.service import Service

NO_RECIPIENT = "00000000-0000-0000-0000-000000000000"


def connection_status(service: Service, org_id: str, hosts: Sequence[Host], request_id: str) -> list[dict[str, Any]]:
    """One object per direct host, then one for all that cannot be reached. Raises CloudConnectorError.

    Hosts of a Satellite are left out: Sources, which would know their Satellite, is not part of this stand-in.
    """
    reachable = [host for host in hosts if host.satellite is None]
    found = [
        _recipient(
            org_id,
            str(host.rhc_client_id),
            "directConnect",
            [host.id],
            "connected"
            if service.cloud_connector.connected(str(host.rhc_client_id), org_id, request_id)
            else "disconnected",
        )
        for host in reachable
        if host.rhc_client_id
    ]
    without = [host.id for host in reachable if not host.rhc_client_id]
    if without:
        found.append(_recipient(org_id, NO_RECIPIENT, "none", without, "rhc_not_configured"))
    return found


def _recipient(org_id: str, recipient: str, kind: str, systems: list[str], status: str) -> dict[str, Any]:
    return {
        "recipient": recipient,
        "org_id": org_id,
        "recipient_type": kind,
        "sat_id": "",
        "sat_org_id": "",
        "systems": systems,
        "status": status,
    }
