"""Satellites: what they are told of a run, and of its end before the time."""

from __future__ import annotations

import hashlib
from typing import Any

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import Exchange, body, member
from hopcheck.checks.orders import CANCEL, Order, cancels, exchanges, read_orders
from hopcheck.trace import Event

DIRECTIVE = "foreman_rh_cloud"
SETTINGS = {"return_url", "response_interval", "response_full"}
"""Metadata that comes from the dispatcher's configuration."""


@clause("SRV-024")
def satellite_is_told_of_its_run(told: Told) -> Judged:
    """A Satellite's message has its own directive and, of the work request, what metadata says, all text."""
    for order in read_orders(told):
        if not order.satellite or not order.messages:
            continue
        event = order.messages[0].asked
        yield seen(event)
        metadata = member(body(event), "metadata")
        got = metadata if isinstance(metadata, dict) else {}
        yield from _directive(event)
        asked = _metadata(order)
        if set(got) != SETTINGS | {"correlation_id"} | set(asked):
            yield Violation(event, f"metadata {sorted(SETTINGS | {'correlation_id'} | set(asked))}", str(sorted(got)))
        elif not all(isinstance(value, str) for value in got.values()):
            yield Violation(event, "text in every metadata value", str(got))
        elif wrong := {name: got[name] for name, value in asked.items() if value not in (None, got[name])}:
            yield Violation(event, str({name: asked[name] for name in wrong}), str(wrong))


@clause("SRV-032")
def cancel_names_run_and_initiator(told: Told) -> Judged:
    """A cancel that was taken sends the run's correlation id and who cancels, nothing else, and no payload."""
    runs = {order.run_id: order for order in read_orders(told) if order.messages}
    sent = [told.history.exchange(event) for event in told.history.arrow(5)]
    for cancel in exchanges(told.history, CANCEL):
        items = body(cancel.asked)
        own = [each for each in sent if cancel.holds(each.asked) and cancels(each)]
        for item in items if isinstance(items, list) else ():
            order = runs.get(str(member(item, "run_id")))
            for message in own:
                if order is not None and _to(order, message):
                    yield seen(message.asked)
                    yield from _directive(message.asked)
                    yield from _taken_back(order, message, item)


def _taken_back(order: Order, message: Exchange, item: Any) -> Judged:
    asked = {
        "operation": "cancel",
        "correlation_id": order.correlation_id,
        "initiator_user_id": initiator(member(item, "principal")),
    }
    got = member(body(message.asked), "metadata")
    if got != asked:
        yield Violation(message.asked, f"metadata {asked}", str(got))
    if (payload := member(body(message.asked), "payload")) != "":
        yield Violation(message.asked, "an empty payload", repr(payload))


def _to(order: Order, message: Exchange) -> bool:
    return f"/{order.host}/" in str(message.asked.attrs.get("path"))


def _directive(event: Event) -> Judged:
    if (directive := member(body(event), "directive")) != DIRECTIVE:
        yield Violation(event, f"directive {DIRECTIVE}", str(directive))


def _metadata(order: Order) -> dict[str, str | None]:
    """What an item makes metadata say; None where that is the dispatcher's own affair."""
    given, recipient = member(order.item, "hosts"), member(order.item, "recipient_config")
    hosts = given if isinstance(given, list) else []
    asked = {
        "operation": "run",
        "playbook_run_name": member(order.item, "name"),
        "playbook_run_url": member(order.item, "web_console_url"),
        "sat_id": member(recipient, "sat_id"),
        "sat_org_id": member(recipient, "sat_org_id"),
        "initiator_user_id": initiator(member(order.item, "principal")),
        "hosts": ",".join(str(member(host, "inventory_id")) for host in hosts),
    }
    subscriptions = [each for host in hosts if (each := member(host, "subscription_manager_id"))]
    return asked | ({"subscription_manager_ids": ",".join(subscriptions)} if subscriptions else {})


def initiator(principal: Any) -> str:
    """A user name as Satellites are told it: hex SHA-256."""
    return hashlib.sha256(str(principal).encode()).hexdigest()
