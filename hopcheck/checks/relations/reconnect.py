"""Sessions of one rhc process: what stays the same when it connects again."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.predicate import resolve
from hopcheck.trace import Event, document

DAEMON = "com.redhat.Yggdrasil1"


@clause("H-004")
def will_stays_the_same(told: Told) -> Judged:
    """Every session of a process leaves a will with the same message id and time."""
    for connects in _processes(told):
        first = _will(connects[0])
        for again in connects[1:]:
            yield seen(connects[0], again)
            if (got := _will(again)) != first:
                yield Violation(again, f"a will with {first}", str(got))


@clause("H-017")
def reconnect_publishes_no_status(told: Told) -> Judged:
    """A later session of a process has no status that tells what the one before told."""
    for connects in _processes(told):
        accepted = {e.attrs.get("connection"): e for e in told.history.arrow(1, "accepted")}
        for again in connects[1:]:
            if (connack := accepted.get(connection := again.attrs.get("connection"))) is None:
                continue
            yield seen(again, connack)
            known = None
            for status in told.history.arrow(1, "online"):
                if status.host != again.host:
                    continue
                if status.attrs.get("connection") == connection and known is not None and _same(status, known):
                    yield Violation(status, "no connection-status after a reconnect", "one")
                known = status


def _processes(told: Told) -> Iterator[list[Event]]:
    """Sessions of one process each, where there are several.

    A process asks for its bus name before it connects. The bus is seen late, so the last session before another
    process asks may be that one's and is left out, as it is where something befell the host.
    """
    connects: dict[str | None, list[Event]] = {}
    for connect in told.history.arrow(1):
        if not connect.attrs.get("fault"):
            connects.setdefault(connect.host, []).append(connect)
    for host, own in connects.items():
        asked = told.history.named("dbus.DBus.RequestName.call", host=host)
        starts = [e.seq for e in asked if resolve(e, "args.0") == DAEMON]
        befell = [e.seq for e in told.history.kit("fault") if e.attrs.get("client_id") == host]
        befell += [e.seq for e in told.history.kit("lost") if e.attrs.get("role") == "rhc"]
        ends = sorted(seq for seq in (*starts[1:], *befell) if seq > starts[0]) if starts else []
        for begin, end in zip([*starts[:1], *ends], [*ends, None], strict=False) if starts else ():
            group = [e for e in own if e.seq > begin and (end is None or e.seq < end)]
            if end is not None:
                group = group[:-1]
            if len(group) > 1:
                yield group


def _will(connect: Event) -> tuple[object, object]:
    text = resolve(connect, "will.payload")
    try:
        will = document.read(text) if isinstance(text, str) else None
    except orjson.JSONDecodeError:
        will = None
    return member(will, "message_id"), member(will, "sent")


def _same(status: Event, earlier: Event) -> bool:
    """Whether a status is a new message that tells what an earlier one told."""
    one, other = body(status), body(earlier)
    new = member(one, "message_id") != member(other, "message_id")
    return new and bool(member(one, "content") == member(other, "content"))
