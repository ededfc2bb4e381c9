"""MQTT sessions: what a host publishes when it comes, and how it answers commands."""

from __future__ import annotations

from collections.abc import Iterator

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.predicate import resolve
from hopcheck.checks.relations.commands import LEAVING, commands
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


@clause("H-007")
def client_id_is_the_certificates_name(told: Told) -> Judged:
    """The client id of a host that shows a certificate is the CN, and what it keeps in its file.

    That no other is configured is the kit's doing.
    """
    for connect in told.history.arrow(1):
        name = resolve(connect, "tls.client_cn")
        if connect.attrs.get("fault") or not isinstance(name, str):
            continue
        yield seen(connect)
        if (got := connect.attrs.get("client_id")) != name:
            yield Violation(connect, f"client id {name}", str(got), host=connect.host)
    for found in told.history.kit("found"):
        name = found.attrs.get("client_id")
        if str(found.attrs.get("path")).endswith("/client-id"):
            yield seen(found)
            if (kept := found.attrs.get("text")) != name:
                yield Violation(found, f"client id {name} in {found.attrs['path']}", repr(kept), host=name)


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


@clause("H-014")
def worker_that_was_looked_at_is_listed(told: Told) -> Judged:
    """Features that a worker told, and that the last status has not, are in a later one.

    Only the last look at a worker counts, and only where the worker was heard of after it while the session stood. A
    status with the same map is no breach: the first look at all workers may repeat it, and facts and tags that are
    written anew do.
    """
    looks: dict[tuple[str | None, str], Event] = {}
    for answer in told.history.named("dbus.Properties.Get.return"):
        question = told.history.question(answer)
        if question is not None and resolve(question, "args.1") == "Features":
            looks[answer.host, str(resolve(question, "path")).rpartition("/")[2]] = answer
    for (host, worker), look in looks.items():
        own = [status for status in _arrow(told, "online") if status.host == host]
        before = [status for status in own if status.seq < look.seq][-1:]
        listing = [e for e in (*before, *(s for s in own if s.seq > look.seq)) if _lists(e, worker, look)]
        if listing:
            yield seen(look, *listing)
        elif _stays(told, host, worker, look):
            yield Violation(look, f"a connection-status with {worker}", "none", absent=True)


@clause("H-018")
def pong_answers_ping(told: Told) -> Judged:
    """A ping gets exactly one pong, which names it in response_to and has an id of its own.

    One that came when the host had been told to leave may get none.
    """
    leaving = {e.attrs.get("connection"): e.seq for name in LEAVING for e in commands(told, name)}
    for ping in commands(told, "ping"):
        asked = member(body(ping), "message_id")
        pongs = [
            e
            for e in told.history.named("mqtt.event", leg="host", source="rhc")
            if e.host == ping.host and member(body(e), "content") == "pong" and member(body(e), "response_to") == asked
        ]
        if not pongs and leaving.get(ping.attrs.get("connection"), ping.seq) < ping.seq:
            continue
        yield seen(ping, *pongs)
        if len(pongs) != 1:
            yield Violation(
                ping, "exactly one pong with its message_id in response_to", f"{len(pongs)}", absent=not pongs
            )
        elif member(body(pongs[0]), "message_id") == asked:
            yield Violation(pongs[0], "a message_id of its own", "that of the ping")


def _lists(status: Event, worker: str, look: Event) -> bool:
    """Whether a status has a worker with the features that a look at it gave."""
    dispatchers = member(body(status), "content", "dispatchers")
    listed = isinstance(dispatchers, dict) and worker in dispatchers
    return listed and (dispatchers[worker] or {}) == (resolve(look, "args.0") or {})


def _stays(told: Told, host: str | None, worker: str, look: Event) -> bool:
    """Whether a worker was heard of after a look at it, with a whole session from before that to after it."""
    later = [
        e.seq
        for e in told.history.named("dbus.Worker1.Event.signal", host=host)
        if e.seq > look.seq and str(resolve(e, "path")).endswith(f"/{worker}")
    ]
    ends = {e.attrs.get("connection"): e.seq for e in told.history.named("mqtt.closed", "mqtt.disconnect", leg="host")}
    return any(
        session.host == host
        and session.whole is not None
        # Not the last word alone: at its end a worker may have it after the session's.
        and any(session.whole < seq < ends.get(session.connection, seq + 1) for seq in later)
        for session in told.attribution.sessions
    )


def _arrow(told: Told, part: str) -> Iterator[Event]:
    """Parts of arrow 1 that rhc had, not a visitor of the kit's."""
    return (event for event in told.history.arrow(1, part) if not event.attrs.get("fault"))
