"""What cases of rhc have given: commands and data that no flow brings, workers of the kit's own, files that change."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from hopcheck.topology.bus_guest import DIRECTIVE, POLICY, BusGuest
from hopcheck.topology.given.client import VERIFIER
from hopcheck.topology.given.known import given
from hopcheck.topology.host import Host
from hopcheck.topology.host_config import FACTS, File, yggdrasil
from hopcheck.topology.ports import free_ports
from hopcheck.topology.process import READY_TIMEOUT_S
from hopcheck.topology.scene import Scene
from hopcheck.trace import Event, TraceTimeout

_homes: WeakKeyDictionary[Scene, Host] = WeakKeyDictionary()
PLAYBOOK = "/api/remediations/v1/remediations/{}/playbook?hosts={}&localhost"
JOURNAL = "/var/lib/yggdrasil/journal.db"
END = 2
PLAYBOOK_WORKER = "rhc-worker-playbook"
CLIENT_ID = "/var/lib/yggdrasil/client-id"
CONNECTED_S = 5.0
NOBODY = "localhost:1"
"""Where nobody listens."""
TAGS = """\
room = "b1"
rack = 7
cooled = true
share = 0.5
"""
BOUNDARY = "hopcheck-guest"
UPLOAD = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


@given("a ping")
def _ping(scene: Scene) -> None:
    host = scene.first_host
    asked = _tell(scene, host, _command("ping"))
    scene.wait(lambda e: _is_pong(e, asked), "a pong")


@given("a command to disconnect")
def _disconnect(scene: Scene) -> None:
    host, began = scene.host(), len(scene.trace)
    _tell(scene, host, _command("disconnect"))
    with suppress(TraceTimeout):
        _fence(scene, host, began)
        # As long as another host takes from its first word to the connector's.
        scene.fence()
    # Whatever became of the session: whether the process is still there is asked of itself.
    scene.call(_bus_guest(scene, host).list_workers())


@given("a command to reconnect in a second")
def _reconnect(scene: Scene) -> None:
    host, began = scene.host(), len(scene.trace)
    _tell(scene, host, _command("reconnect", delay="1"))
    scene.wait(
        lambda e: e.seq > began and _of(host, e) and e.op == "CONNECT", f"{host.identity.name} to connect once more"
    )
    # As long as another host takes from its first word to the connector's: what there is to be said has been said then.
    scene.fence()


@given("a command to reconnect that tells no time")
def _reconnect_some_time(scene: Scene) -> None:
    host, began = scene.host(), len(scene.trace)
    _tell(scene, host, _command("reconnect"))
    _fence(scene, host, began)
    scene.call(_bus_guest(scene, host).list_workers())
    # As long as another host takes from its first word to the connector's.
    scene.fence()


@given("a command to cancel")
def _cancel(scene: Scene) -> None:
    host, began = scene.first_host, len(scene.trace)
    _tell(scene, host, _command("cancel", directive="rhc-worker-playbook", messageID=str(uuid.uuid4())))
    scene.wait(lambda e: e.seq > began and _is_call(host, e, "Cancel"), "the worker to be told")


@given("commands to cancel that lack a part")
def _cancel_something(scene: Scene) -> None:
    host, began = scene.first_host, len(scene.trace)
    _tell(scene, host, _command("cancel", directive="rhc-worker-playbook"))
    _tell(scene, host, _command("cancel", messageID=str(uuid.uuid4())))
    _fence(scene, host, began)


@given("control messages that nobody understands")
def _gibberish(scene: Scene) -> None:
    host, began = scene.host(), len(scene.trace)
    for message in (
        b"",
        b"no JSON",
        json.dumps([_command("ping")]).encode(),
        _command("ping") | {"type": "request"},
        _command("dance"),
    ):
        _tell(scene, host, message)
        if not _fence(scene, host, began):
            return


@given("a data message with a number in its metadata")
def _number_in_metadata(scene: Scene) -> None:
    host = _home(scene)
    _bus_guest(scene, host, worker=True)
    _tell(scene, host, _data(b'"a"', metadata={"attempt": 1}), "data/in")
    _dispatched(scene, host, _data(b'"b"'))


@given("a data message for a worker that is not there")
def _unknown_directive(scene: Scene) -> None:
    host = _home(scene)
    _bus_guest(scene, host, worker=True)
    _tell(scene, host, _data(b'"a"', directive="hopcheck-nobody"), "data/in")
    _dispatched(scene, host, _data(b'"b"'))


@given("data messages for a worker without remote content")
def _verbatim(scene: Scene) -> None:
    host = _home(scene)
    _bus_guest(scene, host, worker=True)
    for content in (b'"https://localhost/"', b'{ "share" : 1.0, "what":"\\u00e9\\/" }', b"[1,\t2]"):
        _dispatched(scene, host, _data(content))


@given("a worker without remote content that transmits")
def _transmits(scene: Scene) -> None:
    guest = _bus_guest(scene, _home(scene), worker=True)
    content = b'{"share": 1.0, "what": "a < b"}'
    scene.call(guest.transmit("hopcheck-guest", content, {"kind": "report"}, str(uuid.uuid4())))


@given("a stranger who transmits")
def _stranger(scene: Scene) -> None:
    guest = _bus_guest(scene, _home(scene))
    url = f"https://{scene.plan.site.name}:{scene.plan.taps.rhc_ingress}/api/ingress/v1/upload"
    scene.call(guest.transmit(url, _form(), UPLOAD, str(uuid.uuid4())))


@given("somebody on the bus who asks rhc for all that it can")
def _all_of_it(scene: Scene) -> None:
    host = scene.host(yggdrasil(scene.plan, f'message-journal = "{JOURNAL}"\n'), POLICY)
    guest, asked = _bus_guest(scene, host, worker=True), str(uuid.uuid4())
    scene.call(guest.list_workers())
    scene.call(guest.list_workers("all of them"))
    scene.call(guest.dispatch(DIRECTIVE, b"content", asked))
    began = len(scene.trace)
    _tell(scene, host, _command("cancel", directive=DIRECTIVE, messageID=asked))
    cancel = scene.wait(lambda e: e.seq > began and _is_call(host, e, "Cancel"), "the kit's worker to be told")
    scene.wait(lambda e: e.exchange == cancel.exchange and e.op == "return", "the answer of the kit's worker")
    scene.call(guest.tell(END, asked))
    scene.wait(lambda e: _is_rebroadcast(host, e, asked), "rhc to tell what the kit's worker told")
    scene.call(guest.message_journal(asked))
    scene.call(guest.message_journal(str(uuid.uuid4())))
    guest.refuses = True
    scene.call(guest.dispatch(DIRECTIVE, b"content", str(uuid.uuid4())))


@given("another host for content")
def _data_host_of_content(scene: Scene) -> None:
    host = _with_data_host(scene, scene.plan.taps.rhc_remediations)
    _bus_guest(scene, host, worker=True, remote_content=True)
    _tell(scene, host, _data(_playbook(NOBODY)), "data/in")
    _asked_for_content(scene, host)


@given("another host for what is transmitted")
def _data_host_of_uploads(scene: Scene) -> None:
    host = _with_data_host(scene, scene.plan.taps.rhc_ingress)
    guest = _bus_guest(scene, host, worker=True, remote_content=True)
    url = f"https://{NOBODY}/api/ingress/v1/upload"
    scene.call(guest.transmit(url, _form(), UPLOAD, str(uuid.uuid4())))


@given("a playbook that is not there")
def _no_playbook(scene: Scene) -> None:
    if scene.plan.settings.generation:
        # It has no bus for a worker of the kit's. The playbook worker asks the verifier about whatever it is given, and
        # would have done so by the time that one has answered the kit, on a busy machine several times.
        _asked_for_content(scene, scene.first_host, PLAYBOOK_WORKER)
        for _ in range(3):
            scene.call(scene.first_host.call(VERIFIER, "--stdin", stdin=b"[]"))
        return
    host = _home(scene)
    _bus_guest(scene, host, worker=True, remote_content=True)
    _asked_for_content(scene, host)
    _asked_for_content(scene, host)


@given("new facts")
def _new_facts(scene: Scene) -> None:
    host = scene.first_host
    facts = {**host.identity.facts(), "fqdn": f"{uuid.uuid4().hex[:6]}.example.com"}
    scene.tell("written", client_id=host.identity.client_id, facts=facts)
    scene.call(host.write(File(FACTS, json.dumps(facts).encode())))
    scene.wait(
        lambda e: _of(host, e) and (_content(e) or {}).get("canonical_facts") == facts, "a connection-status with them"
    )


@given("a client id that is kept")
def _client_id(scene: Scene) -> None:
    host = scene.first_host
    kept = scene.call(host.read(CLIENT_ID))
    scene.tell("found", client_id=host.identity.client_id, path=CLIENT_ID, text=kept)


@given("a host with tags")
def _tags(scene: Scene) -> None:
    beside = Path(yggdrasil(scene.plan).path).with_name("tags.toml")
    scene.host(File(str(beside), TAGS.encode()))


@given("a start without a broker")
def _no_broker(scene: Scene) -> None:
    [port] = free_ports(1)
    _starts_in_vain(scene, port, "a start without a broker")


@given("a start with a broker that speaks TLS 1.2 only")
def _old_broker(scene: Scene) -> None:
    # Who connects does not end, and was seen then.
    _starts_in_vain(scene, scene.old_broker(), "a start with a broker that speaks TLS 1.2 only", CONNECTED_S)


def _starts_in_vain(scene: Scene, broker: int, what: str, patience: float = READY_TIMEOUT_S) -> None:
    host = scene.host()
    scene.call(host.write(yggdrasil(scene.plan, broker=broker)))
    status = scene.call(host.start_in_vain(patience))
    scene.tell("tried", role="rhc", client_id=host.identity.client_id, what=what, status=status)


def _command(name: str, **arguments: str) -> dict[str, Any]:
    return _envelope("command") | {"content": {"command": name, "arguments": arguments, "message": ""}}


def _data(content: bytes, directive: str = DIRECTIVE, metadata: Mapping[str, Any] | None = None) -> bytes:
    """A data message whose content stands there as it is given; the directive is spelled as the platform does."""
    message = _envelope("data") | {"directive": directive.replace("_", "-"), "metadata": metadata or {}}
    return json.dumps(message).encode()[:-1] + b', "content": ' + content + b"}"


def _envelope(kind: str) -> dict[str, Any]:
    sent = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return {"type": kind, "message_id": str(uuid.uuid4()), "response_to": "", "version": 1, "sent": sent}


def _tell(scene: Scene, host: Host, message: Mapping[str, Any] | bytes, end: str = "control/in") -> str:
    """Publish on one of the host's topics; the message's id where it has one."""
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    scene.tell_host(host.identity, payload, end)
    return str(message["message_id"]) if isinstance(message, Mapping) else ""


def _fence(scene: Scene, host: Host, began: int) -> bool:
    """Until the host has handled the commands that it was sent; False where its session has ended since ``began``."""
    asked = _tell(scene, host, _command("ping"))
    seen = scene.wait(
        lambda e: _is_pong(e, asked) or (e.seq > began and _of(host, e) and e.op in ("closed", "DISCONNECT")),
        f"{host.identity.name} to answer or to leave",
    )
    return seen.op == "PUBLISH"


def _dispatched(scene: Scene, host: Host, message: bytes) -> None:
    """Tell a data message, and wait until a worker has it: data messages are handed over in their order."""
    asked = json.loads(message)["message_id"]
    _tell(scene, host, message, "data/in")
    scene.wait(lambda e: _is_call(host, e, "Dispatch") and e.attrs["args"][1] == asked, "a Dispatch of the message")


def _asked_for_content(scene: Scene, host: Host, directive: str = DIRECTIVE) -> None:
    """Tell a data message with the URL of a plan that nobody knows, and wait until rhc was told so."""
    began = len(scene.trace)
    plan = scene.plan
    content = _playbook(f"{plan.site.name}:{plan.taps.rhc_remediations}")
    target = urlsplit(json.loads(content))
    metadata = {"return_url": f"https://{NOBODY}/", "crc_dispatcher_correlation_id": str(uuid.uuid4())}
    _tell(scene, host, _data(content, directive, metadata), "data/in")
    asked = scene.wait(
        lambda e: e.seq > began and e.op == "request" and e.attrs.get("target") == f"{target.path}?{target.query}",
        "rhc to ask for the playbook",
    )
    scene.wait(lambda e: e.exchange == asked.exchange and e.op == "response", "the answer to rhc")


def _playbook(place: str) -> bytes:
    return json.dumps(f"https://{place}{PLAYBOOK.format(uuid.uuid4(), uuid.uuid4())}").encode()


def _form() -> bytes:
    """The upload of a worker that has nothing but begun."""
    event = {
        "event": "executor_on_start",
        "uuid": str(uuid.uuid4()),
        "counter": -1,
        "stdout": "",
        "start_line": 0,
        "end_line": 0,
        "event_data": {"crc_dispatcher_correlation_id": str(uuid.uuid4())},
    }
    head = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="file"; filename="runner-events"\r\n'
        "Content-Type: application/vnd.redhat.playbook.v1+jsonl\r\n\r\n"
    )
    return f"{head}{json.dumps(event)}\n\r\n--{BOUNDARY}--\r\n".encode()


def _home(scene: Scene) -> Host:
    """The host on whose bus the kit's own clients are."""
    if scene not in _homes:
        _homes[scene] = scene.host(POLICY)
    return _homes[scene]


def _with_data_host(scene: Scene, port: int) -> Host:
    data_host = f"{scene.plan.site.name}:{port}"
    host = scene.host(yggdrasil(scene.plan, f'data-host = "{data_host}"\n'), POLICY)
    scene.tell("configured", client_id=host.identity.client_id, data_host=data_host)
    return host


def _bus_guest(scene: Scene, host: Host, *, worker: bool = False, remote_content: bool = False) -> BusGuest:
    """A client of the kit's own on a host's bus, for this case; where it is a ``worker``, rhc knows it on return."""
    guest, began = BusGuest(host.bus_tap), len(scene.trace)
    scene.call(guest.connect())
    scene.afterwards(lambda: scene.call(guest.leave()))
    if worker:
        scene.call(guest.become_worker(remote_content=remote_content))
        # Not until it is listed: a map that is the same is not told again.
        scene.wait(
            lambda e: e.seq > began and _is_call(host, e, "Get") and str(e.attrs["path"]).endswith(f"/{DIRECTIVE}"),
            "rhc to ask for the features of the kit's worker",
        )
    return guest


def _of(host: Host, event: Event) -> bool:
    """Whether an event is of the host's own MQTT session."""
    return event.host == host.identity.client_id and event.attrs.get("leg") == "host"


def _is_call(host: Host, event: Event, member: str) -> bool:
    return (event.host, event.op, event.attrs.get("member")) == (host.identity.client_id, "call", member)


def _is_rebroadcast(host: Host, event: Event, asked: str) -> bool:
    """Whether rhc tells its bus what a worker told of a message."""
    member = (event.host, event.op, event.attrs.get("member"))
    return member == (host.identity.client_id, "signal", "WorkerEvent") and asked in event.attrs["args"]


def _is_pong(event: Event, asked: str) -> bool:
    body = event.payload.json if event.op == "PUBLISH" and event.payload is not None else None
    return isinstance(body, dict) and (body.get("content"), body.get("response_to")) == ("pong", asked)


def _content(event: Event) -> dict[str, Any] | None:
    """The content of what rhc publishes, where that is an object."""
    if event.op != "PUBLISH" or event.source != "rhc" or event.payload is None:
        return None
    body = event.payload.json
    content = body.get("content") if isinstance(body, dict) else None
    return content if isinstance(content, dict) else None
