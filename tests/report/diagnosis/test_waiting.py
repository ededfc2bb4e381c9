from __future__ import annotations

from typing import Any

from hopcheck.report.diagnosis.waiting import unanswered
from hopcheck.trace import Event, Trace


def told(*events: Event) -> Trace:
    return Trace(list(events))


def http(seq: int, op: str, source: str, target: str, host: str | None = None, **attrs: Any) -> Event:
    exchange = f"{source}-{target}"
    return Event(seq, seq, seq, "", "t", f"{source}>{target}", "http", op, source, target, exchange, host, attrs, None)


SETTLING = Event(50, 50, 50, "", "kit", "kit", "kit", "settling", "hopcheck", "hopcheck", None, None, {}, None)
RHC, INGRESS = http(1, "request", "rhc", "ingress", "c-1"), http(2, "request", "ingress", "s3")


def test_who_owes_the_answer_at_the_end_of_the_chain() -> None:
    assert unanswered(told(RHC, INGRESS), "rhc", "c-1") is INGRESS
    assert unanswered(told(RHC, INGRESS), "ingress") is INGRESS
    assert unanswered(told(RHC, INGRESS), "s3") is None


def test_what_was_answered_is_not_waited_for() -> None:
    assert unanswered(told(INGRESS, http(3, "response", "ingress", "s3")), "ingress") is None


def test_an_answer_that_came_when_all_was_taken_down_or_broke_off_is_none() -> None:
    late = http(51, "response", "ingress", "s3")
    assert unanswered(told(INGRESS, SETTLING, late), "ingress") is INGRESS
    broken = http(3, "response", "ingress", "s3", complete=False)
    assert unanswered(told(INGRESS, broken), "ingress") is INGRESS


def test_other_hosts_wait_for_themselves() -> None:
    assert unanswered(told(RHC), "rhc", "c-2") is None


def test_two_that_wait_for_each_other() -> None:
    back = http(3, "request", "s3", "ingress")
    assert unanswered(told(INGRESS, back), "ingress") in (INGRESS, back)
