"""Quirks of Remediations: what the real service does and nobody need share."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.contracts.http import OF_KIT
from hopcheck.checks.history import Exchange, body, member, segment
from hopcheck.checks.relations.execution import plays
from hopcheck.checks.relations.run_state import FINAL

CHECK_IN = "run insights"
PENDING = "pending"
ORDER = {"pending": 0, "running": 1}


@clause("OBS-06")
def cancel_names_the_run_it_was_asked_for(told: Told) -> Judged:
    """A cancel is answered 202 with an empty object; the dispatcher is asked by the Remediations run's id."""
    for cancel in _asked(told, "remediations.cancelPlaybookRun"):
        inner = [e for e in told.history.named("dispatcher-internal.cancelV2.request") if cancel.holds(e)]
        if not isinstance(cancel.status, int) or (cancel.status >= 400 and not inner):
            continue
        yield seen(*cancel.events, *inner)
        if (cancel.status, body(cancel.answered)) != (202, {}):
            yield Violation(cancel.answered, "202 {}", f"{cancel.status} {body(cancel.answered)}")
        run_id = segment(cancel.asked, "playbook_runs")
        ids = [member(item, "run_id") for event in inner for item in body(event) or ()]
        if ids != [run_id]:
            yield Violation(inner[0] if inner else cancel.answered, f"a cancel of {run_id}", str(ids))


@clause("OBS-07")
def refused_items_are_a_success_too(told: Told) -> Judged:
    """Execute is answered 201 though the dispatcher took none of the work requests."""
    dispatches = [told.history.exchange(e) for e in told.history.arrow(4)]
    for execute in _asked(told, "remediations.runRemediation"):
        plan = str(execute.asked.attrs.get("path")).rpartition("/playbook_runs")[0].rpartition("/")[2]
        for dispatch in dispatches:
            items, results = body(dispatch.asked), body(dispatch.answered)
            if (
                not execute.holds(dispatch.asked)
                or dispatch.status != 207
                or not isinstance(items, list)
                or not all(f"/{plan}/" in str(member(item, "url")) for item in items)
                or any(member(result, "code") == 201 for result in results or ())
            ):
                continue
            yield seen(*execute.events, *dispatch.events)
            if execute.status != 201:
                yield Violation(execute.answered, "201 though every item was refused", str(execute.status))


@clause("OBS-09")
def system_may_lag_behind_the_list(told: Told) -> Judged:
    """A system by itself is pending, or as the list of systems had it, or further."""
    for run in told.attribution.runs:
        listed: dict[object, str] = {}
        for each in run.passes:
            shown, data = body(each.poll.answered), member(body(each.poll.answered), "data")
            if each.poll.status != 200:
                continue
            for item in data if isinstance(data, list) else ():
                listed[member(item, "system_id")] = str(member(item, "status"))
            before = listed.get(member(shown, "system_id"))
            if before is None:
                continue
            yield seen(*each.poll.events)
            if not _may_follow(before, str(member(shown, "status"))):
                yield Violation(each.poll.answered, f"{before} as listed, further, or pending", member(shown, "status"))


@clause("OBS-10")
def auto_reboot_leaves_the_check_in_out(told: Told) -> Judged:
    """With localhost and auto-reboot no play of the playbook runs insights-client at the end."""
    reboots = {
        member(body(told.history.answer(asked)), "id"): member(body(asked), "auto_reboot") is not False
        for asked in told.history.named("remediations.createRemediation.request")
    }
    for get in _asked(told, "remediations.getRemediationPlaybook"):
        names = dict(parse_qsl(str(get.asked.attrs.get("target")).partition("?")[2], keep_blank_values=True))
        plan = str(get.asked.attrs.get("path")).rpartition("/playbook")[0].rpartition("/")[2]
        if get.status != 200 or "localhost" not in names or not reboots.get(plan) or get.answered is None:
            continue
        yield seen(*get.events)
        text = get.answered.payload.text if get.answered.payload is not None else None
        if found := [play for play in plays(text or "") if play.get("name") == CHECK_IN]:
            yield Violation(get.answered, f"no play {CHECK_IN!r}", f"{len(found)}")


def _asked(told: Told, operation: str) -> Iterator[Exchange]:
    """Requests of an operation, the flow's and the kit's, each with its answer."""
    names = (f"{operation}.request", f"{OF_KIT}{operation}.request")
    return (told.history.exchange(event) for event in told.history.named(*names))


def _may_follow(before: str, now: str) -> bool:
    known = "failure" if now == "timeout" else now
    if known in (PENDING, before):
        return True
    return before not in FINAL and ORDER.get(known, 2) > ORDER.get(before, 2)
