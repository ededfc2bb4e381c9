"""Who gets generated messages over the wire: how each is told one, and how it shows that it still serves."""

from __future__ import annotations

import json
import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from hopcheck.topology.bus_guest import DIRECTIVE, POLICY, BusGuest
from hopcheck.topology.given.runs import ANNOUNCE, SATELLITE_JSONL, Play, settle
from hopcheck.topology.scene import JSONL, Scene
from hopcheck.trace import Event

PATIENCE_S = 5.0
"""How long rhc may take to answer what everybody may ask of it."""
UPDATES = "platform.playbook-dispatcher.runner-updates"
NOWHERE = "http://127.0.0.1:1/"
"""Where nobody is: what nobody should send must not make anybody call somebody else."""
END = 2
"""What a worker says when it is done with a message."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The bytes of a message; ``beside`` is what goes with them, in the order of its receiver's ``columns``."""

    beside: tuple[str, ...]
    data: bytes


class Receiver(ABC):
    """Somebody of this role on a scene that is up. Everything raises `TraceTimeout` or OSError where that one is gone.

    ``places`` is what the first of the columns may hold, where that is not free. ``judged`` are the protocols in which
    whatever it says must keep its contract; in others it hands on what it was told.
    """

    role: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    places: ClassVar[tuple[str, ...]] = ()
    judged: ClassVar[frozenset[str]]

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    @abstractmethod
    def tell(self, sent: Sent) -> None:
        """Send it one message."""

    @abstractmethod
    def serve(self) -> None:
        """Have it do what it owes everybody, after all that it was told. Raises `TraceTimeout` that names it first."""

    def leave(self) -> None:
        """Let what the kit has there go."""
        return


class Rhc(Receiver):
    """A host with rhc: the kit publishes in Cloud Connector's place, and is a worker on its bus."""

    role = "rhc"
    columns = ("topic",)
    places = ("control/in", "data/in")
    judged = frozenset({"mqtt"})

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._host = scene.host(POLICY)
        began = len(scene.trace)
        self._worker = BusGuest(self._host.bus_tap)
        scene.call(self._worker.connect())
        scene.call(self._worker.become_worker(remote_content=False))
        client_id = self._host.identity.client_id
        scene.wait(
            lambda e: e.seq > began and _is_call(e, client_id, "Get") and str(e.attrs["path"]).endswith(DIRECTIVE),
            "rhc to ask for the features of the kit's worker",
        )

    def tell(self, sent: Sent) -> None:
        [end] = sent.beside
        self._scene.tell_host(self._host.identity, sent.data, end)

    def serve(self) -> None:
        """It owes a pong for a ping, and a worker its message."""
        identity, ping, data = self._host.identity, str(uuid.uuid4()), str(uuid.uuid4())
        self._scene.tell_host(identity, _message("command", ping, content={"command": "ping", "arguments": None}))
        told = {"directive": DIRECTIVE.replace("_", "-"), "metadata": {}, "content": "the last"}
        self._scene.tell_host(identity, _message("data", data, **told), "data/in")
        wait, client_id = self._scene.trace.wait_for, identity.client_id
        wait(lambda e: _is_pong(e, ping), what="a pong (H-018)", timeout=PATIENCE_S)
        wait(
            lambda e: _is_call(e, client_id, "Dispatch") and e.attrs["args"][1] == data,
            what="a Dispatch (H-032)",
            timeout=PATIENCE_S,
        )

    def leave(self) -> None:
        with suppress(OSError, EOFError):
            self._scene.call(self._worker.leave())


class RhcWorkerPlaybook(Receiver):
    """The worker on a host's bus: the kit dispatches in rhc's place, and nothing that anybody signed."""

    role = "rhc-worker-playbook"
    columns = ("arguments",)
    judged = frozenset({"http"})

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._host = scene.host(POLICY)
        self._guest = BusGuest(self._host.bus_tap)
        scene.call(self._guest.connect())

    def tell(self, sent: Sent) -> None:
        self._scene.call(self._guest.hand("rhc_worker_playbook", *json.loads(sent.beside[0]), sent.data))

    def serve(self) -> None:
        """It owes an end to whatever is dispatched."""
        message_id = str(uuid.uuid4())
        metadata = {"crc_dispatcher_correlation_id": str(uuid.uuid4()), "return_url": NOWHERE, "response_interval": "0"}
        arguments = ["rhc_worker_playbook", message_id, "", metadata]
        self.tell(Sent((json.dumps(arguments),), b"- hosts: localhost\n"))

        def ended(event: Event) -> bool:
            args = event.attrs.get("args") or []
            return (event.op, event.attrs.get("member")) == ("signal", "Event") and args[:2] == [END, message_id]

        self._scene.wait(ended, "the end of what is dispatched (H-039)")

    def leave(self) -> None:
        with suppress(OSError, EOFError):
            self._scene.call(self._guest.hang_up())


class CloudConnector(Receiver):
    """Cloud Connector: the kit is a host, and says what no host would."""

    role = "cloud-connector"
    columns = ("topic",)
    places = ("control/out", "data/out")
    judged = frozenset({"kafka", "http"})

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._guest = scene.guest()

    def tell(self, sent: Sent) -> None:
        [end] = sent.beside
        self._guest.say(sent.data, end)

    def serve(self) -> None:
        """It takes messages in order, and so knows another host that is online when it is done with these (CON-34)."""
        self._scene.fence()


class PlaybookDispatcher(Receiver):
    """Playbook Dispatcher: the kit announces in Ingress's place, and is a host that uploads."""

    role = "playbook-dispatcher"
    columns = ("place", "headers")
    places = (ANNOUNCE, UPDATES, JSONL, SATELLITE_JSONL)
    judged = frozenset({"kafka", "http"})

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        # Known from here on: whoever asks for runs is a user.
        assert "user" in scene.values
        self._play = Play(scene)

    def tell(self, sent: Sent) -> None:
        place, headers = sent.beside
        if place in (JSONL, SATELLITE_JSONL):
            self._play.upload(sent.data, place)
        else:
            self._scene.record(place, "", sent.data, **json.loads(headers))

    def serve(self) -> None:
        """It takes uploads in order, and so knows another run's success when it is done with these."""
        settle(self._scene)


RECEIVERS: Mapping[str, type[Receiver]] = {
    each.role: each for each in (Rhc, CloudConnector, PlaybookDispatcher, RhcWorkerPlaybook)
}


def _message(kind: str, message_id: str, **more: Any) -> bytes:
    sent = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    told = {"type": kind, "message_id": message_id, "response_to": "", "version": 1, "sent": sent, **more}
    return json.dumps(told).encode()


def _is_call(event: Event, client_id: str, member: str) -> bool:
    return (event.host, event.op, event.attrs.get("member")) == (client_id, "call", member)


def _is_pong(event: Event, asked: str) -> bool:
    body = event.payload.json if event.op == "PUBLISH" and event.payload is not None else None
    return isinstance(body, dict) and (body.get("content"), body.get("response_to")) == ("pong", asked)
