"""Arrows 1 and 2: a host's MQTT sessions and its workers' bus names."""

from __future__ import annotations

from hopcheck.checks.history import History, body, member
from hopcheck.checks.instance import Registration, Session
from hopcheck.checks.predicate import resolve
from hopcheck.trace import Event

REFUSED = 0x80


def sessions(history: History) -> list[Session]:
    """Every MQTT session of a host, but for those of the kit's own visitors.

    A session is whole where its last part was seen: CONNACK 0, a granted subscription to both topics, and an online
    status delivered (the connector got it, or the broker acknowledged it, whichever was first). That place counts
    for arrow 1, not CONNECT's: no message can rightly pass before it, since only then the host can be asked.
    """
    return [_session(history, connect) for connect in history.arrow(1) if not connect.attrs.get("fault")]


def registrations(history: History) -> list[Registration]:
    """Every worker name that was granted, but for the kit's own worker's, each with the STARTED that followed it."""
    started = list(history.arrow(2, "started"))
    granted = {event.seq for event in history.arrow(2, "owned")}
    found = []
    for call in history.arrow(2):
        owned = history.exchange(call)
        if owned.answered is not None and owned.answered.seq in granted and not call.attrs.get("fault"):
            signal = next(
                (
                    e
                    for e in started
                    if e.seq > call.seq and e.host == call.host and e.attrs.get("sender") == call.attrs.get("sender")
                ),
                None,
            )
            found.append(Registration(call.host, str(resolve(call, "args.0")), owned, signal))
    return found


def _session(history: History, connect: Event) -> Session:
    connection = connect.attrs.get("connection")
    host = connect.host or str(connect.attrs.get("client_id"))

    def parts(name: str) -> list[Event]:
        return [e for e in history.arrow(1, name) if e.attrs.get("connection") == connection]

    online = parts("online")
    needed = [
        _first(parts("accepted")),
        _granted(parts("data_filter"), parts("granted")),
        _granted(parts("control_filter"), parts("granted")),
        _delivered(history, online, parts("acknowledged")),
    ]
    places = [event.seq for event in needed if event is not None]
    events = [connect, *(event for event in needed if event is not None)]
    return Session(host, str(connection), events, online, max(places) if len(places) == len(needed) else None)


def _first(events: list[Event]) -> Event | None:
    return events[0] if events else None


def _granted(subscribes: list[Event], subacks: list[Event]) -> Event | None:
    for subscribe in subscribes:
        for suback in subacks:
            codes = suback.attrs.get("codes") or []
            if (
                suback.attrs.get("packet_id") == subscribe.attrs.get("packet_id")
                and codes
                and all(code < REFUSED for code in codes)
            ):
                return suback
    return None


def _delivered(history: History, online: list[Event], acknowledged: list[Event]) -> Event | None:
    ids = {member(body(event), "message_id") for event in online}
    packets = {event.attrs.get("packet_id"): event.seq for event in online}
    topics = {event.attrs.get("topic") for event in online}
    delivered = [e for e in history.arrow(1, "delivered") if e.attrs.get("topic") in topics]
    found = [e for e in delivered if member(body(e), "message_id") in ids]
    found += [e for e in acknowledged if e.seq > packets.get(e.attrs.get("packet_id"), e.seq)]
    return min(found, key=lambda e: e.seq, default=None)
