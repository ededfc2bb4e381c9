"""A dispatch batch: what becomes of each of its items."""

from __future__ import annotations

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.orders import DISPATCH, exchanges, read_orders
from hopcheck.checks.relations.connector import is_uuid


@clause("SRV-009")
def every_item_has_its_result(told: Told) -> Judged:
    """A batch is answered 207 with as many elements as it had items."""
    for exchange in exchanges(told.history, DISPATCH):
        items = body(exchange.asked)
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
    """Where the connector said neither 404 nor 201 with a UUID, or nothing at all, the element is 500 without an id."""
    for order in read_orders(told):
        for each in order.messages[:1] if order.dispatch.status == 207 else ():
            if (
                each.answered is None
                or each.status == 404
                or (each.status == 201 and is_uuid(member(body(each.answered), "id")))
            ):
                continue
            yield seen(each.answered, order.dispatch.answered)
            if member(order.result, "code") != 500 or order.run_id is not None:
                yield Violation(order.dispatch.answered, "code 500 without an id", str(order.result), host=order.host)
