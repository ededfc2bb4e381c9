"""The routes (facts B1)."""

from __future__ import annotations

from functools import partial
from typing import cast

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from fakes.identity import BadIdentity
from fakes.ingress import upload
from fakes.ingress.form import FormRequest
from fakes.ingress.metrics import Metrics
from fakes.ingress.track import track
from fakes.ingress.upload import Ingress, Refused
from fakes.ingress.wire import to_json

BASES = ("/api/ingress/v1", "/r/insights/platform/ingress/v1")


def create_app(ingress: Ingress, metrics: Metrics) -> Flask:
    """The application of the main port."""
    app = Flask("ingress", static_folder=None)
    app.request_class = FormRequest
    app.add_url_rule("/", "probe", alive)
    for number, base in enumerate(BASES):
        app.register_blueprint(routes(ingress), url_prefix=base, name=f"v1-{number}")
    app.register_error_handler(Refused, lambda refused: text(refused.text, refused.status))
    app.register_error_handler(BadIdentity, lambda bad: text(str(bad), 400))
    app.register_error_handler(HTTPException, no_route)
    app.register_error_handler(Exception, partial(broken, app))
    app.after_request(metrics.count)
    app.teardown_request(lambda _: cast(FormRequest, request).close_parts())
    return app


def routes(ingress: Ingress) -> Blueprint:
    """What is served below each base path."""
    v1 = Blueprint("v1", __name__)

    @v1.post("/upload")
    def take() -> Response:
        answer = upload.receive(ingress, request)
        return document(answer.body, answer.status)

    @v1.get("/", strict_slashes=False)
    def ping() -> Response:
        upload.identity_of(ingress.config, request)
        return alive()

    @v1.get("/version")
    def version() -> Response:
        # The real service reads its version from a variable that nobody sets.
        return document({"version": "", "commit": ingress.config.commit})

    if ingress.config.auth:

        @v1.get("/track/<request_id>")
        def show(request_id: str) -> Response:
            identity = upload.identity_of(ingress.config, request)
            return document(track(ingress.config, identity, request_id, request.args.get("verbosity", "")))

    return v1


def alive() -> Response:
    """The probe's answer."""
    return text("lubdub")


def text(body: str, status: int = 200) -> Response:
    """A plain text answer."""
    return Response(body, status, content_type="text/plain; charset=utf-8")


def document(value: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(to_json(value), status, content_type="application/json")


def no_route(error: HTTPException) -> Response:
    """404 and 405 as the real router gives them; other codes keep theirs without a body."""
    answer = text("404 page not found\n" if error.code == 404 else "", error.code or 500)
    answer.headers.extend((k, v) for k, v in error.get_headers() if k == "Allow")
    return answer


def broken(app: Flask, error: Exception) -> Response:
    """500 for whatever no step foresaw."""
    app.logger.error("request failed", exc_info=error)
    return text("", 500)
