"""Fetching what was announced: what follows where that fails."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import Exchange, body, member
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
    for announce in told.history.named(*ANNOUNCES):
        gets = fetched[urlsplit(str(member(body(announce), "url"))).path]
        statuses = [get.status for get in gets if get.status is not None]
        if not gets or 200 in statuses:
            continue
        own = verdicts[member(body(announce), "request_id")]
        asked = ["failure"] if statuses else []
        yield seen(announce, *(event for get in gets for event in get.events), *own)
        if (got := [member(body(each), "validation") for each in own]) != asked:
            yield Violation(gets[-1].asked, f"verdicts {asked} after {statuses or 'no answer'}", str(got))
