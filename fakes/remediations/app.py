"""The application: routes, the request's id, and errors in their forms."""

from __future__ import annotations

from uuid import uuid4

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from fakes.remediations.errors import ApiError, Plain
from fakes.remediations.plans import plans
from fakes.remediations.runs import runs
from fakes.remediations.service import Service

BODY_LIMIT = 1024 * 1024


def create_app(running: Service) -> Flask:
    """The application on `running`."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.extensions["remediations"] = running
    app.register_blueprint(plans)
    app.register_blueprint(runs)
    app.add_url_rule("/health", view_func=health)
    app.before_request(name_request)
    app.after_request(echo_request_id)
    app.register_error_handler(ApiError, ApiError.response)
    app.register_error_handler(Plain, Plain.response)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(500, internal)
    return app


def health() -> tuple[str, int]:
    """Alive."""
    return "", 200


def name_request() -> None:
    """Every request has an id, its gateway's or a new one."""
    g.request_id = request.headers.get("x-rh-insights-request-id") or str(uuid4())


def echo_request_id(response: Response) -> Response:
    """The id goes on the answer."""
    response.headers["x-rh-insights-request-id"] = g.request_id
    return response


def of_http(error: HTTPException) -> Response:
    """What the framework refused, in the common form."""
    status = error.code or 500
    if status == 404:
        return Plain(404).response()
    response = ApiError(status, error.name.upper().replace(" ", "_"), error.name).response()
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def internal(_: Exception) -> Response:
    """An error that nobody foresaw; its trace is in the log."""
    return ApiError(500, "INTERNAL_ERROR", "Internal Server Error").response()
