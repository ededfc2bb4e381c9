"""Wrong ways to obey."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from typing import Any

from fakes.faults.seam import around
from fakes.rhc import commands, envelope
from fakes.rhc.daemon import Daemon
from fakes.rhc.session import Session

KNOWN = ("ping", "disconnect", "reconnect", "cancel")


def answers_a_ping_twice() -> None:
    """Two pongs answer a ping."""

    @around(Daemon, "pong")
    async def _(pong: Any, host: Daemon, response_to: str) -> None:
        await asyncio.gather(pong(host, response_to), pong(host, response_to))


def answers_a_ping_with_its_own_id() -> None:
    """The pong has the ping's id."""

    @around(envelope, "new")
    def _(new: Any, kind: str, **rest: Any) -> Any:
        message = new(kind, **rest)
        return message | {"message_id": message["response_to"]} if kind == "event" else message


def goes_without_leave() -> None:
    """The session is dropped without a DISCONNECT."""

    @around(Session, "disconnect")
    async def _(_disconnect: Any, session: Session) -> None:
        session._up = False
        session._drop()


def goes_in_silence() -> None:
    """The bus is not told that the connector sent the host away."""

    @around(Daemon, "leave")
    async def _(_leave: Any, host: Daemon) -> None:
        await host.hang_up()


def ends_when_it_is_sent_away() -> None:
    """The process ends with the session."""

    @around(Daemon, "leave")
    async def _(leave: Any, host: Daemon) -> None:
        await leave(host)
        # At once: what ends later on would end somebody else's time.
        os._exit(0)


def comes_back_at_once() -> None:
    """The time that a reconnect command gives is not waited for."""

    @around(Daemon, "come_back")
    async def _(come_back: Any, host: Daemon, delay: float) -> None:
        await come_back(host, 0.0)


def comes_back_uncalled() -> None:
    """A reconnect command that gives no time is one that gives none to wait."""

    @around(commands, "_reconnect")
    async def _(reconnect: Any, host: Any, arguments: Mapping[str, str]) -> None:
        await reconnect(host, {"delay": "0", **arguments})


def cancels_the_command() -> None:
    """The ids of the command and of what it cancels change places."""

    @around(Daemon, "cancel")
    async def _(cancel: Any, host: Daemon, directive: str, message_id: str, cancel_id: str) -> None:
        await cancel(host, directive, cancel_id, message_id)


def cancels_what_nobody_named() -> None:
    """What a cancel command lacks is made up."""

    @around(commands, "_cancel")
    async def _(cancel: Any, host: Any, message_id: str, arguments: Mapping[str, str]) -> None:
        await cancel(host, message_id, {"directive": "rhc-worker-playbook", "messageID": message_id, **arguments})


def leaves_over_gibberish() -> None:
    """What is not understood ends the session."""

    @around(commands, "obey")
    async def _(obey: Any, host: Any, payload: bytes) -> None:
        if _is_command(payload):
            await obey(host, payload)
        else:
            await host.hang_up()


def answers_gibberish() -> None:
    """A command that is not known is answered like a ping."""

    @around(commands, "obey")
    async def _(obey: Any, host: Any, payload: bytes) -> None:
        await obey(host, payload)
        if not _is_command(payload) and b"dance" in payload:
            await host.pong(json.loads(payload)["message_id"])


def _is_command(payload: bytes) -> bool:
    try:
        message = envelope.control(payload)
        return message.type == "command" and envelope.command(message.content).command in KNOWN
    except envelope.BadMessage:
        return False
