"""Plans: all of them, one, a new one, the question before one is executed, and the runs that were.

A page that was asked for with ``X-Part`` comes without its frame, to be shown inside another one.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.utils import redirect

from fakes.remediations_ui import connection, history
from fakes.remediations_ui.client import Answer
from fakes.remediations_ui.draft import draft
from fakes.remediations_ui.moment import moment
from fakes.remediations_ui.refusal import Refused, explain, shown
from fakes.remediations_ui.service import service

pages = Blueprint("pages", __name__)


def page(template: str, **values: Any) -> str:
    """A page in its frame, or the part of it that somebody asked for."""
    part = "X-Part" in request.headers
    return render_template(template, frame="part.html" if part else "layout.html", part=part, **values)


def refused(error: Refused) -> tuple[str, int]:
    """The error in words, under the status that came."""
    status = error.answer.status
    return page("error.html", refusal=explain(error.answer)), status if status >= 400 else 502


@pages.get("/")
def plans() -> str:
    """All plans."""
    found = shown(service().client.plans())["data"]
    return page("plans.html", plans=[(plan, moment(plan.get("created_at"))) for plan in found])


@pages.get("/plans/<plan>")
def plan(plan: str) -> str:
    """One plan: its systems, how they can be reached, the button."""
    found = shown(service().client.plan(plan))
    status = service().client.connection_status(plan)
    known = status.status == 200
    return page(
        "plan.html",
        plan=found,
        systems=connection.systems(found, status.body if known else None),
        trouble=None if known else explain(status),
        when=moment(found.get("created_at")),
        who=history.who(found.get("created_by") or {}),
    )


@pages.get("/plans/<plan>/execute")
def confirm(plan: str) -> str:
    """The question before a plan is executed: who will be given it and who will not."""
    return _question(plan)


@pages.post("/plans/<plan>/execute")
def execute(plan: str) -> Any:
    """Execute what was shown, then show the run; ask again where it is no longer as it was shown."""
    answer = service().client.execute(plan, None, request.form.get("seen") or None)
    if answer.status == 412:
        return _question(plan, answer), 412
    if answer.status != 201:
        raise Refused(answer)
    run = answer.body["id"]
    service().poller.watch(plan, run)
    return redirect(url_for("runs.run", plan=plan, run=run), 303)


def _question(plan: str, changed: Answer | None = None) -> str:
    found = shown(service().client.plan(plan))
    status = service().client.connection_status(plan)
    systems = connection.systems(found, shown(status))
    return page(
        "confirm.html",
        plan=found,
        reached=[system for system in systems if system.reached],
        missed=[system for system in systems if not system.reached],
        seen=status.etag or "",
        changed=None if changed is None else explain(changed),
    )


@pages.get("/plans/<plan>/history")
def plan_history(plan: str) -> str:
    """The runs of one plan."""
    found = shown(service().client.plan(plan))
    return page("history.html", plan=found, runs=history.of_plan(service().client, found))


@pages.get("/history")
def all_history() -> str:
    """The newest runs of all plans."""
    return page("history.html", plan=None, runs=history.of_all(service().client))


@pages.get("/plans/new")
def new() -> str:
    """The form for a new plan, filled in like another one where that is named."""
    return page("new.html", draft=draft(service().client, request.args.get("like")), trouble=None)


@pages.post("/plans/new")
def make() -> Any:
    """Make the plan and show it; or say what it lacks."""
    form = request.form
    filled = draft(service().client, None).filled(form.get("name", ""), form.getlist("issue"), form.getlist("system"))
    if filled.lacks:
        return page("new.html", draft=filled, trouble=None), 400
    answer = service().client.create(filled.body())
    if answer.status != 201:
        return page("new.html", draft=filled, trouble=explain(answer)), answer.status
    return redirect(url_for("pages.plan", plan=answer.body["id"]), 303)
