"""A whole remediation run as events, to be bent one event at a time."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from hopcheck.trace import Draft, Event, Payload, Redactor, Trace

CONTRACTS = Path(__file__).parents[2] / "contracts"
HOST = "0d5ac1de-0000-4000-8000-000000000001"
PLAN = "0d5ac1de-0000-4000-8000-0000000000aa"
RUN = "0d5ac1de-0000-4000-8000-0000000000bb"
DISPATCHER_RUN = "0d5ac1de-0000-4000-8000-0000000000cc"
MESSAGE = "0d5ac1de-0000-4000-8000-0000000000dd"
CORRELATION = "0d5ac1de-0000-4000-8000-0000000000ee"
INVENTORY = "0d5ac1de-0000-4000-8000-0000000000ff"
MACHINE = "0d5ac1de-0000-4000-8000-000000000abc"
ORG = "5318290"
BASE = "/api/remediations/v1/remediations"
URL = f"https://cert.example:8443{BASE}/{PLAN}/playbook?hosts={INVENTORY}&localhost"
RETURN_URL = "https://cert.example:8443/api/ingress/v1/upload"
WHEN = "2026-01-02T03:04:05.678901+00:00"
SIGNED = (
    "---\n- name: write a file\n  hosts: localhost\n  vars:\n    insights_signature: !!binary c2lnbmF0dXJl\n"
    "    insights_signature_exclude: /hosts,/vars/insights_signature\n  tasks: []\n"
)
PREPARED = "- name: write a file\n  hosts: localhost\n  vars: {}\n  tasks: []\n"
STATE = "/var/lib/rhc-worker-playbook"
ROLES = (
    "remediations-ui",
    "remediations",
    "playbook-dispatcher",
    "cloud-connector",
    "ingress",
    "s3",
    "rhc",
    "rhc-worker-playbook",
    "insights-client",
    "ansible-runner",
)
WORKER, YGGD, DISPATCHER = ":1.7", ":1.2", ":1.3"
WORKER_NAME = "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook"
WORKER_PATH = "/com/redhat/Yggdrasil1/Worker1/rhc_worker_playbook"
JSON = {"content-type": "application/json"}


@dataclass
class World:
    """Drafts with tags, in order. Tags are unique; ``17:u1`` is arrow 17 of upload u1, ``17:u1/answer`` its end."""

    steps: list[tuple[str, Draft]] = field(default_factory=list)

    def add(self, tag: str, draft: Draft) -> World:
        assert tag not in self.tags, tag
        self.steps.append((tag, draft))
        return self

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.steps]

    def draft(self, tag: str) -> Draft:
        return self.steps[self.index(tag)][1]

    def index(self, tag: str) -> int:
        return self.tags.index(tag)

    def seq(self, tag: str) -> int:
        return self.index(tag) + 1

    def other(self, ids: dict[str, str], suffix: str) -> World:
        """The same events with other ids of the same length; digests follow, tags and exchanges get a suffix."""
        digests: dict[str, str] = {}
        for _, each in self.steps:
            if each.payload is not None:
                digests[sha256(each.payload).hexdigest()] = sha256(_exchanged(each.payload, ids)).hexdigest()
        steps = []
        for tag, each in self.steps:
            attrs = json.loads(_exchanged(json.dumps(each.attrs).encode(), {**ids, **digests}))
            exchange = None if each.exchange is None else each.exchange + suffix
            payload = None if each.payload is None else _exchanged(each.payload, ids)
            host = None if each.host is None else ids.get(each.host, each.host)
            tap = _exchanged(each.tap.encode(), ids).decode()
            steps.append(
                (tag + suffix, replace(each, attrs=attrs, exchange=exchange, payload=payload, host=host, tap=tap))
            )
        return World(steps)

    def insert(self, world: World, *, before: str) -> World:
        at = self.index(before)
        self.steps[at:at] = world.steps
        return self

    def without(self, *tags: str) -> World:
        for tag in tags:
            del self.steps[self.index(tag)]
        return self

    def only(self, keep: Callable[[str], bool]) -> World:
        self.steps = [(tag, draft) for tag, draft in self.steps if keep(tag)]
        return self

    def move(self, tag: str, *, before: str) -> World:
        step = self.steps.pop(self.index(tag))
        self.steps.insert(self.index(before), step)
        return self

    def on_host(self, host: str, *tags: str) -> World:
        """The same events, seen on another host: its taps, its certificate, its MQTT connection."""
        session = next(d.attrs for _, d in self.steps if d.op == "CONNECT" and d.host == host)
        for tag in tags:
            draft = self.draft(tag)
            attrs: dict[str, Any] = {}
            if draft.attrs.get("tls"):
                attrs = {"tls": {**draft.attrs["tls"], "client_cn": host}}
            elif draft.protocol == "mqtt":
                attrs = {"client_id": host, "connection": session["connection"]}
            self.bend(tag, host=host, tap=draft.tap.replace(str(draft.host), host), attrs=attrs)
        return self

    def repeat(self, tag: str, name: str, *, before: str | None = None, **changes: Any) -> World:
        at = len(self.steps) if before is None else self.index(before)
        self.steps.insert(at, (name, bent(self.draft(tag), **changes)))
        return self

    def bend(self, tag: str, **changes: Any) -> World:
        """Change an event: draft fields by name, everything else is an attribute; ``attrs`` for names that are both."""
        at = self.index(tag)
        self.steps[at] = (tag, bent(self.steps[at][1], **changes))
        return self

    def body(self, tag: str, change: Callable[[Any], Any]) -> World:
        """Change an event's JSON payload in place, or to what ``change`` returns."""
        value = json.loads(self.draft(tag).payload or b"null")
        value = change(value) or value
        return self.bend(tag, payload=json.dumps(value).encode())

    def trace(self) -> Trace:
        return Trace(list(self.events()))

    def events(self) -> Iterator[Event]:
        redactor = Redactor(b"key of the run")
        for seq, (_, d) in enumerate(self.steps, 1):
            payload = None
            if d.payload is not None:
                raw = Payload(d.payload)
                payload = Payload(redactor.payload(d.payload), size=raw.size, sha256=raw.sha256)
            t = seq * 1_000_000
            yield Event(
                seq,
                t,
                d.began or t,
                WHEN,
                d.tap,
                d.edge,
                d.protocol,
                d.op,
                d.source,
                d.target,
                d.exchange,
                d.host,
                redactor.attrs(d.attrs),
                payload,
            )


def _exchanged(data: bytes, ids: dict[str, str]) -> bytes:
    for old, new in ids.items():
        data = data.replace(old.encode(), new.encode())
    return data


def bent(draft: Draft, **changes: Any) -> Draft:
    more = changes.pop("attrs", {})
    own = {name: changes.pop(name) for name in list(changes) if name in Draft.__dataclass_fields__}
    return replace(draft, attrs={**draft.attrs, **changes, **more}, **own)


def kit(op: str, **attrs: Any) -> Draft:
    return Draft("kit", "kit", "kit", op, "kit", "kit", attrs=attrs)


def expect(outcome: str = "complete", **attrs: Any) -> Draft:
    return kit(
        "expect",
        **{"run_key": {"plan": PLAN, "client_id": HOST}, "outcome": outcome, "label": "the run", "order": 1, **attrs},
    )


def identity(kind: str = "User") -> str:
    who: dict[str, Any] = {"type": kind, "org_id": ORG, "internal": {"org_id": ORG}}
    if kind == "System":
        who |= {"system": {"cn": HOST}, "internal": {"org_id": ORG, "auth_type": "cert-auth"}}
    else:
        who["user"] = {"username": "tester"}
    return b64encode(json.dumps({"identity": who}).encode()).decode()


def request(
    edge: str, method: str, target: str, exchange: str, *, body: Any = None, host: str | None = None, **headers: str
) -> Draft:
    source, sink = edge.split(">")
    path, _, query = target.partition("?")
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None and not isinstance(body, bytes):
        given["content-type"] = "application/json"
    tls = {"version": "TLSv1.3", "client_cn": host} if host else None
    return Draft(
        f"http:{edge}",
        edge,
        "http",
        "request",
        source,
        sink,
        exchange,
        host,
        {
            "method": method,
            "target": target,
            "path": path,
            "query": [list(pair) for pair in parse_qsl(query, keep_blank_values=True)],
            "headers": [["host", "server.example"], *map(list, given.items())],
            "version": "1.1",
            "tls": tls,
            "forged": [],
            "complete": True,
        },
        data,
    )


def response(to: Draft, status: int, body: Any = b"", **headers: str) -> Draft:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if not isinstance(body, bytes):
        given = {**JSON, **given}
    return Draft(
        to.tap,
        to.edge,
        "http",
        "response",
        to.target,
        to.source,
        to.exchange,
        to.host,
        {
            "status": status,
            "reason": "",
            "headers": [list(h) for h in given.items()],
            "version": "1.1",
            "complete": True,
        },
        data,
    )


def mqtt(op: str, leg: str, source: str, target: str, *, payload: bytes | None = None, **attrs: Any) -> Draft:
    client = {"client_id": HOST, "connection": "c-host"} if leg == "host" else {"client_id": "cc", "connection": "c-cc"}
    return Draft(
        "mqtt",
        "rhc<>cloud-connector",
        "mqtt",
        op,
        source,
        target,
        None,
        HOST if leg == "host" else None,
        {"leg": leg, **client, **attrs},
        payload,
    )


def publish(leg: str, source: str, target: str, topic: str, body: Any, packet_id: int | None, qos: int = 1) -> Draft:
    payload = b"" if body is None else json.dumps(body).encode()
    return mqtt(
        "PUBLISH",
        leg,
        source,
        target,
        payload=payload,
        topic=f"redhat/insights/{HOST}/{topic}",
        qos=qos,
        retain=False,
        dup=False,
        packet_id=packet_id,
    )


def dbus(
    op: str,
    interface: str,
    member: str,
    args: list[Any],
    sender: str,
    destination: str | None,
    path: str,
    signature: str,
    exchange: str | None = None,
    payload: bytes | None = None,
) -> Draft:
    names = {
        WORKER: [WORKER_NAME],
        YGGD: ["com.redhat.Yggdrasil1"],
        DISPATCHER: ["com.redhat.Yggdrasil1.Dispatcher1"],
        "org.freedesktop.DBus": ["org.freedesktop.DBus"],
    }
    source = "rhc-worker-playbook" if sender == WORKER else "rhc"
    shown = [
        {"bytes": len(payload), "sha256": sha256(payload).hexdigest()} if a is payload and a is not None else a
        for a in args
    ]
    return Draft(
        f"dbus:{HOST}",
        "rhc<>rhc-worker-playbook",
        "dbus",
        op,
        source,
        "rhc" if source == "rhc-worker-playbook" else "rhc-worker-playbook",
        exchange,
        HOST,
        {
            "path": path,
            "interface": interface,
            "member": member,
            "signature": signature,
            "sender": sender,
            "destination": destination,
            "sender_names": names.get(sender, []),
            "destination_names": names.get(destination or "", []),
            "serial": 1,
            "reply_serial": None,
            "error_name": None,
            "args": shown,
        },
        payload,
    )


def owned(name: str, sender: str, exchange: str, op: str = "call") -> Draft:
    bus = "org.freedesktop.DBus"
    if op == "call":
        return dbus("call", bus, "RequestName", [name, 4], sender, bus, "/org/freedesktop/DBus", "su", exchange)
    return bent(dbus("return", bus, "RequestName", [1], bus, sender, "/org/freedesktop/DBus", "u", exchange))


def worker_event(name: int, message_id: str, response_to: str = "") -> Draft:
    return dbus(
        "signal",
        "com.redhat.Yggdrasil1.Worker1",
        "Event",
        [name, message_id, response_to, {}],
        WORKER,
        None,
        WORKER_PATH,
        "ussa{ss}",
    )


def repeated_event(name: int, message_id: str) -> Draft:
    return dbus(
        "signal",
        "com.redhat.Yggdrasil1",
        "WorkerEvent",
        ["rhc_worker_playbook", name, message_id, "", {}],
        YGGD,
        None,
        "/com/redhat/Yggdrasil1",
        "sussa{ss}",
    )


def process(
    op: str, edge: str, program: str, argv: list[str], exchange: str, *, payload: bytes | None = None, **attrs: Any
) -> Draft:
    source, target = edge.split(">")
    if op == "exit":
        source, target = target, source
        attrs = {"status": 0, "signal": None, "stdin": None, "stderr": "", **attrs}
    else:
        attrs = {"env": {"PATH": "/sbin:/bin:/usr/sbin:/usr/bin"}, "cwd": "/", "ppid": 1, **attrs}
    return Draft(
        "process",
        edge,
        "process",
        op,
        source,
        target,
        exchange,
        HOST,
        {"program": program, "argv": [program, *argv], "pid": 42, "files": {}, **attrs},
        payload,
    )


def kafka(topic: str, body: Any, key: str | None = None, offset: int = 0, **headers: str) -> Draft:
    producer = "kafka"
    return Draft(
        f"kafka:{topic}",
        "ingress>playbook-dispatcher",
        "kafka",
        "record",
        producer,
        "playbook-dispatcher",
        None,
        None,
        {
            "topic": topic,
            "partition": 0,
            "offset": offset,
            "key": key,
            "headers": [[n.replace("_", "-"), v] for n, v in headers.items()],
            "timestamp": offset,
        },
        json.dumps(body).encode(),
    )


def text_file(text: str) -> dict[str, Any]:
    return {"size": len(text), "sha256": sha256(text.encode()).hexdigest(), "text": text}


def job_event(event: str, counter: int, correlation_id: str = CORRELATION, **data: str) -> dict[str, Any]:
    return {
        "event": event,
        "uuid": f"0d5ac1de-0000-4000-8000-0000000e{counter + 1:04d}",
        "counter": counter,
        "stdout": "",
        "start_line": 0,
        "end_line": 0,
        "event_data": {"crc_dispatcher_correlation_id": correlation_id, **data},
    }


STREAM = [
    job_event("executor_on_start", -1),
    job_event("playbook_on_start", 1, playbook="p.yaml"),
    {**job_event("runner_on_ok", 2, host="localhost"), "stdout": "ok"},
    job_event("playbook_on_stats", 3),
]


def form(*parts: tuple[str, str, str | None, bytes]) -> bytes:
    out = b""
    for name, filename, content_type, data in parts:
        head = f'--sep\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        head += f"Content-Type: {content_type}\r\n" if content_type else ""
        out += head.encode() + b"\r\n" + data + b"\r\n"
    return out + b"--sep--\r\n"


def jsonl(events: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def stream_form(data: bytes) -> bytes:
    return form(("file", "runner-events", "application/vnd.redhat.playbook.v1+jsonl", data))


def presigned(key: str) -> str:
    return (
        f"/staging/{quote(key)}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2Fb&X-Amz-Date=20260102T030405Z"
        f"&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature={'ab' * 32}"
    )
