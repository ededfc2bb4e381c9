"""Plans, their connection status and their playbook."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, jsonify, request

from fakes.remediations import etag, playbook, recipients
from fakes.remediations.access import EXECUTE, READ, WRITE
from fakes.remediations.errors import ApiError, Plain, forbidden, invalid
from fakes.remediations.identity import Identity, identity_of
from fakes.remediations.plan import Creator, Issue, Plan, System
from fakes.remediations.service import caller, check_uuid, own_plan, page, service, user
from fakes.remediations.store import now

BASE = "/api/remediations/v1/remediations"
plans = Blueprint("plans", __name__, url_prefix=BASE)


@plans.post("")
def create() -> tuple[Response, int]:
    """Store a plan whose issues can be resolved and whose systems inventory knows."""
    identity = user(WRITE)
    body = body_of_plan()
    issues = tuple(
        Issue(one["id"], one.get("resolution") or "fix", tuple(dict.fromkeys(one.get("systems") or [])))
        for one in body.get("add", {}).get("issues", [])
    )
    plan = Plan(
        str(uuid4()),
        identity.org_id,
        body["name"],
        body.get("auto_reboot", True),
        Creator(identity.username, identity.first_name, identity.last_name),
        issues,
    )
    for issue in issues:
        playbook.template(service().config.templates, issue.id)
    known = service().inventory.systems(caller(identity), plan.systems) if plan.systems else {}
    for system in plan.systems:
        if system not in known:
            raise ApiError(400, "UNKNOWN_SYSTEM", f'Unknown system identifier "{system}"')
    service().store.add_plan(plan, known.values())
    return jsonify(id=plan.id), 201


@plans.get("")
def listed() -> Response:
    """The caller's plans."""
    identity = user(READ)
    found = service().store.plans(identity.org_id, identity.username)
    if (system := request.args.get("system")) is not None:
        check_uuid("system", system, "query")
        found = [plan for plan in found if system in plan.systems]
    limit, offset = page(len(found))
    data = [summary(plan) for plan in found[offset : offset + limit]]
    return jsonify(meta={"count": len(data), "total": len(found)}, data=data)


@plans.get("/<plan_id>")
def shown(plan_id: str) -> Response:
    """One plan with its issues and their systems."""
    plan = own_plan(user(READ), plan_id)
    systems = service().store.systems(plan.systems)
    folder = service().config.templates
    return jsonify(
        summary(plan)
        | {
            "issues": [
                {
                    "id": issue.id,
                    "description": playbook.template(folder, issue.id).description,
                    "resolution": {"id": issue.resolution, "needs_reboot": False},
                    "systems": [system_of(systems[id_]) for id_ in issue.systems],
                }
                for issue in plan.issues
            ]
        }
    )


@plans.get("/<plan_id>/connection_status")
def connection_status(plan_id: str) -> Response:
    """How the plan's systems can be reached; the tag is of Dispatcher's list (SRV-102)."""
    identity = user(EXECUTE)
    plan = own_plan(identity, plan_id)
    if not plan.systems:
        return jsonify(meta={"count": 0, "total": 0}, data=[])
    found = service().dispatcher.connection_status(caller(identity), identity.org_id, plan.systems)
    tag = etag.of_json(found)
    if etag.matches(request.headers.get("If-None-Match"), tag):
        return Response(status=304, headers={"ETag": tag})
    data = recipients.connection_status(found)
    response = jsonify(meta={"count": len(data), "total": len(data)}, data=data)
    response.headers["ETag"] = tag
    return response


@plans.get("/<plan_id>/playbook")
def download(plan_id: str) -> Response:
    """The playbook for ``hosts``; a host's certificate opens its own only (SRV-106)."""
    check_uuid("id", plan_id)
    hosts, localhost = asked_hosts(), on_localhost()
    identity = identity_of(request.headers.get("x-rh-identity"))
    if identity.type != "System":
        service().access.require(caller(identity), READ)
    by_name = identity.username if identity.type == "User" else None
    plan = service().store.plan(plan_id, identity.org_id, by_name)
    if plan is None:
        raise Plain(404)
    if not plan.systems:
        return Response(status=204)
    issues = issues_for(plan, hosts)
    if identity.type == "System":
        check_owner(identity, issues)
    if not issues:
        return Response(status=204)
    names = {id_: one.hostname for id_, one in service().store.systems(plan.systems).items()}
    content = playbook.generate(plan, issues, names, service().config.templates, localhost=localhost, at=now()).encode()
    tag = playbook.tag(content)
    if etag.matches(request.headers.get("If-None-Match"), tag):
        return Response(status=304, headers={"ETag": tag})
    return Response(
        content,
        content_type="text/vnd.yaml; charset=utf-8",
        headers={
            "ETag": tag,
            "Content-Disposition": f'attachment;filename="{playbook.file_name(plan, time.time_ns() // 1_000_000)}"',
        },
    )


def asked_hosts() -> list[str]:
    """``hosts``, repeated or comma joined. Raises ApiError (400) where one is no UUID."""
    hosts = [id_ for value in request.args.getlist("hosts") for id_ in value.split(",") if id_]
    for id_ in hosts:
        check_uuid("hosts", id_, "query")
    return hosts


def on_localhost() -> bool:
    """``localhost``: a bare flag, or true or false. Raises ApiError (400)."""
    values = request.args.getlist("localhost")
    if len(values) > 1 or any(value not in ("", "true", "false") for value in values):
        raise invalid("enum", "must be equal to one of the allowed values", "query", "localhost")
    return bool(values) and values[0] != "false"


def issues_for(plan: Plan, hosts: list[str]) -> list[Issue]:
    """The plan's issues with those of their systems that were asked for, all of them without `hosts`."""
    kept = [
        replace(issue, systems=tuple(id_ for id_ in issue.systems if not hosts or id_ in hosts))
        for issue in plan.issues
    ]
    return [issue for issue in kept if issue.systems]


def check_owner(identity: Identity, issues: list[Issue]) -> None:
    """Every selected system must belong to the certificate. Raises Plain (404), ApiError (403, 503)."""
    selected = sorted({id_ for issue in issues for id_ in issue.systems})
    if not selected:
        raise Plain(404)
    owners = service().inventory.owners(caller(identity), selected)
    if not identity.cn or any(owners.get(id_) != identity.cn for id_ in selected):
        raise forbidden(f"Certificate {identity.cn} does not own every system of this playbook")


def summary(plan: Plan) -> dict[str, Any]:
    """A plan as lists show it."""
    who = {
        "username": plan.created_by.username,
        "first_name": plan.created_by.first_name,
        "last_name": plan.created_by.last_name,
    }
    return {
        "id": plan.id,
        "name": plan.name,
        "auto_reboot": plan.auto_reboot,
        "needs_reboot": False,
        "archived": False,
        "created_by": who,
        "created_at": plan.created_at,
        "updated_by": who,
        "updated_at": plan.updated_at,
        "resolved_count": 0,
        "system_count": len(plan.systems),
        "issue_count": len(plan.issues),
    }


def system_of(system: System) -> dict[str, Any]:
    """A system as a plan shows it."""
    return {"id": system.id, "hostname": system.hostname, "display_name": system.display_name, "resolved": False}


def body_of_plan() -> dict[str, Any]:
    """The body of a creation. Raises ApiError (400)."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ApiError(400, "INVALID_CONTENT_TYPE", "The body must be a JSON object")
    if not isinstance(body.get("name"), str) or not body["name"].strip():
        raise invalid("required", "must be text that is not blank", "body", "name")
    if not isinstance(body.get("auto_reboot", True), bool):
        raise invalid("type", "must be boolean", "body", "auto_reboot")
    add = body.get("add", {})
    if not isinstance(add, dict):
        raise invalid("type", "must be object", "body", "add")
    for name in ("issues", "systems"):
        if not isinstance(add.get(name, []), list):
            raise invalid("type", "must be array", "body", f"add.{name}")
    for n, one in enumerate(add.get("issues", [])):
        check_issue(one, f"add.issues[{n}]")
    check_systems(add.get("systems", []))
    return body


def check_systems(systems: list[Any]) -> None:
    """The ids beside the issues, which must be UUIDs. Raises ApiError (400)."""
    for n, one in enumerate(systems):
        if not isinstance(one, str):
            raise invalid("type", "must be string", "body", f"add.systems[{n}]")
        check_uuid(f"add.systems[{n}]", one, "body")


def check_issue(one: Any, path: str) -> None:
    """Raises ApiError (400)."""
    if not isinstance(one, dict) or not isinstance(one.get("id"), str):
        raise invalid("required", "must have required property 'id'", "body", path)
    if not isinstance(one.get("resolution", ""), str | None):
        raise invalid("type", "must be string", "body", f"{path}.resolution")
    systems = one.get("systems") or []
    if not isinstance(systems, list) or not all(isinstance(id_, str) for id_ in systems):
        raise invalid("type", "must be array of strings", "body", f"{path}.systems")
