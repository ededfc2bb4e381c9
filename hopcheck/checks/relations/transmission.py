"""Transmit: what a worker hands to the bus is what goes over HTTP, and what comes back is what it is told."""

from __future__ import annotations

from urllib.parse import urlsplit

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.predicate import header, resolve
from hopcheck.checks.relations.delivery import wants_remote_content
from hopcheck.checks.relations.handover import SIGNATURE, WORKER

PUBLISHED = 0
RETURNED = ("content-type",)
"""Of the response's headers those that no client keeps to itself."""


@clause("H-037")
def transmit_posts_and_returns(told: Told) -> Judged:
    """The POST goes to addr with every metadata entry as a header; status, headers and body come back."""
    for upload in told.attribution.uploads.by_key.values():
        if (call := upload.transmit) is None:
            continue
        post = upload.post.asked
        yield seen(call.asked, post)
        if (path := urlsplit(str(resolve(call.asked, "args.0"))).path) != post.attrs.get("path"):
            yield Violation(post, f"POST to {path}", str(post.attrs.get("path")))
        for name, value in (resolve(call.asked, "args.3") or {}).items():
            if header(post, name.lower()) != str(value).strip():
                yield Violation(post, f"header {name}: {value}", str(header(post, name.lower())))
        answer = upload.post.answered
        if call.answered is None or answer is None or call.answered.op != "return":
            continue
        if resolve(call.answered, "args.0") != answer.attrs.get("status"):
            yield Violation(call.answered, f"code {answer.attrs.get('status')}", str(resolve(call.answered, "args.0")))
        told_of = {name.lower(): value for name, value in (resolve(call.answered, "args.1") or {}).items()}
        for name in RETURNED:
            if (asked := header(answer, name)) is not None and told_of.get(name) != asked:
                yield Violation(call.answered, f"header {name}: {asked}", str(told_of.get(name)))
        sent = answer.payload.sha256 if answer.payload is not None else None
        if sent is not None and (got := resolve(call.answered, "args.2.sha256")) is not None and got != sent:
            yield Violation(call.answered, f"the response's body, digest {sent}", str(got))


@clause("H-036")
def stranger_cannot_transmit(told: Told) -> Judged:
    """Transmit of a connection that never had a worker's name is answered with an error."""
    for call in told.history.named("dbus.Dispatcher1.Transmit.call"):
        named = told.history.named("dbus.DBus.RequestName.call", host=call.host, sender=call.attrs.get("sender"))
        names = [*(call.attrs.get("sender_names") or ()), *(resolve(each, "args.0") for each in named)]
        if any(str(name).startswith(WORKER) for name in names):
            continue
        answer = told.history.answer(call)
        yield seen(call, answer)
        if answer is None or answer.op != "error":
            yield Violation(answer or call, "an error", "none" if answer is None else answer.op, absent=answer is None)


@clause("H-038")
def transmit_is_published(told: Told) -> Judged:
    """Transmit of a worker without remote content is one message on data/out, and is answered 0."""
    for call in told.history.named("dbus.Dispatcher1.Transmit.call"):
        if wants_remote_content(told, call.host, call.attrs.get("sender")) is not False:
            continue
        addr, message_id, response_to, metadata = (call.attrs.get("args") or [None] * 5)[:4]
        out = told.history.named("mqtt.dataOut", leg="host", source="rhc", host=call.host)
        own = [e for e in out if member(body(e), "message_id") == message_id]
        yield seen(call, *own)
        if len(own) != 1:
            yield Violation(call, "one message on data/out", f"{len(own)}", absent=not own)
            continue
        asked = {"directive": addr, "response_to": response_to, "metadata": metadata, "content": body(call)}
        got = {name: member(body(own[0]), name) for name in asked}
        if got != asked:
            yield Violation(own[0], str(asked), str(got))
        answer = told.history.answer(call)
        if answer is not None and answer.op == "return" and resolve(answer, "args.0") != PUBLISHED:
            yield Violation(answer, f"code {PUBLISHED}", str(resolve(answer, "args.0")))


@clause("H-058")
def transmit_names_the_message(told: Told) -> Judged:
    """Each upload was handed over by a Transmit whose response_to is the dispatched message's id."""
    for instance in told.attribution.instances:
        for upload in instance.uploads:
            yield seen(upload.post.asked, *(upload.transmit.events if upload.transmit else ()))
            if upload.transmit is None:
                # Where another body was handed over, whoever posted this one altered it.
                role = "rhc" if instance.lone_transmits else None
                yield Violation(upload.post.asked, "a Transmit call with this body", "none", role=role)
            elif (got := resolve(upload.transmit.asked, "args.2")) != instance.message_id:
                yield Violation(upload.transmit.asked, f"response_to {instance.message_id}", str(got))
        for call in instance.lone_transmits:
            yield seen(call.asked)
            if call.asked.attrs.get("signature") == SIGNATURE:
                yield Violation(call.asked, "a POST with this body", "none", role="rhc", absent=True)
