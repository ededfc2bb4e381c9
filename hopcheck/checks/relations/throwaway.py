"""The empty message after each connect, and what the connector makes of it: nothing."""

from __future__ import annotations

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import segment
from hopcheck.trace import Event

REQUESTS = ("cloud-connector.sendMessageV2.request", "cloud-connector.connectionStatusV2.request")
FROM_HOST = ("mqtt.connectionStatus", "mqtt.event", "mqtt.dataOut")
TO_HOST = ("mqtt.command", "mqtt.data")


@clause("CON-31")
def empty_message_has_no_effect(told: Told) -> Judged:
    """Nothing is published to the host for an empty message, and no Kafka record is made of it.

    What the connector publishes before it was given another reason to, a message or a request, answers the empty one.
    """
    for empty in told.history.named("mqtt.throwaway", leg="connector", target="cloud-connector"):
        topic = str(empty.attrs.get("topic"))
        host = topic.split("/")[-3]
        yield seen(empty)
        until = _next_reason(told, empty, host)
        for sent in told.history.named(*TO_HOST, leg="connector", source="cloud-connector"):
            if f"/{host}/" in str(sent.attrs.get("topic")) and empty.seq < sent.seq < until:
                yield Violation(sent, "nothing published for an empty message", str(told.history.name(sent)))
        for record in told.history.named("kafka.rhcMessageIngress", key=host):
            if ["topic", topic] in (record.attrs.get("headers") or ()) or not (record.payload and record.payload.size):
                yield Violation(record, "no record of an empty message", f"offset {record.attrs.get('offset')}")


def _next_reason(told: Told, empty: Event, host: str) -> int:
    """The first event that may make the connector publish to the host; the empty message itself where one is open."""
    asked = [told.history.exchange(e) for e in told.history.named(*REQUESTS) if segment(e, "connections") == host]
    if any(each.holds(empty) for each in asked):
        return empty.seq
    reasons = [each.asked.seq for each in asked]
    reasons += [
        e.seq
        for e in told.history.named(*FROM_HOST, leg="connector", target="cloud-connector")
        if f"/{host}/" in str(e.attrs.get("topic"))
    ]
    return min((seq for seq in reasons if seq > empty.seq), default=len(told.history.trace) + 1)
