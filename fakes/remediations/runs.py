"""Executing a plan, and what became of it (facts B.3)."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, jsonify, request

from fakes.remediations import aggregate, etag, recipients
from fakes.remediations.access import EXECUTE, READ
from fakes.remediations.errors import ApiError, Plain, forbidden, invalid
from fakes.remediations.identity import Identity
from fakes.remediations.plan import Creator, Plan, Run
from fakes.remediations.plans import BASE
from fakes.remediations.service import caller, check_uuid, choice, own_plan, page, service, user

log = logging.getLogger(__name__)
runs = Blueprint("runs", __name__, url_prefix=f"{BASE}/<plan_id>/playbook_runs")


@runs.post("")
def execute(plan_id: str) -> Response:
    """Hand a work request for each connected recipient to Dispatcher (SRV-100 to SRV-104)."""
    identity = user(EXECUTE)
    plan = plan_to_run(identity, plan_id)
    exclude = excludes()
    if not plan.systems:
        raise ApiError(422, "NO_SYSTEMS", f'Remediation "{plan.id}" contains no systems')
    found = service().dispatcher.connection_status(caller(identity), identity.org_id, plan.systems)
    tag = etag.of_json(found)
    expected = request.headers.get("If-Match")
    if expected is not None and expected != tag:
        raise Plain(412, {"ETag": tag})
    recipients.check_excludes(found, exclude)
    run = Run(str(uuid4()), plan.id, Creator(identity.username, identity.first_name, identity.last_name))
    work = recipients.work_requests(
        found, exclude, plan, run.id, identity.org_id, identity.username, service().config.platform_hostname
    )
    if not work:
        raise no_executors(plan)
    service().store.add_run(run)
    dispatch(identity, plan, run, work)
    response = jsonify(id=run.id)
    response.status_code, response.headers["ETag"] = 201, tag
    return response


@runs.get("")
def listed(plan_id: str) -> Response:
    """The runs of a plan, newest first by default."""
    identity = user(READ)
    plan = own_plan(identity, plan_id)
    found = service().store.runs(plan.id)
    if choice("sort", ("-updated_at", "updated_at")) == "updated_at":
        found.reverse()
    limit, offset = page(len(found))
    data = [run_object(run, executors(identity, run)) for run in found[offset : offset + limit]]
    return jsonify(meta={"count": len(data), "total": len(found)}, data=data)


@runs.get("/<run_id>")
def shown(plan_id: str, run_id: str) -> Response:
    """One run."""
    identity = user(READ)
    run = own_run(identity, plan_id, run_id)
    found = executors(identity, run)
    body = run_object(run, found)
    for item, executor in zip(body["executors"], found, strict=True):
        item |= {"updated_at": run.updated_at, "playbook": executor.playbook, "playbook_run_id": executor.id}
    return jsonify(body)


@runs.get("/<run_id>/systems")
def systems(plan_id: str, run_id: str) -> Response:
    """The systems of a run, sorted by name."""
    identity = user(READ)
    run = own_run(identity, plan_id, run_id)
    items = system_items(run, executors(identity, run))
    part = request.args.get("ansible_host", "")
    items = [item for item in items if part in item["system_name"]]
    items.sort(
        key=lambda item: str(item["system_name"]),
        reverse=choice("sort", ("system_name", "-system_name")) == "-system_name",
    )
    limit, offset = page(len(items))
    data = items[offset : offset + limit]
    return jsonify(meta={"count": len(data), "total": len(items)}, data=data)


@runs.get("/<run_id>/systems/<system_id>")
def system(plan_id: str, run_id: str, system_id: str) -> Response:
    """One system with its console (SRV-111); the status is Dispatcher's, read now."""
    identity = user(READ)
    check_uuid("system", system_id)
    run = own_run(identity, plan_id, run_id)
    items = [item for item in system_items(run, executors(identity, run)) if item["system_id"] == system_id]
    logs = service().dispatcher.log(caller(identity), run.id, system_id)
    if not items or not logs:
        raise Plain(404)
    body = {
        "system_id": system_id,
        "system_name": items[0]["system_name"],
        "status": items[0]["status"],
        "console": logs[0]["stdout"] or "",
        "updated_at": run.updated_at,
        "playbook_run_executor_id": run.id,
    }
    tag = etag.of_json(body)
    if etag.matches(request.headers.get("If-None-Match"), tag):
        return Response(status=304, headers={"ETag": tag})
    response = jsonify(body)
    response.headers["ETag"] = tag
    return response


@runs.post("/<run_id>/cancel")
def cancel(plan_id: str, run_id: str) -> tuple[Response, int]:
    """202 whatever Dispatcher says, which is addressed by the Remediations run's id (OBS-06)."""
    identity = user(EXECUTE)
    run = own_run(identity, plan_id, run_id)
    try:
        service().dispatcher.cancel(caller(identity), run.id, identity.org_id, identity.username)
    except ApiError as error:
        log.warning("cancel of %s: %s", run.id, error)
    return jsonify({}), 202


def plan_to_run(identity: Identity, plan_id: str) -> Plan:
    """A service account sees that a foreign plan exists, a user does not. Raises ApiError, Plain."""
    try:
        return own_plan(identity, plan_id)
    except Plain:
        if identity.type == "ServiceAccount" and service().store.plan(plan_id, identity.org_id) is not None:
            raise forbidden("A service account can execute its own plans only") from None
        raise


def excludes() -> list[str]:
    """The optional body's ``exclude``. Raises ApiError (400)."""
    if not request.get_data():
        return []
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ApiError(400, "INVALID_CONTENT_TYPE", "The body must be a JSON object")
    exclude = body.get("exclude", [])
    if not isinstance(exclude, list) or not all(isinstance(one, str) for one in exclude):
        raise invalid("type", "must be array of strings", "body", "exclude")
    return exclude


def dispatch(identity: Identity, plan: Plan, run: Run, work: list[dict[str, Any]]) -> None:
    """A refused item is logged only (OBS-07). Raises ApiError (422) where Dispatcher did not take the batch."""
    try:
        results = service().dispatcher.dispatch(caller(identity), work)
    except ApiError as error:
        log.error("run %s was not dispatched: %s", run.id, error)
        raise no_executors(plan) from error
    for result in results:
        log.info("run %s: %s", run.id, result)
    service().store.add_dispatched(run.id, {one["id"]: one["code"] for one in results if "id" in one})


def no_executors(plan: Plan) -> ApiError:
    """Nobody can run the plan now."""
    return ApiError(422, "NO_EXECUTORS", f'No executors available for Playbook "{plan.name}" ({plan.id})')


def own_run(identity: Identity, plan_id: str, run_id: str) -> Run:
    """A run of the caller's plan. Raises Plain (404), ApiError (400)."""
    check_uuid("playbook_run_id", run_id)
    run = service().store.run(own_plan(identity, plan_id).id, run_id)
    if run is None:
        raise Plain(404)
    return run


def executors(identity: Identity, run: Run) -> list[aggregate.Executor]:
    """What Dispatcher says of a run now."""
    dispatcher, by = service().dispatcher, caller(identity)
    return aggregate.executors(run.id, dispatcher.runs(by, run.id), dispatcher.hosts(by, run.id))


def run_object(run: Run, found: list[aggregate.Executor]) -> dict[str, Any]:
    """A run as lists show it."""
    return {
        "id": run.id,
        "status": aggregate.run_status(found),
        "remediation_id": run.plan,
        "created_by": asdict(run.created_by),
        "created_at": run.created_at,
        "updated_at": run.updated_at,
        "executors": [
            {
                "executor_id": one.id,
                "executor_name": one.name,
                "status": one.status,
                "system_count": len(one.hosts),
                "counts": dict(one.counts),
            }
            for one in found
        ],
    }


def system_items(run: Run, found: list[aggregate.Executor]) -> list[dict[str, Any]]:
    """The hosts that inventory knows, each with its executor."""
    hosts = [(one, host) for one in found for host in one.hosts if host.get("inventory_id")]
    names = service().store.systems([host["inventory_id"] for _, host in hosts])
    return [
        {
            "system_id": host["inventory_id"],
            "system_name": names[host["inventory_id"]].display_name
            if host["inventory_id"] in names
            else host["inventory_id"],
            "status": aggregate.shown(host["status"]),
            "updated_at": run.updated_at,
            "playbook_run_executor_id": one.id,
            "executor_type": one.kind,
        }
        for one, host in hosts
    ]
