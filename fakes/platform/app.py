"""Inventory and RBAC, with just what the participants call (facts A.4, B.1, B.5)."""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, Response, abort, current_app, jsonify, request

from fakes.platform import hosts


def create_app(file: Path) -> Flask:
    """The application; `file` is the JSON list of hosts."""
    app = Flask(__name__)
    app.config["PLATFORM_HOSTS"] = file
    app.add_url_rule("/api/inventory/v1/hosts/<ids>", view_func=list_hosts)
    app.add_url_rule("/api/inventory/v1/hosts/<ids>/system_profile", view_func=list_profiles)
    app.add_url_rule("/api/rbac/v1/access/", view_func=list_access)
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
    """Every permission of the application asked for."""
    _org_id()
    application = request.args.get("application", "")
    data = [{"permission": f"{application}:*:*", "resourceDefinitions": []}]
    return jsonify({"meta": {"count": len(data), "limit": 10, "offset": 0}, "links": {}, "data": data})


def _found(ids: str) -> list[hosts.Host]:
    asked = ids.split(",")
    for one in asked:
        try:
            UUID(one)
        except ValueError:
            abort(400)
    return hosts.read_hosts(current_app.config["PLATFORM_HOSTS"], asked, _org_id())


def _page(results: list[dict[str, Any]]) -> Response:
    page, per_page = request.args.get("page", 1, int), request.args.get("per_page", 50, int)
    if page < 1 or not 1 <= per_page <= 100:
        abort(400)
    part = results[(page - 1) * per_page : page * per_page]
    return jsonify({"count": len(part), "total": len(results), "page": page, "per_page": per_page, "results": part})


def _org_id() -> str:
    try:
        return str(json.loads(b64decode(request.headers["x-rh-identity"]))["identity"]["org_id"])
    except (KeyError, TypeError, ValueError, binascii.Error):
        abort(401)
