"""Data messages to a host: which worker gets them, and with what content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urlsplit

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.instance import handed
from hopcheck.checks.predicate import header, resolve
from hopcheck.checks.relations.handover import WORKER
from hopcheck.trace import Event

ERROR = 400
_DECODER = json.JSONDecoder()


@clause("H-025")
def numbers_in_metadata_stop_a_message(told: Told) -> Judged:
    """A data message whose metadata holds anything but text is not handed to a worker."""
    for message in _messages(told):
        metadata, calls = member(body(message), "metadata"), list(_dispatches(told, message))
        if not isinstance(metadata, dict) or not metadata:
            continue
        if all(isinstance(value, str) for value in metadata.values()):
            yield seen(*calls)
            continue
        yield seen(message)
        for call in calls:
            yield Violation(call, "no Dispatch of a message with such metadata", str(metadata), role="rhc")


@clause("H-027")
def message_for_nobody_is_dropped(told: Told) -> Judged:
    """A data message for a directive that no worker has is handed to nobody, and nothing is published for it."""
    for message in _messages(told):
        worker = str(member(body(message), "directive")).replace("-", "_")
        if worker in _workers(told, message.host):
            continue
        yield seen(message)
        for call in _dispatches(told, message):
            yield Violation(call, "no Dispatch of a message for nobody", str(resolve(call, "args.0")))
        asked = member(body(message), "message_id")
        for answer in told.history.named("mqtt.event", "mqtt.dataOut", leg="host", source="rhc", host=message.host):
            if member(body(answer), "response_to") == asked:
                yield Violation(answer, "nothing published", str(told.history.name(answer)))


@clause("H-030")
def data_host_stands_in(told: Told) -> Judged:
    """With data-host set, content and return URLs are asked there, their path and query as they were."""
    for setting in told.history.kit("configured"):
        host, data_host = str(setting.attrs.get("client_id")), setting.attrs.get("data_host")
        asked = [e for e in told.history.trace if (e.op, e.source, e.host) == ("request", "rhc", host)]
        for cause, method, url in _urls(told, host):
            target = urlsplit(url)._replace(scheme="", netloc="").geturl()
            own = [e for e in asked if (e.attrs.get("method"), e.attrs.get("target")) == (method, target)]
            there = [e for e in own if header(e, "host") == data_host]
            yield seen(cause, *there)
            if not there:
                got = f"{header(own[0], 'host')}" if own else "no such request"
                yield Violation(cause, f"{method} {target} at {data_host}", got, role="rhc", absent=not own, host=host)


@clause("H-031")
def error_is_handed_over(told: Told) -> Judged:
    """The body of an answer with status 400 or above is the data of Dispatch like any other."""
    for message in _messages(told):
        url = member(body(message), "content")
        target = urlsplit(url)._replace(scheme="", netloc="").geturl() if isinstance(url, str) else None
        for asked in told.history.named("remediations.getRemediationPlaybook.request", host=message.host):
            answer = told.history.answer(asked)
            if asked.attrs.get("target") != target or answer is None or answer.attrs.get("status", 0) < ERROR:
                continue
            calls = list(_dispatches(told, message))
            yield seen(answer, *calls)
            if not calls:
                yield Violation(answer, "a Dispatch of the answer's body", "none", absent=True)


@clause("H-033")
def content_is_handed_over_as_it_came(told: Told) -> Judged:
    """The data of Dispatch for a worker without remote content is the very text of the message's content."""
    for message in _messages(told):
        content = raw(message, "content")
        for call in _dispatches(told, message):
            if content is None or wants_remote_content(told, call.host, resolve(call, "destination")) is not False:
                continue
            yield seen(call)
            if handed(call) != sha256(content).hexdigest():
                yield Violation(call, f"data {content!r}", f"other data, digest {handed(call)}")


def wants_remote_content(told: Told, host: str | None, worker: object) -> bool | None:
    """What the worker of this unique name last said of it; None where it was not asked."""
    wants: bool | None = None
    for answer in told.history.named("dbus.Properties.Get.return", host=host, sender=worker):
        question = told.history.question(answer)
        if question is not None and resolve(question, "args.1") == "RemoteContent":
            wants = bool(resolve(answer, "args.0"))
    return wants


def raw(message: Event, name: str) -> bytes | None:
    """The text of a member of a JSON object, as it stands in the payload; None where there is none."""
    text = "" if message.payload is None else message.payload.text or ""
    if not isinstance(body(message), dict):
        return None
    at = text.index("{") + 1
    while text[at := _skip(text, at)] != "}":
        key, at = _DECODER.raw_decode(text, _skip(text, at + (text[at] == ",")))
        start = _skip(text, _skip(text, at) + 1)
        _, at = _DECODER.raw_decode(text, start)
        if key == name:
            return text[start:at].encode()
    return None


def _skip(text: str, at: int) -> int:
    while text[at].isspace():
        at += 1
    return at


def _messages(told: Told) -> Iterator[Event]:
    return told.history.named("mqtt.data", leg="host", target="rhc")


def _dispatches(told: Told, message: Event) -> Iterator[Event]:
    asked = member(body(message), "message_id")
    calls = told.history.named("dbus.Worker1.Dispatch.call", host=message.host)
    return (call for call in calls if resolve(call, "args.1") == asked)


def _workers(told: Told, host: str | None) -> set[str]:
    """The directives that a worker had at any time on a host, or that the bus may start one for."""
    names = [resolve(e, "args.0") for e in told.history.named("dbus.DBus.RequestName.call", host=host)]
    names += [resolve(e, "args.0") for e in told.history.named("dbus.DBus.NameOwnerChanged.signal", host=host)]
    for answer in told.history.named("dbus.DBus.ListActivatableNames.return", host=host):
        names += resolve(answer, "args.0") or []
    return {str(name).removeprefix(WORKER) for name in names if str(name).startswith(WORKER)}


def _urls(told: Told, host: str) -> Iterator[tuple[Event, str, str]]:
    """What was to be fetched for a host's workers, and where they wanted something posted."""
    for message in _messages(told):
        content = member(body(message), "content")
        if message.host == host and isinstance(content, str) and content.startswith("https://"):
            yield message, "GET", content
    for call in told.history.named("dbus.Dispatcher1.Transmit.call", host=host):
        addr = str(resolve(call, "args.0"))
        if addr.startswith("https://"):
            yield call, "POST", addr
