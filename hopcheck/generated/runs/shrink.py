"""Cutting a plan that found something down to what it takes to find it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from hopcheck.generated.runs.plan import COMPLETE, Plan, Tale

MOST_PLAYS = 25
T = TypeVar("T")


def shrink(plan: Plan, still: Callable[[Plan], bool], most: int = MOST_PLAYS) -> Plan:
    """The smallest plan on the way for which ``still`` holds; it is asked ``most`` times at most.

    Whole stories go first, then acts and holds, then hosts and uploads; what was tried in vain is tried again only
    where something else has gone since.
    """
    left = most
    tried = {plan}
    smaller = True
    while smaller:
        smaller = False
        for each in _smaller(plan):
            if each in tried:
                continue
            if not left:
                return plan
            tried.add(each)
            left -= 1
            if still(each):
                plan, smaller = each, True
                break
    return plan


def _smaller(plan: Plan) -> Iterator[Plan]:
    tales = plan.tales
    if len(tales) > 1:
        # One alone is the greatest step, and mostly enough.
        yield from (replace(plan, tales=(tale,)) for tale in tales)
        yield from (replace(plan, tales=_without(tales, number)) for number in range(len(tales)))
    for number, tale in enumerate(tales):
        for less in _less(tale):
            yield replace(plan, tales=(*tales[:number], less, *tales[number + 1 :]))
    if plan.hosts > 1 and all(tale.kind == COMPLETE for tale in tales):
        yield replace(plan, hosts=1)


def _less(tale: Tale) -> Iterator[Tale]:
    yield from (replace(tale, acts=_without(tale.acts, number)) for number in range(len(tale.acts)))
    yield from (replace(tale, holds=_without(tale.holds, number)) for number in range(len(tale.holds)))
    if tale.words:
        yield replace(tale, words=0)
    if tale.uploads > 1:
        yield replace(tale, uploads=1)


def _without(each: tuple[T, ...], number: int) -> tuple[T, ...]:
    return (*each[:number], *each[number + 1 :])
