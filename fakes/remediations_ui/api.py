"""The steps of the pages as JSON, for scripts."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, abort, jsonify, request

from fakes.remediations_ui.service import service

api = Blueprint("api", __name__, url_prefix="/api")


@api.post("/plans")
def create_plan() -> tuple[Response, int]:
    """What the API answers to the same body."""
    answer = service().client.create(request.get_json())
    return jsonify(answer.body), answer.status


@api.post("/plans/<plan>/execute")
def execute_plan(plan: str) -> tuple[Response, int]:
    """The button for scripts: ``{status, run}`` or ``{status, error}``; the run is watched from then on."""
    body = request.get_json(silent=True) or {}
    answer = service().client.execute(plan, body.get("exclude"))
    if answer.status != 201:
        return jsonify(status=answer.status, error=answer.body), answer.status
    service().poller.watch(plan, answer.body["id"])
    return jsonify(status=answer.status, run=answer.body["id"]), 201


@api.post("/runs/<plan>/<run>/cancel")
def cancel_run(plan: str, run: str) -> tuple[Response, int]:
    """The other button for scripts: what the API answered."""
    answer = service().client.cancel(plan, run)
    return jsonify(answer.body), answer.status


@api.get("/runs/<plan>/<run>")
def run_state(plan: str, run: str) -> Response:
    """What was last seen of a watched run; 404 where nobody watches."""
    state = service().poller.state(plan, run)
    if state is None:
        abort(404)
    return jsonify(asdict(state))
