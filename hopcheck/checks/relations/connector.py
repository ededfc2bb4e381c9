"""The connector: what REST asked for is what the host gets."""

from __future__ import annotations

import re
from uuid import UUID

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.contracts.http import OF_KIT
from hopcheck.checks.history import body, member, segment
from hopcheck.trace import Event

MESSAGES = ("cloud-connector.sendMessageV2", "cloud-connector-v1.sendMessageV1")
ESCAPED = re.compile(r"\\u00(26|3c|3e)", re.IGNORECASE)


@clause("CON-01")
def connected_host_is_sent_to(told: Told) -> Judged:
    """A message for a host with a whole session is answered 201 with a UUID."""
    for event in told.history.arrow(5):
        exchange = told.history.exchange(event)
        if exchange.answered is None or not _connected(told, segment(event, "connections"), event):
            continue
        yield seen(*exchange.events)
        if exchange.status != 201 or not is_uuid(member(body(exchange.answered), "id")):
            yield Violation(
                exchange.answered,
                "201 with a UUID as id",
                f"{exchange.status} with id {member(body(exchange.answered), 'id')}",
            )


@clause("CON-02")
def answered_id_is_the_message_id(told: Told) -> Judged:
    """The id in the 201 is the message_id that reaches the host."""
    for instance in told.attribution.instances:
        if not instance.messages or not instance.delivered:
            continue
        answer = instance.messages[0].answered
        told_id, sent_id = member(body(answer), "id"), member(body(instance.delivered[0]), "message_id")
        yield seen(answer, instance.delivered[0])
        if told_id != sent_id:
            yield Violation(instance.delivered[0], f"message_id {told_id}", f"{sent_id}")


@clause("CON-03")
def unknown_host_is_sent_nothing(told: Told) -> Judged:
    """A 404 says that there is no connection, and nothing is published; whoever asked, and in which version."""
    of_kit = told.history.named(*(f"{OF_KIT}{name}.request" for name in MESSAGES))
    # Two may be asked for with the same metadata: what was answered 201 went out for that.
    answers = told.history.named(*(f"{prefix}{name}.response" for prefix in ("", OF_KIT) for name in MESSAGES))
    taken = {member(body(event), "id") for event in answers} - {None}
    for event in (*told.history.arrow(5), *of_kit):
        exchange = told.history.exchange(event)
        if exchange.status != 404:
            continue
        yield seen(*exchange.events)
        for name in ("title", "detail"):
            if (text := member(body(exchange.answered), name)) != "No connection to the rhc client":
                yield Violation(exchange.answered, f"{name} 'No connection to the rhc client'", repr(text))
        asked, host = member(body(event), "metadata"), segment(event, "connections") or member(body(event), "recipient")
        for sent in told.history.named("mqtt.data", leg="connector", source="cloud-connector"):
            for_it = exchange.holds(sent) and f"/{host}/" in str(sent.attrs.get("topic"))
            alike = asked and member(body(sent), "metadata") == asked
            if for_it or (alike and member(body(sent), "message_id") not in taken):
                yield Violation(sent, "nothing published after a 404", "a data message")


@clause("CON-24")
def message_carries_the_request(told: Told) -> Judged:
    """content, metadata and directive of the data message equal the REST payload, metadata and directive."""
    for instance in told.attribution.instances:
        for sent in (*instance.published[:1], *instance.delivered[:1]):
            yield seen(sent)
            for ours, theirs in (("payload", "content"), ("metadata", "metadata"), ("directive", "directive")):
                asked, got = instance.message.get(ours), member(body(sent), theirs)
                if asked != got:
                    yield Violation(sent, f"{theirs} {asked!r}", repr(got))
    for event in told.history.named("mqtt.data", leg="connector", source="cloud-connector"):
        if not is_uuid(member(body(event), "message_id")):
            yield Violation(event, "a UUID as message_id", repr(member(body(event), "message_id")))


@clause("CON-26")
def url_survives_its_encoding(told: Told) -> Judged:
    """A payload with <, > or & is the same once decoded.

    One that is sent with escapes should not be, but is no breach: it proves nothing.
    """
    for instance in told.attribution.instances:
        asked = instance.message.get("payload")
        if not isinstance(asked, str) or not set(asked) & set("<>&"):
            continue
        for sent in instance.published[:1]:
            spelled = "" if sent.payload is None else sent.payload.text or ""
            if not ESCAPED.search(spelled):
                yield seen(sent)
            if (got := member(body(sent), "content")) != asked:
                yield Violation(sent, f"content {asked!r}", repr(got))


@clause("CON-34")
def online_host_becomes_connected(told: Told) -> Judged:
    """The connector's last word on a host that is online is not that it is absent."""
    for host in {session.host for session in told.attribution.sessions}:
        said = [(event, absent) for event, absent in _said(told, host) if _connected(told, host, event)]
        if said:
            yield seen(said[-1][0])
            if said[-1][1]:
                yield Violation(said[-1][0], f"{host} connected", "no connection", absent=True)


def is_uuid(value: object) -> bool:
    """Whether a value is the text of a UUID."""
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _said(told: Told, host: str) -> list[tuple[Event, bool]]:
    """What the connector answered about a host, and whether it called it absent."""
    said = []
    for event in told.history.named(
        "cloud-connector.connectionStatusV2.response", "cloud-connector.sendMessageV2.response"
    ):
        question = told.history.question(event)
        if question is not None and segment(question, "connections") == host:
            absent = event.attrs.get("status") == 404 or member(body(event), "status") == "disconnected"
            said.append((event, absent))
    return said


def _connected(told: Told, host: str | None, at: Event) -> bool:
    """Whether the host's latest word before ``at`` was a whole session that has not ended."""
    whole = [s for s in told.attribution.sessions if s.host == host and s.whole is not None and s.whole < at.seq]
    if not whole:
        return False
    ends = [
        e
        for e in told.history.named("mqtt.closed", "mqtt.disconnect", leg="host")
        if e.attrs.get("connection") == whole[-1].connection and e.seq < at.seq
    ]
    offline = [
        e
        for e in told.history.named("mqtt.connectionStatus")
        if e.seq < at.seq
        and e.seq > (whole[-1].whole or 0)
        and f"/{host}/" in str(e.attrs.get("topic"))
        and member(body(e), "content", "state") == "offline"
    ]
    return not ends and not offline
