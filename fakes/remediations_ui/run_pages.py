"""A run while it goes on and after it, and the question before it is cancelled."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.utils import redirect

from fakes.remediations_ui.moment import moment
from fakes.remediations_ui.pages import page
from fakes.remediations_ui.refusal import Refused
from fakes.remediations_ui.run_view import view
from fakes.remediations_ui.service import service

run_pages = Blueprint("runs", __name__, url_prefix="/runs/<plan>/<run>")


@run_pages.get("")
def run(plan: str, run: str) -> str:
    """A run as last seen; the page asks for its state by itself until the run is over."""
    state = service().poller.read(plan, run)
    return page(
        "run.html",
        plan=plan,
        name=_name(plan),
        run=run,
        view=view(state),
        when=moment((state.run or {}).get("created_at")),
        cancelling="cancelling" in request.args,
    )


@run_pages.get("/state")
def state(plan: str, run: str) -> Response:
    """What the page shows, as JSON; 304 where nothing moved."""
    response = jsonify(asdict(view(service().poller.read(plan, run))))
    response.add_etag()
    response.make_conditional(request)
    return response


@run_pages.get("/cancel")
def confirm_cancel(plan: str, run: str) -> str:
    """The question before a run is cancelled."""
    return page("cancel.html", plan=plan, name=_name(plan), run=run)


@run_pages.post("/cancel")
def cancel(plan: str, run: str) -> Any:
    """Ask for the end of a run, then show it."""
    answer = service().client.cancel(plan, run)
    if answer.status != 202:
        raise Refused(answer)
    return redirect(url_for("runs.run", plan=plan, run=run, cancelling=1), 303)


def _name(plan: str) -> str:
    answer = service().client.plan(plan)
    return str(answer.body["name"]) if answer.status == 200 else "This plan"
