"""The application: pages, the same steps as JSON, and what guards them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from fakes.remediations_ui.api import api
from fakes.remediations_ui.pages import pages, refused
from fakes.remediations_ui.refusal import Refused
from fakes.remediations_ui.run_pages import run_pages
from fakes.remediations_ui.service import Service

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def create_app(running: Service) -> Flask:
    """The application on `running`."""
    app = Flask(__name__)
    app.extensions["remediations-ui"] = running
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(refuse_other_sites)
    app.after_request(guard)
    app.register_error_handler(Refused, refused)
    for blueprint in (pages, run_pages, api):
        app.register_blueprint(blueprint)
    return app


def refuse_other_sites() -> None:
    """A page from elsewhere must not press the button."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def guard(response: Response) -> Response:
    """Nothing is loaded from elsewhere, nobody frames a page, and no page is shown from memory."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-cache"
    return response
