"""The events that a story waits for."""

from __future__ import annotations

from collections.abc import Callable

from hopcheck.topology.identity import Identity
from hopcheck.topology.user import EDGE
from hopcheck.trace import Event, Trace

TERMINAL = ("success", "failure", "canceled")


def known_to_connector(identity: Identity) -> Callable[[Event], bool]:
    """The record that Cloud Connector makes of a host's connection status."""
    return lambda e: (
        e.protocol == "kafka"
        and e.attrs["key"] == identity.client_id
        and e.attrs["topic"].endswith("rhc-message-ingress")
    )


def granted(event: Event) -> bool:
    """One of a host's two subscriptions."""
    return event.op == "SUBACK" and event.attrs.get("leg") == "host"


def is_over(event: Event, run: str | None) -> bool:
    """Whether the UI is told the end of a run: a failure shows while other systems still run."""
    body = event.payload.json if event.edge == EDGE and event.op == "response" and event.payload is not None else None
    if not isinstance(body, dict) or body.get("id") != run or body.get("status") not in TERMINAL:
        return False
    executors = body.get("executors")
    counts = [each.get("counts") or {} for each in executors] if isinstance(executors, list) else [{"running": 1}]
    return not any(each.get("running") or each.get("pending") for each in counts)


def log_after(end: Event, inventory_id: str) -> Callable[[Event], bool]:
    """The log of a system as the UI is told it once it knows of the end."""

    def is_log(event: Event) -> bool:
        if event.seq <= end.seq or event.edge != end.edge or event.op != "response" or event.payload is None:
            return False
        body = event.payload.json
        return isinstance(body, dict) and "console" in body and body.get("system_id") == inventory_id

    return is_log


def dispatched_since(trace: Trace, identity: Identity, since: int) -> str | None:
    """The first message that a host's worker was given since then; None where it was given none."""
    calls = trace.where(protocol="dbus", op="call", member="Dispatch", host=identity.client_id)
    return next((str(event.attrs["args"][1]) for event in calls if event.seq > since), None)


def end_of(message: str) -> Callable[[Event], bool]:
    """The worker's END event of a message."""
    return lambda event: (
        event.protocol == "dbus"
        and event.op == "signal"
        and event.attrs["member"] == "Event"
        and event.attrs["args"][:2] == [2, message]
    )
