"""Commands from the connector, and what rhc makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.predicate import resolve
from hopcheck.trace import Event

DAEMON = "com.redhat.Yggdrasil1"
COMMANDS = ("ping", "disconnect", "reconnect", "cancel")
LEAVING = ("disconnect", "reconnect")
RECEIVED_DISCONNECT = 1
SECOND = 1_000_000_000
PATIENCE = 5 * SECOND
"""How long after its time a host that does not come back is missed."""
_DELAY = re.compile(r"[0-9]+", re.ASCII)


@clause("H-019")
def disconnect_is_obeyed(told: Told) -> Judged:
    """After a disconnect command: a DISCONNECT, a Dispatcher1.Event 1, and a process that still answers."""
    settling = _settling(told)
    for command in commands(told, "disconnect"):
        leave = _next(told, command, "mqtt.disconnect", connection=command.attrs.get("connection"))
        signals = told.history.named("dbus.Dispatcher1.Event.signal", host=command.host)
        event = next((e for e in signals if e.seq > command.seq and resolve(e, "args.0") == RECEIVED_DISCONNECT), None)
        yield seen(command, leave, event)
        if leave is None:
            yield Violation(command, "a DISCONNECT", "none", absent=True)
        if event is None:
            yield Violation(command, f"Dispatcher1.Event {RECEIVED_DISCONNECT}", "none", absent=True)
        for asked in told.history.named("dbus.Yggdrasil1.ListWorkers.call", host=command.host):
            answer = told.history.answer(asked) if asked.seq > command.seq else None
            if answer is not None and answer.op == "error":
                yield Violation(answer, "a process that lives on", str(answer.attrs.get("error_name")))
        for gone in told.history.named("dbus.DBus.NameOwnerChanged.signal", host=command.host):
            if command.seq < gone.seq < settling and gone.attrs["args"][0] == DAEMON and not gone.attrs["args"][2]:
                yield Violation(gone, "a process that lives on", f"{DAEMON} left the bus")


@clause("H-020")
def reconnect_keeps_its_time(told: Told) -> Judged:
    """After a reconnect command the host connects once more, and no earlier than the command says."""
    end = max((event.t for event in told.history.trace), default=0)
    for command in commands(told, "reconnect"):
        delay = member(body(command), "content", "arguments", "delay")
        if not isinstance(delay, str) or not _DELAY.fullmatch(delay):
            continue
        due = command.t + int(delay) * SECOND
        back = _next(told, command, "mqtt.connect", host=command.host)
        if back is not None:
            yield seen(command, back)
            if back.t < due:
                took = (back.t - command.t) / SECOND
                yield Violation(back, f"a session after {delay} s", f"one after {took:.3f} s", role="rhc")
        elif end > due + PATIENCE:
            yield Violation(command, f"a session after {delay} s", "none", role="rhc", absent=True)


@clause("H-021")
def reconnect_without_time_leaves_offline(told: Told) -> Judged:
    """After a reconnect command whose delay is missing or no number the process connects no more."""
    for command in commands(told, "reconnect"):
        delay = member(body(command), "content", "arguments", "delay")
        if delay is None or (isinstance(delay, str) and not _DELAY.fullmatch(delay.lstrip("+-"))):
            back = _next(told, command, "mqtt.connect", host=command.host)
            yield seen(command)
            if back is not None:
                yield Violation(back, "no session until rhc is started again", "one")


@clause("H-022")
def cancel_is_passed_on(told: Told) -> Judged:
    """A cancel command is one Cancel call: the directive with underscores, the command's id, the message's id."""
    for command in commands(told, "cancel"):
        directive, message_id = _cancelled(command)
        if not isinstance(directive, str) or not isinstance(message_id, str):
            continue
        asked = [directive.replace("-", "_"), member(body(command), "message_id"), message_id]
        calls = [
            e
            for e in told.history.named("dbus.Worker1.Cancel.call", host=command.host)
            if set(asked[1:]) & set(e.attrs.get("args") or ())
        ]
        yield seen(command, *calls)
        if len(calls) != 1:
            yield Violation(command, "one Cancel call", f"{len(calls)}", absent=not calls)
        elif (got := calls[0].attrs.get("args")) != asked:
            yield Violation(calls[0], f"Cancel {asked}", str(got))


@clause("H-023")
def cancel_of_nothing_has_no_effect(told: Told) -> Judged:
    """A cancel command without directive or message id calls no worker and is not answered."""
    for command in commands(told, "cancel"):
        if None not in _cancelled(command):
            continue
        asked = {member(body(command), "message_id"), *filter(None, _cancelled(command)[1:])}
        yield seen(command)
        for call in told.history.named("dbus.Worker1.Cancel.call", host=command.host):
            if asked & set(call.attrs.get("args") or ()):
                yield Violation(call, "no Cancel call", str(call.attrs.get("args")))
        for answer in _answers(told, command):
            yield Violation(answer, "no answer", str(told.history.name(answer)))


@clause("H-024")
def gibberish_has_no_effect(told: Told) -> Judged:
    """A control message that says no command is not answered, and does not end the session."""
    settling = _settling(told)
    for message in told.history.named("mqtt.command", leg="host", target="rhc"):
        if _command(message) in COMMANDS:
            continue
        yield seen(message)
        for answer in _answers(told, message):
            yield Violation(answer, "no answer", str(told.history.name(answer)))
        end = _left(told, message)
        if end is not None and end.seq < settling:
            yield Violation(end, "a session that goes on", str(told.history.name(end)))
        meant = {member(body(each), "message_id") for name in COMMANDS for each in commands(told, name)}
        for event in told.history.named("mqtt.event", leg="host", source="rhc", host=message.host):
            asked = member(body(event), "response_to")
            if event.seq > message.seq and asked not in {*meant, member(body(message), "message_id")}:
                yield Violation(event, "an answer to a command", str(asked))


def commands(told: Told, name: str) -> Iterator[Event]:
    """The commands of this name that were delivered to hosts."""
    delivered = told.history.named("mqtt.command", leg="host", target="rhc")
    return (event for event in delivered if _command(event) == name)


def _settling(told: Told) -> int:
    """From here on hosts end because the kit ends them."""
    return min((event.seq for event in told.history.kit("settling")), default=len(told.history.trace) + 1)


def _command(message: Event) -> Any:
    document = body(message)
    return member(document, "content", "command") if member(document, "type") == "command" else None


def _cancelled(command: Event) -> tuple[Any, Any]:
    arguments = member(body(command), "content", "arguments")
    return member(arguments, "directive"), member(arguments, "messageID")


def _next(told: Told, after: Event, name: str, **fields: Any) -> Event | None:
    found = told.history.named(name, leg="host", source="rhc", **fields)
    return next((event for event in found if event.seq > after.seq), None)


def _answers(told: Told, message: Event) -> Iterator[Event]:
    """What the host published in answer to a message that has an id."""
    asked = member(body(message), "message_id")
    said = told.history.named("mqtt.connectionStatus", "mqtt.event", "mqtt.dataOut", leg="host", source="rhc")
    return (e for e in said if asked and e.host == message.host and member(body(e), "response_to") == asked)


def _left(told: Told, message: Event) -> Event | None:
    """How the host itself ended this session, unless it was told to."""
    own = {"leg": "host", "connection": message.attrs.get("connection")}
    if any(each.attrs.get("connection") == own["connection"] for name in LEAVING for each in commands(told, name)):
        return None
    ends = told.history.named("mqtt.disconnect", "mqtt.closed", source="rhc", **own)
    return next((event for event in ends if event.seq > message.seq), None)
