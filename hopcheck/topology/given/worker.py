"""What cases of rhc-worker-playbook have given: messages that lack what Playbook Dispatcher always says."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from hopcheck.topology.gate import Gate
from hopcheck.topology.given.known import given
from hopcheck.topology.scene import Scene
from hopcheck.trace import Event

RUNNER = "rhc-worker-playbook>ansible-runner"
NOWHERE = "http://localhost:1/upload"
"""Where nobody is, for what must not be uploaded at all."""
END = 2


class Refusal(BaseHTTPRequestHandler):
    """Takes whatever is posted, and refuses it: upstream's daemon never answers for an address that nobody serves."""

    def do_POST(self) -> None:
        """Read it whole, and say no."""
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(500)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody asks."""


@given("a message without a return address")
def _no_return_url(scene: Scene) -> None:
    _ended(scene, _tell(scene, {"crc_dispatcher_correlation_id": str(uuid.uuid4()), "response_interval": "0"}))


@given("a message without a correlation id")
def _no_correlation_id(scene: Scene) -> None:
    _ended(scene, _tell(scene, {"return_url": NOWHERE, "response_interval": "0"}))


@given("a message without a response interval")
def _no_response_interval(scene: Scene) -> None:
    host, began = scene.first_host.identity.client_id, len(scene.trace)
    gate = Gate(scene.first_host)
    url = f"https://{scene.plan.site.name}:{scene.plan.taps.rhc_ingress}/api/ingress/v1/upload"
    asked = _tell(
        scene,
        {"crc_dispatcher_correlation_id": str(uuid.uuid4()), "return_url": url},
        f"{scene.values['plan']}/playbook?hosts={scene.values['system']}&localhost",
    )
    scene.wait(
        lambda e: e.seq > began and (e.host, e.edge, e.op) == (host, RUNNER, "spawn"), "ansible-runner to be called"
    )
    gate.open()
    scene.afterwards(gate.close)
    _ended(scene, asked)


@given("an address that takes no upload")
def _refused_upload(scene: Scene) -> None:
    server = ThreadingHTTPServer((scene.plan.site.address, 0), Refusal)
    scene.afterwards(server.server_close)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    scene.afterwards(server.shutdown)
    url = f"http://{scene.plan.site.name}:{server.server_port}/upload"
    correlation_id = str(uuid.uuid4())
    metadata = {"crc_dispatcher_correlation_id": correlation_id, "return_url": url, "response_interval": "0"}
    _ended(scene, _tell(scene, metadata))


def _tell(scene: Scene, metadata: Mapping[str, str], playbook: str | None = None) -> str:
    """Tell the first host's worker to run a playbook, where none is said that of an unknown plan; the message's id."""
    plan, message_id = scene.plan, str(uuid.uuid4())
    place = f"https://{plan.site.name}:{plan.taps.rhc_remediations}/api/remediations/v1/remediations/"
    message = {
        "type": "data",
        "message_id": message_id,
        "response_to": "",
        "version": 1,
        "sent": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "directive": "rhc-worker-playbook",
        "metadata": dict(metadata),
        "content": place + (playbook or f"{uuid.uuid4()}/playbook?hosts={uuid.uuid4()}&localhost"),
    }
    scene.tell_host(scene.first_host.identity, json.dumps(message).encode(), "data/in")
    return message_id


def _ended(scene: Scene, message_id: str) -> None:
    def ended(event: Event) -> bool:
        arguments = event.attrs.get("args") or []
        return (event.op, event.attrs.get("member")) == ("signal", "Event") and arguments[:2] == [END, message_id]

    scene.wait(ended, "the worker's END")
