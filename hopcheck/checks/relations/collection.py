"""The collection: what insights-client sends and what it takes for success."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import Exchange, body, member
from hopcheck.checks.runs import asker
from hopcheck.checks.uploads import Upload
from hopcheck.trace import Event, document

ACCEPTED = (200, 202)
EDGE = "insights-client>ingress"
TEST = "--test-connection"
UPLOAD, PING = "ingress.upload.request", "gateway.ping.request"


@clause("H-070")
def exit_tells_the_upload(told: Told) -> Judged:
    """insights-client exits 0 exactly where its last upload was answered 200 or 202."""
    uploads = told.attribution.uploads.on(EDGE)
    for each in _runs(told):
        sent = [u.post for u in uploads if each.holds(u.post.asked) and asker(u.post.asked) == each.asked.host]
        if not each.has_ended or not sent or sent[-1].status is None or TEST in each.asked.attrs["argv"]:
            continue
        yield seen(each.answered, sent[-1].answered)
        good = sent[-1].status in ACCEPTED
        if good != (each.status == 0):
            yield Violation(
                each.answered,
                "exit status 0" if good else "an exit status other than 0",
                f"{each.status} after {sent[-1].status}",
            )


@clause("H-071")
def metadata_names_the_machine(told: Told) -> Judged:
    """insights_id in the metadata is the machine id, which the host's canonical facts bear as well."""
    for instance in told.attribution.instances:
        facts = [
            member(body(e), "content", "canonical_facts", "insights_id")
            for session in instance.sessions
            for e in session.online
        ]
        known = [each for each in facts if isinstance(each, str) and each]
        for tarball in instance.tarballs if known else ():
            if (metadata := read_metadata(tarball)) is None:
                continue
            yield seen(tarball.post.asked)
            if (got := metadata.get("insights_id")) != known[-1]:
                yield Violation(tarball.post.asked, f"insights_id {known[-1]}", str(got))


@clause("H-072")
def stranger_asks_nobody(told: Told) -> Judged:
    """A client on a host that is not registered, and not told to register, exits with 1 and sends nothing.

    That a host is not registered, and when it is again, the kit says.
    """
    marks = told.history.kit("unregistered") + told.history.kit("registered")
    for each in _runs(told):
        before = [m for m in marks if m.attrs["client_id"] == each.asked.host and m.seq < each.asked.seq]
        last = max(before, key=lambda mark: mark.seq, default=None)
        if last is None or last.op != "unregistered" or "--register" in each.asked.attrs["argv"]:
            continue
        yield seen(*each.events)
        if each.has_ended and each.status != 1:
            yield Violation(each.answered, "exit status 1", str(each.status))
        for request in _sent(told, each):
            yield Violation(request, "no request", str(request.attrs.get("path")))


@clause("H-073")
def connection_is_tested_both_ways(told: Told) -> Judged:
    """With --test-connection the client posts to the upload URL and gets apicast-tests/ping."""
    for each in _runs(told):
        if TEST not in each.asked.attrs["argv"] or not each.has_ended:
            continue
        sent = [told.history.name(request) for request in _sent(told, each)]
        yield seen(*each.events)
        for what, name in (("POST to the upload URL", UPLOAD), ("GET of apicast-tests/ping", PING)):
            if name not in sent:
                yield Violation(each.answered, f"a {what}", "none", absent=True)


def _runs(told: Told) -> Iterator[Exchange]:
    return (told.history.exchange(spawn) for spawn in told.history.named("process.insightsClient.spawn"))


def _sent(told: Told, run: Exchange) -> list[Event]:
    """What went out from a host while its client ran."""
    return [
        event
        for event in told.history.trace
        if event.edge == EDGE and event.op == "request" and run.holds(event) and asker(event) == run.asked.host
    ]


def read_metadata(upload: Upload) -> dict[str, object] | None:
    """The upload's metadata part, None where it has none that is a JSON object."""
    if upload.metadata is None:
        return None
    try:
        value = document.read(upload.metadata.data)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
