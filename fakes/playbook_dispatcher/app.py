"""The API: public lists, the internal API, and what every answer carries."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from flask import Blueprint, Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from fakes.playbook_dispatcher import listing
from fakes.playbook_dispatcher.identity import Refused, identity_of, require_principal
from fakes.playbook_dispatcher.internal import internal
from fakes.playbook_dispatcher.service import Service, service

CHUNK = 65536
public = Blueprint("public", __name__, url_prefix="/api/playbook-dispatcher/v1")


def create_app(running: Service) -> Flask:
    """The application on `running`."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = running.config.http_max_body_size
    app.extensions["playbook-dispatcher"] = running
    app.register_blueprint(internal)
    app.register_blueprint(public)
    app.before_request(name_request)
    app.after_request(echo_request_id)
    app.register_error_handler(Refused, refuse)
    app.register_error_handler(HTTPException, of_http)
    return app


@public.get("/runs")
def list_runs() -> Response:
    """The caller's runs (SRV-041)."""
    org_id, services = _reader()
    return jsonify(listing.list_runs(service().store, org_id, services, request.path, request.args))


@public.get("/run_hosts")
def list_run_hosts() -> Response:
    """The hosts of the caller's runs."""
    org_id, services = _reader()
    return jsonify(listing.list_hosts(service().store, org_id, services, request.path, request.args))


def name_request() -> None:
    """Every request has an id, its caller's or a new one."""
    g.request_id = request.headers.get("x-rh-insights-request-id") or str(uuid4())


def echo_request_id(response: Response) -> Response:
    """Both ids go on the answer."""
    response.headers["x-rh-insights-request-id"] = g.request_id
    response.headers["x-rh-playbook-dispatcher-internal-request-id"] = str(uuid4())
    return response


def refuse(error: Refused) -> Response:
    """Plain text from the identity middleware, JSON from everything else."""
    response = Response(error.message, mimetype="text/plain") if error.text else jsonify(message=error.message)
    response.status_code = error.status
    return response


def of_http(error: HTTPException) -> Response:
    """What the framework refused, in the common form; a body that is too large is read all the same.

    Who still sends it when the connection ends would not see the answer.
    """
    while isinstance(error, RequestEntityTooLarge) and request.environ["wsgi.input"].read(CHUNK):
        pass
    response = jsonify(message=error.name)
    response.status_code = error.code or 500
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _reader() -> tuple[str, Sequence[str] | None]:
    """The caller's org, and the services whose runs it may see."""
    identity = identity_of(request.headers.get("x-rh-identity"))
    require_principal(identity)
    return identity.org_id, service().access.services(identity, g.request_id)
