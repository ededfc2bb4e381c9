"""MQTT sessions: what a host publishes when it comes, and how it answers commands."""

from __future__ import annotations

from collections.abc import Iterator

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.trace import Event

HOST = {"leg": "host"}


@clause("H-005")
def throwaway_follows_connect(told: Told) -> Judged:
    """Each accepted connect is followed by one empty QoS 0 publication on data/out."""
    for connack in _arrow(told, "accepted"):
        empty = [
            e
            for e in told.history.named("mqtt.throwaway", **HOST)
            if e.attrs.get("connection") == connack.attrs.get("connection")
        ]
        if len(empty) == 1:
            yield seen(connack, *empty)
        else:
            yield Violation(
                connack, "one empty publication on data/out after the connect", f"{len(empty)}", absent=not empty
            )


@clause("H-011")
def online_follows_start(told: Told) -> Judged:
    """A host that connected has published an online connection-status."""
    online = list(_arrow(told, "online"))
    judged: set[object] = set()
    for connack in _arrow(told, "accepted"):
        host = connack.attrs.get("client_id")
        if host in judged:
            continue
        judged.add(host)
        own = [e for e in online if e.attrs.get("client_id") == host]
        if own:
            yield seen(own[0])
        else:
            yield Violation(connack, "a connection-status with state online", "none", absent=True)


@clause("H-013")
def underscored_workers_appear_twice(told: Told) -> Judged:
    """A worker name with underscores is also listed with hyphens, with equal features."""
    for status in _arrow(told, "online"):
        dispatchers = member(body(status), "content", "dispatchers")
        for name, features in dispatchers.items() if isinstance(dispatchers, dict) else ():
            if "_" in name:
                twin = dispatchers.get(name.replace("_", "-"), "nothing")
                yield seen(status)
                if twin != features:
                    yield Violation(status, f"{name.replace('_', '-')} with features {features}", f"{twin}")


@clause("H-018")
def pong_answers_ping(told: Told) -> Judged:
    """A ping gets exactly one pong, which names it in response_to and has an id of its own."""
    for ping in told.history.named("mqtt.command", leg="host", target="rhc"):
        document = body(ping)
        if member(document, "content", "command") != "ping":
            continue
        asked = member(document, "message_id")
        pongs = [
            e
            for e in told.history.named("mqtt.event", leg="host", source="rhc")
            if e.host == ping.host and member(body(e), "content") == "pong" and member(body(e), "response_to") == asked
        ]
        yield seen(ping, *pongs)
        if len(pongs) != 1:
            yield Violation(
                ping, "exactly one pong with its message_id in response_to", f"{len(pongs)}", absent=not pongs
            )
        elif member(body(pongs[0]), "message_id") == asked:
            yield Violation(pongs[0], "a message_id of its own", "that of the ping")


@clause("CON-46")
def online_is_not_answered(told: Told) -> Judged:
    """Nothing is published to a host because it came online."""
    online = {member(body(e), "message_id"): e for e in _arrow(told, "online")}
    undisturbed = all(i.expectation is None or i.expectation.fault is None for i in told.attribution.instances)
    for event in told.history.named("mqtt.command", "mqtt.data", "mqtt.connectionStatus", leg="host", target="rhc"):
        document = body(event)
        if member(document, "response_to") in online:
            yield Violation(event, "no answer to a connection-status", str(member(document, "type")))
        elif undisturbed and member(document, "content", "command") in ("reconnect", "disconnect"):
            yield Violation(event, "no command that nobody asked for", str(member(document, "content", "command")))
    yield seen(*online.values())


def _arrow(told: Told, part: str) -> Iterator[Event]:
    """Parts of arrow 1 that rhc had, not a visitor of the kit's."""
    return (event for event in told.history.arrow(1, part) if not event.attrs.get("fault"))
