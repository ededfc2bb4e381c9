"""Fetching what was announced: what follows where that fails."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import Exchange, body, member
from hopcheck.checks.once import once
from hopcheck.trace import Event

ANNOUNCES = ("kafka.announce", "case.kafka")


@clause("OBS-03")
def only_content_is_judged(told: Told) -> Judged:
    """Where no fetch was answered there is no verdict; an error page is content, and bad."""
    fetched: dict[Any, list[Exchange]] = defaultdict(list)
    for get in told.history.arrow(20):
        fetched[get.attrs.get("path")].append(told.history.exchange(get))
    verdicts: dict[Any, list[Event]] = defaultdict(list)
    for record in told.history.named("kafka.validation"):
        verdicts[member(body(record), "request_id")].append(record)
    announces = [None, *told.history.named(*ANNOUNCES), None]
    for before, announce, after in zip(announces, announces[1:], announces[2:], strict=False):
        gets = fetched[urlsplit(str(member(body(announce), "url"))).path]
        tries = [event for get in gets for event in get.events] or _refused(told, before, after)
        statuses = [get.status for get in gets if get.status is not None]
        if announce is None or not tries or 200 in statuses:
            continue
        own = verdicts[member(body(announce), "request_id")]
        asked = ["failure"] if statuses else []
        yield seen(announce, *tries, *own)
        if (got := [member(body(each), "validation") for each in own]) != asked:
            yield Violation(own[0] if own else tries[-1], f"verdicts {asked}", str(got))


@once
def _refusals(told: Told) -> list[Event]:
    edge = told.history.hops.arrows[20].hop.edges[0]
    return [event for event in told.history.trace if event.op == "refused" and event.edge == edge]


def _refused(told: Told, before: Event | None, after: Event | None) -> list[Event]:
    """Connections to S3 that failed between two announces, of which one was observed late: they name no object."""
    first, last = (0 if before is None else before.seq), (len(told.history.trace) + 1 if after is None else after.seq)
    return [event for event in _refusals(told) if first < event.seq < last]
