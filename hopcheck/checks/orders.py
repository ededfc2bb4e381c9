"""Work requests and what became of each, whoever asked: Remediations in the flow, or the kit by itself."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hopcheck.checks.clause import Told
from hopcheck.checks.contracts.http import OF_KIT
from hopcheck.checks.history import Exchange, History, body, member, segment
from hopcheck.checks.once import once

CANCEL = "dispatcher-internal.cancelV2.request"
DISPATCH = "dispatcher-internal.dispatchV2.request"


@dataclass(frozen=True, slots=True)
class Order:
    """One item of a dispatch, its element of the answer, and the messages to the connector that were made of it."""

    item: Mapping[str, Any]
    result: Mapping[str, Any] | None
    dispatch: Exchange
    messages: list[Exchange] = field(default_factory=list)

    @property
    def host(self) -> str:
        """The recipient."""
        return str(member(self.item, "recipient"))

    @property
    def run_id(self) -> Any:
        """The dispatcher's id of the run; None where there is none."""
        return member(self.result, "id")

    @property
    def satellite(self) -> bool:
        """Whether a Satellite is to do the work."""
        return member(self.item, "recipient_config", "sat_id") is not None

    @property
    def correlation_id(self) -> Any:
        """The id that the first message bears."""
        return correlation_id(self.messages[0]) if self.messages else None


@once
def read_orders(told: Told) -> list[Order]:
    """Those of the flow's instances, then those of cases: the kit's own, and what Remediations made of its Execute."""
    flow = [
        Order(instance.item, instance.result, instance.dispatch, instance.messages)
        for instance in told.attribution.instances
        if instance.item is not None and instance.dispatch is not None
    ]
    return [*flow, *_of_cases(told.history, {order.dispatch.asked.seq for order in flow})]


def exchanges(history: History, name: str) -> Iterator[Exchange]:
    """Every exchange of this request, the kit's own too, in order."""
    return (history.exchange(event) for event in history.named(name, f"{OF_KIT}{name}"))


def correlation_id(message: Exchange) -> Any:
    """The correlation id of a message, to a host or to a Satellite."""
    metadata = member(body(message.asked), "metadata")
    return member(metadata, "crc_dispatcher_correlation_id") or member(metadata, "correlation_id")


def cancels(message: Exchange) -> bool:
    """Whether a message takes an order back."""
    return bool(member(body(message.asked), "metadata", "operation") == "cancel")


def _of_cases(history: History, known: Container[int]) -> Iterator[Order]:
    sent = [history.exchange(event) for event in history.arrow(5)]
    for event in history.named(DISPATCH, f"{OF_KIT}{DISPATCH}"):
        if event.seq in known:
            continue
        dispatch = history.exchange(event)
        items, results = body(event), body(dispatch.answered)
        if dispatch.status != 207 or not isinstance(items, list):
            continue
        orders = [
            Order(item, result if isinstance(result := member(results, place), Mapping) else None, dispatch)
            for place, item in enumerate(items)
        ]
        for message in (each for each in sent if dispatch.holds(each.asked)):
            _give(message, orders)
        yield from orders


def _give(message: Exchange, orders: list[Order]) -> None:
    """To the first order for its recipient, and with its URL where one has it, that has no message yet."""
    own = [order for order in orders if order.host == segment(message.asked, "connections")]
    payload = member(body(message.asked), "payload")
    fits = [order for order in own if member(order.item, "url") == payload] or own
    if fits:
        next((order for order in fits if not order.messages), fits[-1]).messages.append(message)
