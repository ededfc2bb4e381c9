"""A host under generated messages: the kit publishes in Cloud Connector's place, and sees whether rhc still serves."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from hopcheck.checks.judge import Judge
from hopcheck.topology.bus_guest import DIRECTIVE, POLICY, BusGuest
from hopcheck.topology.host import Host
from hopcheck.topology.scene import Scene
from hopcheck.trace import Event, Trace, TraceTimeout

ROLE = "rhc"
PATIENCE_S = 5.0
"""How long a host may take to answer what everybody may ask of it."""
T = TypeVar("T")
Sent = tuple[str, bytes]
"""The end of a topic, and what is published there."""


class Wire:
    """Puts sequences of messages to a host with rhc, one after the other; to a new one where one has broken down."""

    def __init__(self, scene: Scene, judge: Judge) -> None:
        self._scene, self._judge = scene, judge
        self._host: Host | None = None
        self._worker: BusGuest | None = None

    def put(self, sequence: Sequence[Sent]) -> str | None:
        """What is wrong afterwards, None where nothing is. Raises `StartError` where no host comes up."""
        host = self._up()
        began = len(self._scene.trace)
        for end, payload in sequence:
            self._scene.tell_host(host.identity, payload, end)
        wrong = self._unanswered(host)
        if wrong is None:
            _, breaches, _ = self._judge.check(Trace(self._scene.trace.events[began:]))
            # What it hands on to workers is as wrong as what it was told.
            broken = [breach for event, breach in breaches if breach.role == ROLE and event.protocol == "mqtt"]
            return f"{broken[0].place}: {broken[0].expected}: {broken[0].got}" if broken else None
        self._scene.trace.heal()
        self.close()
        return wrong

    def close(self) -> None:
        """Let the kit's own worker go; the host stays until the end."""
        if self._worker is not None:
            with suppress(OSError, EOFError):
                self._scene.call(self._worker.leave())
        self._host = self._worker = None

    def _up(self) -> Host:
        if self._host is None:
            self._host = self._scene.host(POLICY)
            began = len(self._scene.trace)
            self._worker = BusGuest(self._host.bus_tap)
            self._scene.call(self._worker.connect())
            self._scene.call(self._worker.become_worker(remote_content=False))
            client_id = self._host.identity.client_id
            self._scene.wait(
                lambda e: e.seq > began and _is_call(e, client_id, "Get") and str(e.attrs["path"]).endswith(DIRECTIVE),
                "rhc to ask for the features of the kit's worker",
            )
        return self._host

    def _unanswered(self, host: Host) -> str | None:
        """What rhc owes for a ping and for a message to a worker, which both come last."""
        client_id, ping, data = host.identity.client_id, str(uuid.uuid4()), str(uuid.uuid4())
        self._scene.tell_host(host.identity, _message("command", ping, content={"command": "ping", "arguments": None}))
        told = {"directive": DIRECTIVE.replace("_", "-"), "metadata": {}, "content": "the last"}
        self._scene.tell_host(host.identity, _message("data", data, **told), "data/in")
        return self._missing(lambda e: _is_pong(e, ping), "a pong (H-018)") or self._missing(
            lambda e: _is_call(e, client_id, "Dispatch") and e.attrs["args"][1] == data, "a Dispatch (H-032)"
        )

    def _missing(self, matches: Callable[[Event], bool], what: str) -> str | None:
        try:
            self._scene.trace.wait_for(matches, what=what, timeout=PATIENCE_S)
        except TraceTimeout as error:
            return f"{what}: {str(error).splitlines()[0]}"
        return None


def reduced(sequence: Sequence[T], fails: Callable[[Sequence[T]], bool]) -> list[T]:
    """The messages of a sequence that fails without which it does not."""
    left = list(sequence)
    shorter = True
    while shorter:
        shorter = False
        for number in reversed(range(len(left))):
            without = [*left[:number], *left[number + 1 :]]
            if without and fails(without):
                left, shorter = without, True
    return left


def _message(kind: str, message_id: str, **more: Any) -> bytes:
    sent = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    told = {"type": kind, "message_id": message_id, "response_to": "", "version": 1, "sent": sent, **more}
    return json.dumps(told).encode()


def _is_call(event: Event, client_id: str, member: str) -> bool:
    return (event.host, event.op, event.attrs.get("member")) == (client_id, "call", member)


def _is_pong(event: Event, asked: str) -> bool:
    body = event.payload.json if event.op == "PUBLISH" and event.payload is not None else None
    return isinstance(body, dict) and (body.get("content"), body.get("response_to")) == ("pong", asked)
