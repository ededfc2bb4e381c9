"""What each receiver is sent: messages that Hypothesis makes from the contracts, as they go over the wire."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as of_seed
from hypothesis import strategies as st

from hopcheck.generated.messages import DBUS, KAFKA, LINES, MQTT, Message, Messages
from hopcheck.generated.messages_receivers import (
    NOWHERE,
    UPDATES,
    CloudConnector,
    PlaybookDispatcher,
    Rhc,
    RhcWorkerPlaybook,
    Sent,
)
from hopcheck.generated.messages_sequence import numbered, sequences
from hopcheck.topology.given.runs import ANNOUNCE, SATELLITE_JSONL
from hopcheck.topology.scene import JSONL

LEAVING = (b'"disconnect"', b'"reconnect"')
"""Who is told to leave need not answer; cases are about that."""
OWN, GUEST = b'"rhc-worker-playbook"', b'"hopcheck-guest"'
_URL = re.compile(rb"https?://[^\"\\\s]*")
_PLACES = {"announce": ANNOUNCE, "runnerUpdates": UPDATES, "playbook": JSONL, "playbook-sat": SATELLITE_JSONL}


@dataclass(frozen=True, slots=True)
class Source:
    """The messages' names by protocol, how one is ``sent``, and how many sequences there are for each case asked for.

    ``sent`` gives None for what cannot be put on the wire at all.
    """

    names: Mapping[str, tuple[str, ...]]
    sent: Callable[[Message], Sent | None]
    sequences: int = 4

    def drawn(self, contracts: Path, cases: int, seed: int) -> list[list[Message]]:
        """Sequences of messages, the same for the same seed."""
        found: list[list[Message]] = []
        messages = Messages(contracts)

        @of_seed(seed)
        @settings(
            max_examples=cases * self.sequences,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(sequences(st.one_of([messages.any_of(protocol, *names) for protocol, names in self.names.items()])))
        def draw(sequence: list[Message]) -> None:
            if kept := [each for each in sequence if self.sent(each) is not None]:
                found.append(kept)

        draw()
        return found[: cases * self.sequences]

    def fresh(self, messages: Sequence[Message]) -> list[Sent]:
        """As they are sent, with ids that no other sequence had."""
        of = uuid.uuid4().hex
        return [sent for message in messages if (sent := self.sent(numbered(message, of))) is not None]


def _to_host(message: Message) -> Sent | None:
    """For a worker of the kit's own."""
    if any(word in message.data for word in LEAVING):
        return None
    return Sent((str(message.beside["topic"]),), message.data.replace(OWN, GUEST))


def _of_host(message: Message) -> Sent:
    return Sent((str(message.beside["topic"]),), message.data)


def _to_dispatcher(message: Message) -> Sent:
    """What it would fetch is nowhere."""
    headers = json.dumps(message.beside.get("headers", {}), sort_keys=True)
    ended = b"\n" if message.protocol == LINES else b""
    return Sent((_PLACES[message.name], headers), _URL.sub(NOWHERE.encode(), message.data) + ended)


def _to_worker(message: Message) -> Sent | None:
    """With what Playbook Dispatcher says beside it, half of the time; where it would report to is nowhere."""
    directive, message_id, response_to, metadata, *_ = message.beside["args"]
    if len(message.data) % 2:
        metadata = {"crc_dispatcher_correlation_id": str(uuid.UUID(int=len(message.data))), **metadata}
    metadata = {**metadata, "return_url": NOWHERE}
    arguments = json.dumps([directive, message_id, response_to, metadata], ensure_ascii=False)
    return Sent((arguments,), message.data) if _passes(arguments) else None


def _passes(arguments: str) -> bool:
    """Whether a bus lets them pass: who says a null character or half of a pair is hung up on."""
    try:
        arguments.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in arguments


SOURCES: Mapping[str, Source] = {
    Rhc.role: Source({MQTT: ("command", "data")}, _to_host),
    CloudConnector.role: Source({MQTT: ("connectionStatus", "event", "dataOut")}, _of_host),
    PlaybookDispatcher.role: Source(
        {KAFKA: ("announce", "runnerUpdates"), LINES: ("playbook", "playbook-sat")}, _to_dispatcher
    ),
    RhcWorkerPlaybook.role: Source({DBUS: ("Worker1.Dispatch",)}, _to_worker, sequences=2),
}
