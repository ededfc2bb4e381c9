"""Wrong ways to be the Remediations API."""

from __future__ import annotations

from threading import Thread
from typing import Any

from flask import after_this_request, copy_current_request_context, g

from fakes.faults.seam import around
from fakes.remediations import plans, recipients, runs


def serves_another_content_type() -> None:
    """The playbook is served as plain text."""

    @around(plans, "Response")
    def _(response: Any, *arguments: Any, **named: Any) -> Any:
        if "yaml" in str(named.get("content_type")):
            named["content_type"] = "text/plain; charset=utf-8"
        return response(*arguments, **named)


def leaves_the_label_out() -> None:
    """Work requests bear no label."""

    @around(recipients, "work_requests")
    def _(work_requests: Any, *arguments: Any) -> Any:
        return [request | {"labels": {}} for request in work_requests(*arguments)]


def names_localhost_first() -> None:
    """The playbook's URL begins its query with what should end it."""

    @around(recipients, "playbook_url")
    def _(playbook_url: Any, *arguments: Any, **named: Any) -> Any:
        url: str = playbook_url(*arguments, **named)
        return url.removesuffix("&localhost").replace("?", "?localhost&")


def answers_before_it_dispatches() -> None:
    """Execute is answered first, then the work requests are handed over."""

    @around(runs, "dispatch")
    def _(dispatch: Any, *arguments: Any) -> None:
        request_id = g.request_id

        @copy_current_request_context
        def hand_over() -> None:
            g.request_id = request_id
            dispatch(*arguments)

        later = Thread(target=hand_over, name="later")

        @after_this_request
        def _(response: Any) -> Any:
            response.call_on_close(later.start)
            return response


def answers_from_memory() -> None:
    """Every other question about a run is answered with what was last known."""
    known: dict[str, Any] = {}

    @around(runs, "executors")
    def _(executors: Any, identity: Any, run: Any) -> Any:
        if run.id in known:
            return known.pop(run.id)
        known[run.id] = executors(identity, run)
        return known[run.id]


def shows_another_status() -> None:
    """Runs are shown as pending while they run."""

    @around(runs, "run_object")
    def _(run_object: Any, *arguments: Any) -> Any:
        shown = run_object(*arguments)
        return shown | {"status": "pending" if shown["status"] == "running" else shown["status"]}
