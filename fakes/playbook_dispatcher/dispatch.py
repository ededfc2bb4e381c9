"""Starting and cancelling runs, one item of a batch at a time (facts A.4, A.6)."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from fakes.playbook_dispatcher import protocol
from fakes.playbook_dispatcher.cloud_connector import CloudConnectorError, NotConnected
from fakes.playbook_dispatcher.run import Run, host_of
from fakes.playbook_dispatcher.service import Service

NO_RUN = "00000000-0000-0000-0000-000000000000"
"""What a failed cancel element bears in place of its run's id (OBS-01)."""

log = logging.getLogger(__name__)


def batch_error(items: list[dict[str, Any]]) -> str | None:
    """Why a whole batch is refused though its shape is right (SRV-013)."""
    for item in items:
        recipient = item.get("recipient_config") or {}
        if ("sat_id" in recipient) != ("sat_org_id" in recipient):
            return "Both sat_id and sat_org need to be defined"
        if "sat_id" not in recipient:
            continue
        if "hosts" not in item:
            return "Hosts need to be defined"
        if not item["hosts"]:
            return "Hosts cannot be empty"
        if any("inventory_id" not in host for host in item["hosts"]):
            return "Inventory ID needs to be defined"
    return None


def start(service: Service, caller: str, request_id: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """Send first, then store: one element of the 207."""
    if item["org_id"] in service.config.blocklist_org_ids:
        return {"code": 400, "message": "Block listed org"}
    run = new_run(service, caller, item)
    hosts = [host_of(run.id, host) for host in item.get("hosts") or []]
    try:
        service.cloud_connector.send(
            run.recipient, run.org_id, request_id, protocol.run_message(service.config, run, hosts)
        )
        service.store.add(run, hosts)
    except NotConnected:
        return {"code": 404, "message": "Receipient not found"}
    except (CloudConnectorError, sqlite3.Error) as error:
        log.error("run for %s failed: %s", run.recipient, error)
        return {"code": 500, "message": "Unexpected error during processing"}
    log.info("run %s sent, correlation id %s", run.id, run.correlation_id)
    return {"code": 201, "id": run.id}


def new_run(service: Service, caller: str, item: Mapping[str, Any]) -> Run:
    """A run with a correlation id of its own (SRV-016) and the defaults filled in."""
    recipient = item.get("recipient_config") or {}
    run = Run(
        id=str(uuid4()),
        org_id=item["org_id"],
        recipient=item["recipient"],
        correlation_id=str(uuid4()),
        url=item["url"],
        service=caller,
        name=item["name"],
        web_console_url=item.get("web_console_url", service.config.web_console_url),
        principal=item["principal"],
        timeout=item.get("timeout", service.config.default_run_timeout),
        labels=item.get("labels", {}),
    )
    if "sat_id" not in recipient:
        return run
    full = service.config.satellite_response_full
    return replace(run, sat_id=recipient["sat_id"], sat_org_id=recipient["sat_org_id"], response_full=full)


def cancel(service: Service, request_id: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """Ask a Satellite to stop; the stored status stays: one element of the 207 (SRV-030)."""
    run = service.store.run(item["run_id"])
    if run is None:
        return {"code": 404, "run_id": NO_RUN}
    if run.org_id != item["org_id"] or run.sat_id is None:
        return {"code": 400, "run_id": NO_RUN}
    if run.status != "running":
        return {"code": 409, "run_id": NO_RUN}
    try:
        service.cloud_connector.send(
            run.recipient, run.org_id, request_id, protocol.cancel_message(run, item["principal"])
        )
    except NotConnected:
        return {"code": 409, "run_id": NO_RUN}
    except CloudConnectorError as error:
        log.error("cancel of %s failed: %s", run.id, error)
        return {"code": 500, "run_id": NO_RUN}
    return {"code": 202, "run_id": run.id}
