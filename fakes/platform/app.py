"""Inventory, RBAC, Sources and whose a tenant is, with just what the participants call (facts A.4, B.1, B.5)."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from flask import Flask, Response, abort, current_app, jsonify, request

from fakes.platform import access, hosts, sources, tenants

CN = "/CN="


@dataclass(frozen=True)
class Files:
    """What is known, as JSON files; None: nothing, and nobody lacks a permission."""

    hosts: Path
    access: Path | None = None
    tenants: Path | None = None
    clients: Path | None = None
    sources: sources.Sources = field(default_factory=sources.Sources)


def create_app(files: Files) -> Flask:
    """The application."""
    app = Flask(__name__)
    app.extensions["platform"] = files
    app.add_url_rule("/api/inventory/v1/hosts/<ids>", view_func=list_hosts)
    app.add_url_rule("/api/inventory/v1/hosts/<ids>/system_profile", view_func=list_profiles)
    app.add_url_rule("/api/rbac/v1/access/", view_func=list_access)
    for version in ("v3.0", "v3.1"):
        base = f"/api/sources/{version}"
        app.add_url_rule(f"{base}/sources", f"sources-{version}", list_sources)
        app.add_url_rule(f"{base}/sources/<source>/rhc_connections", f"connections-{version}", list_connections)
        app.add_url_rule(f"{base}/bulk_create", f"bulk-create-{version}", bulk_create, methods=["POST"])
    app.add_url_rule("/internal/orgIds", view_func=list_org_ids, methods=["POST"])
    app.add_url_rule("/internal/ebsNumbers", view_func=list_accounts, methods=["POST"])
    app.add_url_rule("/auth", view_func=authenticate)
    return app


def list_hosts(ids: str) -> Response:
    """404 where none of the ids is known."""
    found = _found(ids)
    if not found:
        abort(404)
    return _page([host.summary() for host in found])


def list_profiles(ids: str) -> Response:
    """``fields[system_profile]`` (repeated or comma joined) selects fields; all of them without it."""
    wanted = {name for value in request.args.getlist("fields[system_profile]") for name in value.split(",")}
    return _page(
        [
            {
                "id": host.id,
                "system_profile": {
                    name: value for name, value in host.system_profile().items() if not wanted or name in wanted
                },
            }
            for host in _found(ids)
        ]
    )


def list_access() -> Response:
    """The caller's permissions in the application asked for; 500 where nobody knows them."""
    user = _identity().get("user") or {}
    try:
        known = access.permissions(_files().access, str(user.get("username", "")), request.args.get("application", ""))
    except access.Unknown:
        abort(500)
    data = [{"permission": permission, "resourceDefinitions": []} for permission in known]
    return jsonify({"meta": {"count": len(data), "limit": 10, "offset": 0}, "links": {}, "data": data})


def list_sources() -> Response:
    """Sources by reference, in either of the two forms in which it is asked for; all without it."""
    refs = [request.args[name] for name in ("filter[source_ref][eq]", "source_ref") if name in request.args]
    found = [each for each in _files().sources.of(_org_id()) if not refs or each.source_ref in refs]
    return _collection([each.summary() for each in found])


def list_connections(source: str) -> Response:
    """404 where nobody knows the source."""
    found = next((each for each in _files().sources.of(_org_id()) if each.id == source), None)
    if found is None:
        abort(404)
    return _collection(found.connections())


def bulk_create() -> tuple[Response, int]:
    """201; 400 where there is such a source already."""
    org_id, asked = _org_id(), _body()
    lists = (
        [asked.get(name, []) for name in ("sources", "applications", "endpoints")] if isinstance(asked, dict) else []
    )
    if not lists or not all(isinstance(each, list) for each in lists) or "sources" not in asked:
        abort(400)
    texts = [value for each in lists for entry in each for value in _texts(entry)]
    if not all(isinstance(value, str) for value in texts):
        abort(400)
    try:
        _files().sources.create(org_id, lists[0], lists[2])
    except (sources.Known, KeyError) as error:
        return jsonify(errors=[{"status": "400", "detail": str(error)}]), 400
    return jsonify(asked), 201


def list_org_ids() -> Response:
    """The org id of each account asked for; an unknown one is left out."""
    return jsonify(tenants.translate(tenants.org_ids(_files().tenants), _names()))


def list_accounts() -> Response:
    """The account of each org id asked for; one without is left out."""
    return jsonify(tenants.translate(tenants.accounts(_files().tenants), _names()))


def authenticate() -> tuple[Response, int]:
    """The identity of whoever has the certificate that ``x-rh-certauth-cn`` names."""
    client_id = request.headers.get("x-rh-certauth-cn", "").removeprefix(CN)
    identity = tenants.identity_of(_files().clients, client_id)
    if identity is None:
        refused = {"meta": {"response_by": "platform"}, "status": 401, "detail": "no such client"}
        return jsonify(errors=[refused]), 401
    return jsonify({"x-rh-identity": identity}), 200


def _files() -> Files:
    return cast(Files, current_app.extensions["platform"])


def _found(ids: str) -> list[hosts.Host]:
    asked = ids.split(",")
    for one in asked:
        try:
            UUID(one)
        except ValueError:
            abort(400)
    return hosts.read_hosts(_files().hosts, asked, _org_id())


def _body() -> Any:
    """The request's JSON, whatever type it is said to be of; 400 where it is none."""
    body = request.get_json(force=True, silent=True)
    if body is None:
        abort(400)
    return body


def _texts(entry: Any) -> list[Any]:
    """The values of an entry, which must be an object."""
    return list(entry.values()) if isinstance(entry, dict) else [None]


def _names() -> list[str]:
    names = _body()
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        abort(400)
    return names


def _page(results: list[dict[str, Any]]) -> Response:
    page, per_page = request.args.get("page", 1, int), request.args.get("per_page", 50, int)
    if page < 1 or not 1 <= per_page <= 100:
        abort(400)
    part = results[(page - 1) * per_page : page * per_page]
    return jsonify({"count": len(part), "total": len(results), "page": page, "per_page": per_page, "results": part})


def _collection(data: list[dict[str, Any]]) -> Response:
    return jsonify({"meta": {"count": len(data), "limit": 100, "offset": 0}, "links": {}, "data": data})


def _identity() -> dict[str, Any]:
    try:
        identity = json.loads(b64decode(request.headers["x-rh-identity"]))["identity"]
        if not isinstance(identity, dict):
            raise TypeError("not an object")
    except (KeyError, TypeError, ValueError, binascii.Error):
        abort(401)
    return identity


def _org_id() -> str:
    identity = _identity()
    internal = identity.get("internal")
    org_id = identity.get("org_id") or (internal.get("org_id") if isinstance(internal, dict) else None)
    if not org_id:
        abort(401)
    return str(org_id)
