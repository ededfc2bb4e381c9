"""How the hosts of a plan can be reached (facts A.4, connection_status)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fakes.playbook_dispatcher.inventory import Host
from fakes.playbook_dispatcher.service import Service

NO_RECIPIENT = "00000000-0000-0000-0000-000000000000"


def connection_status(
    service: Service, org_id: str, hosts: Sequence[Host], identity: str, request_id: str
) -> list[dict[str, Any]]:
    """One object per Satellite and organisation, one per direct host, one for all that cannot be reached.

    Satellites that Sources does not know are left out. Raises CloudConnectorError.
    """
    reachable = [host for host in hosts if host.satellite is None]
    found = _satellites(service, org_id, hosts, identity, request_id)
    found += [
        _recipient(
            org_id,
            str(host.rhc_client_id),
            "directConnect",
            [host.id],
            _status(service, str(host.rhc_client_id), org_id, request_id),
        )
        for host in reachable
        if host.rhc_client_id
    ]
    without = [host.id for host in reachable if not host.rhc_client_id]
    if without:
        found.append(_recipient(org_id, NO_RECIPIENT, "none", without, "rhc_not_configured"))
    return found


def _satellites(
    service: Service, org_id: str, hosts: Sequence[Host], identity: str, request_id: str
) -> list[dict[str, Any]]:
    systems: dict[tuple[str, str], list[str]] = {}
    for host in hosts:
        if host.satellite is not None:
            systems.setdefault((host.satellite, host.satellite_org), []).append(host.id)
    found = []
    for (satellite, organisation), ids in systems.items():
        recipient = service.sources.recipient(satellite, identity, request_id)
        if recipient is not None:
            # The connector is asked with the Satellite's organisation, as the real one does.
            status = _status(service, recipient, organisation, request_id)
            found.append(
                _recipient(org_id, recipient, "satellite", ids, status)
                | {"sat_id": satellite, "sat_org_id": organisation}
            )
    return found


def _status(service: Service, recipient: str, org_id: str, request_id: str) -> str:
    return "connected" if service.cloud_connector.connected(recipient, org_id, request_id) else "disconnected"


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
