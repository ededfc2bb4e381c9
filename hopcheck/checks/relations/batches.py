"""A dispatch batch: what becomes of each of its items."""

from __future__ import annotations

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.relations.connector import is_uuid


@clause("SRV-009")
def every_item_has_its_result(told: Told) -> Judged:
    """A batch is answered 207 with as many elements as it had items."""
    for event in told.history.arrow(4):
        exchange, items = told.history.exchange(event), body(event)
        if exchange.status != 207 or not isinstance(items, list):
            continue
        yield seen(*exchange.events)
        results = body(exchange.answered)
        if not isinstance(results, list) or len(results) != len(items):
            yield Violation(
                exchange.answered,
                f"{len(items)} elements",
                str(len(results)) if isinstance(results, list) else "no list",
            )


@clause("SRV-012")
def other_replies_are_failures(told: Told) -> Judged:
    """Where the connector said neither 404 nor 201 with a UUID, the element is 500 without an id."""
    for instance in told.attribution.instances:
        if instance.dispatch is None or instance.dispatch.status != 207:
            continue
        for each in instance.messages[:1]:
            if (
                each.answered is None
                or each.status == 404
                or (each.status == 201 and is_uuid(member(body(each.answered), "id")))
            ):
                continue
            yield seen(each.answered, instance.dispatch.answered)
            if member(instance.result, "code") != 500 or member(instance.result, "id") is not None:
                yield Violation(
                    instance.dispatch.answered, "code 500 without an id", str(instance.result), host=instance.host
                )
