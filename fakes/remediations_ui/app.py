"""Pages in plain HTML, and the same steps as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, jsonify, redirect, render_template, request, url_for

from fakes.remediations_ui.client import Answer, Client
from fakes.remediations_ui.poller import Poller


@dataclass(frozen=True, slots=True)
class Service:
    """One per application."""

    client: Client
    poller: Poller


def create_app(running: Service) -> Flask:
    """The application on `running`."""
    app = Flask(__name__)
    app.extensions["remediations-ui"] = running
    app.before_request(refuse_other_sites)
    app.add_url_rule("/", view_func=plans_page)
    app.add_url_rule("/plans/<plan>", view_func=plan_page)
    app.add_url_rule("/plans/<plan>/execute", view_func=execute_button, methods=["POST"])
    app.add_url_rule("/runs/<plan>/<run>", view_func=run_page)
    app.add_url_rule("/runs/<plan>/<run>/cancel", view_func=cancel_button, methods=["POST"])
    app.add_url_rule("/api/plans", view_func=create_plan, methods=["POST"])
    app.add_url_rule("/api/plans/<plan>/execute", view_func=execute_plan, methods=["POST"])
    app.add_url_rule("/api/runs/<plan>/<run>", view_func=run_state)
    app.add_url_rule("/api/runs/<plan>/<run>/cancel", view_func=cancel_run, methods=["POST"])
    return app


def service() -> Service:
    """The running application's."""
    return cast(Service, current_app.extensions["remediations-ui"])


def refuse_other_sites() -> None:
    """A page from elsewhere must not press the button."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def plans_page() -> tuple[str, int]:
    """All plans."""
    answer = service().client.plans()
    if answer.status != 200:
        return error_page(answer)
    return render_template("plans.html", plans=answer.body["data"]), 200


def plan_page(plan: str) -> tuple[str, int]:
    """One plan: its systems, how they can be reached, the button."""
    found = service().client.plan(plan)
    if found.status != 200:
        return error_page(found)
    status = service().client.connection_status(plan)
    reachable = (
        {id_: one["connection_status"] for one in status.body["data"] for id_ in one["system_ids"]}
        if status.status == 200
        else {}
    )
    systems = {system["id"]: system for issue in found.body["issues"] for system in issue["systems"]}
    return render_template(
        "plan.html",
        plan=found.body,
        systems=list(systems.values()),
        reachable=reachable,
        error=None if status.status == 200 else status.words,
    ), 200


def execute_button(plan: str) -> Any:
    """Execute, then show the run."""
    answer = service().client.execute(plan)
    if answer.status != 201:
        return error_page(answer)
    run = answer.body["id"]
    service().poller.watch(plan, run)
    return redirect(url_for("run_page", plan=plan, run=run), 303)


def run_page(plan: str, run: str) -> str:
    """A run as last seen; the page asks again by itself until the run is over."""
    return render_template("run.html", plan=plan, run=run, state=service().poller.watch(plan, run))


def cancel_button(plan: str, run: str) -> Any:
    """Ask for the end of a run, then show it."""
    answer = service().client.cancel(plan, run)
    if answer.status != 202:
        return error_page(answer)
    return redirect(url_for("run_page", plan=plan, run=run), 303)


def create_plan() -> tuple[Response, int]:
    """What the API answers to the same body."""
    answer = service().client.create(request.get_json())
    return jsonify(answer.body), answer.status


def execute_plan(plan: str) -> tuple[Response, int]:
    """The button for scripts: ``{status, run}`` or ``{status, error}``; the run is watched from then on."""
    body = request.get_json(silent=True) or {}
    answer = service().client.execute(plan, body.get("exclude"))
    if answer.status != 201:
        return jsonify(status=answer.status, error=answer.body), answer.status
    service().poller.watch(plan, answer.body["id"])
    return jsonify(status=answer.status, run=answer.body["id"]), 201


def cancel_run(plan: str, run: str) -> tuple[Response, int]:
    """The other button for scripts: what the API answered."""
    answer = service().client.cancel(plan, run)
    return jsonify(answer.body), answer.status


def run_state(plan: str, run: str) -> Response:
    """What was last seen of a watched run; 404 where nobody watches."""
    state = service().poller.state(plan, run)
    if state is None:
        abort(404)
    return jsonify(asdict(state))


def error_page(answer: Answer) -> tuple[str, int]:
    """The error in words, under the status that came."""
    return render_template("error.html", words=answer.words), answer.status if answer.status >= 400 else 502
