"""Dispatcher's recipients as the page shows them, and as work requests (facts B.3, B.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from fakes.remediations.errors import ApiError
from fakes.remediations.plan import Plan

CONSOLE = "https://console.redhat.com/insights/remediations"
DIRECT = "RHC"

Object = dict[str, Any]


def connection_status(recipients: Iterable[Object]) -> list[Object]:
    """One item a Satellite organisation, one for each state of direct hosts, one for the unreachable."""
    items: list[Object] = []
    direct: dict[str, list[str]] = {}
    for one in recipients:
        kind, status, systems = one["recipient_type"], one["status"], one["systems"]
        if kind == "satellite":
            name = f"Satellite {one['sat_id']} Org {one['sat_org_id']}"
            items.append(_item("RHC-satellite", one["sat_id"], name, status, systems))
        elif kind == "directConnect":
            direct.setdefault(status, []).extend(systems)
        else:
            items.append(_item("None", None, None, "no_rhc", systems))
    items += [_item(DIRECT, None, "Direct connected", status, systems) for status, systems in direct.items()]
    return sorted(items, key=lambda item: (item["executor_name"] is None, item["executor_name"] or ""))


def check_excludes(recipients: Iterable[Object], exclude: Iterable[str]) -> None:
    """Raises ApiError on an id that is neither ``RHC`` nor a Satellite of the plan."""
    satellites = {one["sat_id"] for one in recipients if one["recipient_type"] == "satellite"}
    unknown = [one for one in exclude if one.upper() != DIRECT and one not in satellites]
    if unknown:
        raise ApiError(
            400,
            "UNKNOWN_EXCLUDE",
            f"Excluded Executor [{', '.join(unknown)}] not found in list of identified executors",
        )


def work_requests(
    recipients: Iterable[Object],
    exclude: Iterable[str],
    plan: Plan,
    run_id: str,
    org_id: str,
    principal: str,
    hostname: str,
) -> list[Object]:
    """One for each connected recipient that is not excluded (SRV-104)."""
    excluded = {one.upper() if one.upper() == DIRECT else one for one in exclude}
    requests: list[Object] = []
    for one in recipients:
        satellite = one["recipient_type"] == "satellite"
        if one["status"] != "connected" or one["recipient_type"] == "none":
            continue
        if (one["sat_id"] if satellite else DIRECT) in excluded:
            continue
        request = {
            "recipient": one["recipient"],
            "org_id": org_id,
            "url": playbook_url(hostname, plan.id, one["systems"], localhost=not satellite),
            "name": plan.name,
            "principal": principal,
            "web_console_url": CONSOLE,
            "labels": {"playbook-run": run_id},
        }
        if satellite:
            request |= {
                "recipient_config": {"sat_id": one["sat_id"], "sat_org_id": one["sat_org_id"]},
                "hosts": [{"inventory_id": system} for system in one["systems"]],
            }
        else:
            request |= {"hosts": [{"inventory_id": system, "ansible_host": "localhost"} for system in one["systems"]]}
        requests.append(request)
    return requests


def playbook_url(hostname: str, plan_id: str, systems: Sequence[str], *, localhost: bool) -> str:
    """What a host is told to fetch (SRV-105)."""
    query = urlencode([("hosts", system) for system in systems])
    return (
        f"https://{hostname}/api/remediations/v1/remediations/{plan_id}/playbook?{query}"
        f"{'&localhost' if localhost else ''}"
    )


def _item(kind: str, id_: str | None, name: str | None, status: str, systems: Sequence[str]) -> Object:
    return {
        "endpoint_id": None,
        "executor_id": id_,
        "executor_type": kind,
        "executor_name": name,
        "system_count": len(systems),
        "system_ids": list(systems),
        "connection_status": status,
    }
