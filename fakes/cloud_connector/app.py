"""The routes (facts A2, A4, A5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import BaseConverter

from fakes.cloud_connector import v1, v2
from fakes.cloud_connector.auth import ACCOUNT as V1_TENANT
from fakes.cloud_connector.auth import ORG_ID, Principal, Unauthorized, authenticate, authenticate_associate
from fakes.cloud_connector.body import LIMIT
from fakes.cloud_connector.connector import Connector, Reply
from fakes.cloud_connector.errors import ApiError
from fakes.identity import BadIdentity

JSON = "application/json; charset=UTF-8"
TEXT = "text/plain; charset=utf-8"


class Digits(BaseConverter):
    """What an account number in a path is made of."""

    regex = "[0-9]+"


def create_app(connector: Connector) -> Flask:
    """The application."""
    app = Flask("cloud-connector", static_folder=None)
    app.url_map.converters["digits"] = Digits
    base = connector.config.base_path
    app.register_blueprint(probes())
    app.register_blueprint(routes_v2(connector), url_prefix=f"{base}/v2")
    app.register_blueprint(routes_v1(connector), url_prefix=f"{base}/v1")
    app.add_url_rule(f"{base}/openapi.json", "openapi", partial(openapi, connector))
    app.register_error_handler(ApiError, lambda error: respond(Reply(error.status, error.document())))
    app.register_error_handler(Unauthorized, lambda error: text(str(error), 401))
    app.register_error_handler(BadIdentity, lambda error: text(f"{error}\n", 400))
    app.register_error_handler(HTTPException, no_route)
    return app


def probes() -> Blueprint:
    """What is answered without any condition."""
    blueprint = Blueprint("probes", __name__)
    for name in ("liveness", "readiness", "metrics"):
        blueprint.add_url_rule(f"/{name}", name, partial(text, ""))
    return blueprint


def routes_v2(connector: Connector) -> Blueprint:
    """Routes below `v2`."""
    blueprint = Blueprint("v2", __name__)

    def caller() -> Principal:
        return authenticate(headers(), connector.config.credentials, ORG_ID)

    @blueprint.post("/connections/<client_id>/message")
    def send_message(client_id: str) -> Response:
        return respond(v2.send_message(connector, caller(), client_id, body()))

    @blueprint.get("/connections/<client_id>/status")
    def status(client_id: str) -> Response:
        return respond(v2.status(connector, caller(), client_id))

    @blueprint.get("/connections")
    def list_connections() -> Response:
        return respond(v2.list_connections(connector, caller(), request.args))

    return blueprint


def routes_v1(connector: Connector) -> Blueprint:
    """Routes below `v1`."""
    blueprint = Blueprint("v1", __name__)
    credentials = connector.config.credentials

    def own(handler: Callable[[Connector, Principal, bytes], Reply]) -> Response:
        return respond(handler(connector, authenticate(headers(), credentials, V1_TENANT), body()))

    def administrative(handler: Callable[[Connector, bytes], Reply]) -> Response:
        authenticate_associate(headers(), credentials)
        return respond(handler(connector, body()))

    def post(path: str, view: Callable[[], Response]) -> None:
        blueprint.add_url_rule(path, path.strip("/").replace("/", "-"), view, methods=["POST"])

    # Handlers are looked up at each request, so that one can be replaced.
    post("/message", lambda: own(v1.send_message))
    post("/connection_status", lambda: own(v1.connection_status))
    post("/connection/status", lambda: administrative(v1.status))
    post("/connection/ping", lambda: administrative(v1.ping))
    post("/connection/reconnect", lambda: administrative(v1.reconnect))
    post("/connection/disconnect", lambda: administrative(v1.disconnect))

    @blueprint.get("/connection")
    def list_all() -> Response:
        authenticate_associate(headers(), credentials)
        return respond(v1.list_all(connector, request.args))

    @blueprint.get("/connection/<digits:account>")
    def list_account(account: str) -> Response:
        authenticate_associate(headers(), credentials)
        return respond(v1.list_account(connector, account, request.args))

    return blueprint


def headers() -> dict[str, str]:
    """The request's headers by lower-case name."""
    return {name.lower(): value for name, value in request.headers}


def body() -> bytes:
    """The request's body, one byte more than the limit at most."""
    return request.stream.read(LIMIT + 1)


def respond(reply: Reply) -> Response:
    """A JSON answer, or an empty one."""
    if reply.body is None:
        return Response("", reply.status)
    document = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":"))
    return Response(f"{document}\n".encode("utf-8", "replace"), reply.status, content_type=JSON)


def text(content: str, status: int = 200) -> Response:
    """A plain text answer."""
    return Response(content, status, content_type=TEXT)


def openapi(connector: Connector) -> Response:
    """The specification's file, 404 where there is none."""
    try:
        return text(connector.config.openapi_file.read_text())
    except OSError:
        return text("", 404)


def no_route(error: HTTPException) -> Response:
    """404 and 405 as the real router gives them, and which methods there are, as HTTP asks for."""
    response = text("404 page not found\n" if error.code == 404 else "", error.code or 500)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response
