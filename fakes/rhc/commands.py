"""Commands from ``control/in`` (facts 1.4)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Protocol

from dbus_fast.errors import DBusError

from fakes.rhc import envelope
from fakes.rhc.workers import scrub

log = logging.getLogger(__name__)


class Host(Protocol):
    """What a command may do to the daemon."""

    async def pong(self, response_to: str) -> None: ...

    async def leave(self) -> None: ...

    async def hang_up(self) -> None: ...

    async def come_back(self, delay: float) -> None: ...

    async def cancel(self, directive: str, message_id: str, cancel_id: str) -> None: ...


async def obey(host: Host, payload: bytes) -> None:
    """Carry one control message out; what is not understood is logged and has no effect (H-024)."""
    try:
        message = envelope.control(payload)
        if message.type != "command":
            raise envelope.BadMessage(f"unsupported control message type {message.type!r}")
        command = envelope.command(message.content)
    except envelope.BadMessage as error:
        log.error("control message dropped: %s", error)
        return
    match command.command:
        case "ping":
            await host.pong(message.message_id)
        case "disconnect":
            await host.leave()
        case "reconnect":
            await _reconnect(host, command.arguments)
        case "cancel":
            await _cancel(host, message.message_id, command.arguments)
        case unknown:
            log.error("unknown command %r", unknown)


async def _reconnect(host: Host, arguments: Mapping[str, str]) -> None:
    # Upstream leaves first and reads the delay then, so a bad one leaves the host offline (H-021).
    await host.hang_up()
    delay = arguments.get("delay", "")
    if not re.fullmatch(r"[+-]?[0-9]+", delay, re.ASCII):
        log.error("reconnect: %r is not a number of seconds", delay)
        return
    await host.come_back(max(0.0, float(delay)))


async def _cancel(host: Host, message_id: str, arguments: Mapping[str, str]) -> None:
    directive, cancel_id = arguments.get("directive"), arguments.get("messageID")
    if directive is None or cancel_id is None:
        log.error("cancel: directive and messageID are needed")
        return
    try:
        await host.cancel(scrub(directive), message_id, cancel_id)
    except (DBusError, ValueError) as error:
        log.error("cannot cancel %s: %s", cancel_id, error)
