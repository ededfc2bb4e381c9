"""Wrong ways to be the Remediations API."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

from flask import after_this_request, copy_current_request_context, g

from fakes.faults._ends import hangs
from fakes.faults.seam import around, put
from fakes.remediations import plans, playbook, recipients, runs
from fakes.remediations.access import READ, Rbac
from fakes.remediations.dispatcher import Dispatcher
from fakes.remediations.errors import ApiError, Plain, unavailable
from fakes.remediations.service import service
from fakes.remediations.store import Store


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


def tags_the_answer_instead() -> None:
    """Execute is answered with an ETag that is not that of the recipients."""

    @around(runs, "dispatch")
    def _(dispatch: Any, *arguments: Any) -> None:
        dispatch(*arguments)

        @after_this_request
        def _(response: Any) -> Any:
            response.headers["ETag"] = f"W/{response.headers['ETag']}"
            return response


def serves_plays_for_all() -> None:
    """Plays are for all hosts though the URL says localhost."""

    @around(playbook, "place")
    def _(place: Any, play: Any, _hosts: str) -> Any:
        return place(play, "all")


def leaves_the_signature_out() -> None:
    """A play comes without its signature."""
    _serves(lambda text: re.sub(r"^( *)insights_signature:.*\n(?:\1 +.*\n)*", "", text, flags=re.MULTILINE))


def excludes_the_tasks() -> None:
    """A play's list of what its signature leaves out has its tasks."""
    _serves(lambda text: re.sub(r"(insights_signature_exclude: *)\S+", r"\1/hosts,/tasks", text))


def tags_the_playbook_strongly() -> None:
    """The playbook's ETag is a strong one."""

    @around(playbook, "tag")
    def _(tag: Any, content: bytes) -> Any:
        return tag(content).removeprefix("W/")


def shows_half_of_the_console() -> None:
    """Of a system's log the first half is shown."""

    @around(Dispatcher, "log")
    def _(log: Any, *arguments: Any) -> Any:
        found = log(*arguments)
        return [one | {"stdout": one["stdout"] and one["stdout"][: len(one["stdout"]) // 2]} for one in found]


def asks_to_read_alone() -> None:
    """Whoever may read may do everything else as well."""

    @around(Rbac, "require")
    def _(require: Any, rbac: Any, caller: Any, _verb: str) -> None:
        require(rbac, caller, READ)


def asks_readers_for_nothing() -> None:
    """Whoever only looks is asked for no permission."""

    @around(Rbac, "require")
    def _(require: Any, rbac: Any, caller: Any, verb: str) -> None:
        if verb != READ:
            require(rbac, caller, verb)


def cancels_by_the_dispatchers_runs() -> None:
    """A cancel asks the dispatcher by the ids of its own runs."""

    @around(Dispatcher, "cancel")
    def _(cancel: Any, dispatcher: Any, caller: Any, run_id: str, *who: Any) -> None:
        for run in dispatcher.runs(caller, run_id):
            cancel(dispatcher, caller, run["id"], *who)


def refuses_where_all_was_refused() -> None:
    """Execute is answered 422 where the dispatcher took no work request."""

    @around(Dispatcher, "dispatch")
    def _(dispatch: Any, *arguments: Any) -> Any:
        results = dispatch(*arguments)
        if not any(result["code"] == 201 for result in results):
            raise unavailable("playbook-dispatcher")
        return results


def shows_a_system_as_running() -> None:
    """A system asked for by itself is running, whatever the list says."""

    @around(runs, "jsonify")
    def _(jsonify: Any, *arguments: Any, **named: Any) -> Any:
        if arguments and "console" in arguments[0]:
            arguments = (arguments[0] | {"status": "running"},)
        return jsonify(*arguments, **named)


def always_checks_in() -> None:
    """The closing play is there also where the plan reboots by itself."""

    @around(playbook, "generate")
    def _(generate: Any, plan: Any, *arguments: Any, **named: Any) -> Any:
        return generate(replace(plan, auto_reboot=False), *arguments, **named)


def keeps_the_current_tag_to_itself() -> None:
    """Who executes for recipients that are no longer those is not told the current ETag."""

    @around(runs, "Plain")
    def _(plain: Any, status: int, *_: Any) -> Any:
        return plain(status)


def excludes_whomever() -> None:
    """An exclude that nobody knows is passed over."""
    put(recipients, "check_excludes", lambda *_: None)


def serves_every_host() -> None:
    """Any host is served any playbook."""
    put(plans, "check_owner", lambda *_: None)


def leaves_the_id_out_of_errors() -> None:
    """Errors have no id."""

    @around(ApiError, "response")
    def _(response: Any, error: ApiError) -> Any:
        answer = response(error)
        [known] = answer.get_json()["errors"]
        answer.set_data(json.dumps({"errors": [{name: known[name] for name in known if name != "id"}]}))
        return answer


def shares_plans_in_an_org() -> None:
    """A plan belongs to everybody in its org."""

    @around(Store, "plan")
    def _(plan: Any, store: Store, plan_id: str, org_id: str, *_: Any) -> Any:
        return plan(store, plan_id, org_id)


def hangs_at_execute() -> None:
    """Execute is never answered, and nothing dispatched."""
    put(runs, "dispatch", hangs)


def _serves(wrong: Callable[[str], str]) -> None:
    @around(playbook, "place")
    def _(place: Any, *arguments: Any) -> Any:
        return wrong(place(*arguments) + "\n").removesuffix("\n")


def stores_runs_once_they_are_dispatched() -> None:
    """A run is stored when the dispatcher has answered, and a plan without a run has no playbook: whose host is quicker
    than that answer gets none.
    """
    late: dict[str, Callable[[], None]] = {}

    @around(Store, "add_run")
    def _(add_run: Any, store: Store, run: Any) -> None:
        late[run.id] = lambda: add_run(store, run)

    @around(runs, "dispatch")
    def _(dispatch: Any, identity: Any, plan: Any, run: Any, work: Any) -> None:
        dispatch(identity, plan, run, work)
        late.pop(run.id)()

    @around(playbook, "generate")
    def _(generate: Any, plan: Any, *arguments: Any, **named: Any) -> Any:
        if not service().store.runs(plan.id):
            raise Plain(404)
        return generate(plan, *arguments, **named)
