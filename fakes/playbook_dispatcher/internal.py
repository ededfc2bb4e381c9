"""The internal API, version 2 (facts A.4)."""

from __future__ import annotations

import json
import logging
from typing import Any

import jsonschema_rs
from flask import Blueprint, Response, g, jsonify, request

from fakes.playbook_dispatcher import dispatch, listing, recipients, schema
from fakes.playbook_dispatcher.cloud_connector import CloudConnectorError
from fakes.playbook_dispatcher.identity import Refused, identity_of, service_of
from fakes.playbook_dispatcher.inventory import InventoryError
from fakes.playbook_dispatcher.service import service

log = logging.getLogger(__name__)
internal = Blueprint("internal", __name__, url_prefix="/internal")


@internal.post("/v2/dispatch")
def dispatch_runs() -> tuple[Response, int]:
    """207 with one element an item, in their order."""
    items, caller = _body(schema.DISPATCH), _caller()
    error = dispatch.batch_error(items)
    if error is not None:
        raise Refused(400, error)
    running, request_id = service(), str(g.request_id)
    done = running.workers.map(lambda item: dispatch.start(running, caller, request_id, item), items)
    return jsonify(list(done)), 207


@internal.post("/v2/cancel")
def cancel_runs() -> tuple[Response, int]:
    """207 with one element an item, in their order."""
    items = _body(schema.CANCEL)
    _caller()
    return jsonify([dispatch.cancel(service(), g.request_id, item) for item in items]), 207


@internal.post("/v2/recipients/status")
def recipients_status() -> Response:
    """Each item and whether it is connected; 500 without a body where one cannot be told."""
    items = _body(schema.RECIPIENTS)
    _caller()
    ask = service().cloud_connector.connected
    try:
        return jsonify(
            [
                {
                    "recipient": item["recipient"],
                    "org_id": item["org_id"],
                    "connected": ask(item["recipient"], item["org_id"], g.request_id),
                }
                for item in items
            ]
        )
    except CloudConnectorError as error:
        log.error("recipients/status: %s", error)
        return _nothing(500)


@internal.post("/v2/connection_status")
def connection_status() -> Response:
    """No pre-shared key is asked for here."""
    body = _body(schema.CONNECTION_STATUS)
    identity = identity_of(request.headers.get("x-rh-identity"))
    try:
        hosts = service().inventory.hosts(body["hosts"], identity.header, g.request_id)
        return jsonify(recipients.connection_status(service(), body["org_id"], hosts, identity.header, g.request_id))
    except InventoryError as error:
        log.error("connection_status: %s", error)
        return _nothing(400)
    except CloudConnectorError as error:
        log.error("connection_status: %s", error)
        return _nothing(500)


@internal.get("/version")
def version() -> Response:
    """The build, a bare JSON string."""
    return jsonify(service().config.build_commit)


@internal.get("/v2/run_hosts")
def run_hosts() -> Response:
    """As the public list, but of every service."""
    _caller()
    identity = identity_of(request.headers.get("x-rh-identity"))
    if identity.org_id in service().config.blocklist_org_ids:
        return _nothing(403)
    return jsonify(listing.list_hosts(service().store, identity.org_id, None, request.path, request.args))


def _nothing(status: int) -> Response:
    """An answer without a body, and so without a type."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


def _caller() -> str:
    return service_of(request.headers.get("Authorization"), service().config.psk)


def _body(shape: jsonschema_rs.Validator) -> Any:
    if request.mimetype != "application/json":
        raise Refused(400, f"request body has an unsupported content type: {request.mimetype!r}")
    try:
        body = json.loads(request.get_data())
        shape.validate(body)
    except jsonschema_rs.ValidationError as error:
        raise Refused(400, f"request body does not fit: {error.message}") from error
    except ValueError as error:
        raise Refused(400, f"request body is not JSON: {error}") from error
    return body
