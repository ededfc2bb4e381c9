"""Hosts that come and go: how the connector hears of them, and that it has nothing to say to it."""

from __future__ import annotations

from collections.abc import Iterator

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.contracts.http import OF_KIT
from hopcheck.checks.history import body, member, segment
from hopcheck.trace import Event

OUT = ("control/out", "data/out")
HEARD = ("mqtt.connectionStatus", "mqtt.event", "mqtt.dataOut", "mqtt.throwaway")
SENT = ("mqtt.command", "mqtt.data")
ORDERS = (
    "cloud-connector.sendMessageV2.request",
    "cloud-connector-v1.sendMessageV1.request",
    "cloud-connector-v1.pingV1.request",
    "cloud-connector-v1.reconnectV1.request",
    "cloud-connector-v1.disconnectV1.request",
)
REFUSED = range(400, 500)
"""Requests that let the connector publish to a host, unless they are refused."""


@clause("CON-29")
def all_that_hosts_say_is_subscribed_to(told: Told) -> Judged:
    """Whoever subscribes for the connector subscribes to both kinds of topics; how is for the contract to say."""
    asked: dict[object, list[Event]] = {}
    for event in told.history.named("mqtt.subscribe", leg="connector"):
        asked.setdefault(event.attrs.get("client_id"), []).append(event)
    for events in asked.values():
        filters = [name for event in events for name, _ in event.attrs.get("filters") or ()]
        yield seen(*events)
        for end in OUT:
            if not any(name.endswith(f"/{end}") for name in filters):
                yield Violation(events[-1], f"a subscription to what hosts publish on {end}", ", ".join(filters))


@clause("CON-44")
def wrong_types_are_survived(told: Told) -> Judged:
    """The connector does not end after a status whose content, facts or insights_id have a wrong JSON type."""
    ends = [event for event in told.history.kit("lost") if event.attrs.get("role") == "cloud-connector"]
    for status in told.history.named("mqtt.connectionStatus", leg="connector", target="cloud-connector"):
        if _has_right_types(member(body(status), "content")):
            continue
        yield seen(status)
        for end in ends:
            if end.seq > status.seq:
                yield Violation(end, "a connector that lives on", str(end.attrs.get("cause")))


@clause("CON-45")
def host_without_tenant_is_sent_nothing(told: Told) -> Judged:
    """A host of which the kit lets nobody know whose it is is told nothing, and so not to come again."""
    for host in _nobodys(told):
        statuses = [event for event in told.history.named(*HEARD, leg="connector") if _host(event) == host]
        yield seen(*statuses)
        for event, _ in _unasked(told):
            if _host(event) == host:
                yield Violation(event, "nothing for a host without a tenant", _said(told, event))


@clause("CON-46")
def online_is_not_answered(told: Told) -> Judged:
    """Nothing is published to a host because it came online."""
    online = {member(body(e), "message_id"): e for e in told.history.arrow(1, "online") if not e.attrs.get("fault")}
    for event in told.history.named(*SENT, "mqtt.connectionStatus", leg="host", target="rhc"):
        if member(body(event), "response_to") in online:
            yield Violation(event, "no answer to a connection-status", str(member(body(event), "type")))
    nobodys = set(_nobodys(told))
    for event, last in _unasked(told):
        if _host(event) not in nobodys and member(body(last), "content", "state") == "online":
            yield Violation(event, "nothing that nobody asked for", _said(told, event))
    yield seen(*online.values())


def _has_right_types(content: object) -> bool:
    facts = member(content, "canonical_facts")
    insights_id = member(facts, "insights_id")
    return isinstance(content, dict) and isinstance(facts, dict | None) and isinstance(insights_id, str | None)


def _nobodys(told: Told) -> Iterator[str]:
    return (str(event.attrs["client_id"]) for event in told.history.kit("guest") if not event.attrs["tenant"])


def _unasked(told: Told) -> Iterator[tuple[Event, Event | None]]:
    """What the connector published and no request had asked for, each with what it had heard of the host last.

    A message may leave long after its request, where the broker was away.
    """
    requests = told.history.named(*ORDERS, *(f"{OF_KIT}{name}" for name in ORDERS))
    heard = told.history.named(*HEARD, leg="connector", target="cloud-connector")
    published = told.history.named(*SENT, leg="connector", source="cloud-connector", dup=False)
    open_requests: dict[str | None, int] = {}
    last: dict[str | None, Event] = {}
    for event in sorted((*requests, *heard, *published), key=lambda each: each.seq):
        if event.op == "request":
            status = told.history.exchange(event).status
            if status is None or status not in REFUSED:
                host = _ordered_for(event)
                open_requests[host] = open_requests.get(host, 0) + 1
        elif event.target == "cloud-connector":
            last[_host(event)] = event
        elif open_requests.get(_host(event)):
            open_requests[_host(event)] -= 1
        else:
            yield event, last.get(_host(event))


def _ordered_for(request: Event) -> str | None:
    host = segment(request, "connections") or member(body(request), "recipient") or member(body(request), "node_id")
    return None if host is None else str(host)


def _host(event: Event) -> str:
    """The host whose topic a message was published on."""
    return str(event.attrs.get("topic")).split("/")[-3]


def _said(told: Told, event: Event) -> str:
    command = member(body(event), "content", "command")
    return str(told.history.name(event) if command is None else command)
