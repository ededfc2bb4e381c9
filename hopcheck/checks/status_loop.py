"""Arrows 7 to 10: the passes of the status loop."""

from __future__ import annotations

from collections.abc import Mapping

from hopcheck.checks.history import Exchange, History, query, request_id, segment
from hopcheck.checks.instance import Pass, Run
from hopcheck.trace import Event

LABEL = ("filter[labels][playbook-run]", "filter[run][labels][playbook-run]")


def read_passes(history: History, runs: list[Run]) -> dict[int, Event]:
    """Give each run its passes; returns for each request to the dispatcher (by seq) the UI request it served.

    Both bear one request id where Remediations forwards it; else it is the latest UI request open at that moment. A
    request with a run's label that serves none of its passes is nobody's, so it ends as unmapped.
    """
    by_id = {run.run_id: run for run in runs if run.run_id is not None}
    passes: dict[int, Pass] = {}
    for poll in history.arrow(7):
        if (run := by_id.get(segment(poll, "playbook_runs") or "")) is not None:
            passes[poll.seq] = Pass(f"pass-{poll.seq}", history.exchange(poll))
            run.passes.append(passes[poll.seq])
    polls = [
        history.exchange(e)
        for e in history.trace
        if e.edge == history.hops.arrows[7].hop.edges[0] and e.op == "request"
    ]
    by_request_id = {rid: each for each in reversed(polls) if (rid := request_id(each.asked)) is not None}
    served: dict[int, Event] = {}
    for ask in history.arrow(8):
        poll_of = _served(ask, polls, by_request_id)
        if poll_of is None:
            continue
        served[ask.seq] = poll_of
        label = query(ask, *LABEL)
        if poll_of.seq in passes and label == segment(poll_of, "playbook_runs"):
            passes[poll_of.seq].asks.append(history.exchange(ask))
    return served


def _served(ask: Event, polls: list[Exchange], by_request_id: Mapping[str, Exchange]) -> Event | None:
    rid = request_id(ask)
    if rid is not None and rid in by_request_id:
        return by_request_id[rid].asked
    return next((each.asked for each in reversed(polls) if each.holds(ask)), None)
