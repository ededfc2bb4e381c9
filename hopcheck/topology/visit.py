"""Visitors on a machine: who knocks at the platform's doors with some certificate, or asks rhc on the bus."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from hopcheck.topology.containers import places
from hopcheck.topology.host import Ground
from hopcheck.topology.host_config import File
from hopcheck.topology.pki import Authority, Pair
from hopcheck.trace import Event

if TYPE_CHECKING:
    from hopcheck.topology.containers.container_host import ContainerHost

HERE = "/etc/pki/hopcheck"
FACTS = "/var/lib/yggdrasil/canonical-facts.json"
YGGDRASIL = "com.redhat.Yggdrasil1"


@dataclass(frozen=True, slots=True)
class Errand:
    """What a visitor does, which returns what it says of it, and the events that answer it, by their names."""

    act: Callable[[ContainerHost, Ground], Awaitable[str]]
    over: Mapping[str, Callable[[Event], bool]]


def _own(ground: Ground, client_id: str) -> Pair:
    return ground.authority.issue(client_id)


def _expired(ground: Ground, client_id: str) -> Pair:
    return ground.authority.issue(client_id, until=datetime.now(UTC) - timedelta(days=1))


def _foreign(ground: Ground, client_id: str) -> Pair:
    return Authority(ground.directory / f"foreign-{uuid4().hex[:6]}").issue(client_id)


def _of_another(ground: Ground, _: str) -> Pair:
    return ground.authority.issue(str(uuid4()))


CERTIFICATES: Mapping[str, Callable[[Ground, str], Pair]] = {
    "its own": _own,
    "expired": _expired,
    "of a foreign authority": _foreign,
    "in another system's name": _of_another,
}


def shows(certificate: str) -> Errand:
    """Somebody who shows this certificate at both doors of the broker, then at the gateway."""
    return Errand(
        partial(_show, certificate=certificate),
        {
            "the broker's answer": lambda e: e.tap == "mqtt:passthrough" and e.op in ("refused", "closed"),
            "what the broker takes": lambda e: e.tap == "mqtt:visitors" and e.op in ("refused", "closed"),
            "the system's own word after it": lambda e: _to_connector(e) == "connection-status",
            "the gateway's answer": lambda e: e.edge == "rhc>ingress" and e.op in ("refused", "response"),
        },
    )


def _to_connector(event: Event) -> str | None:
    """The type of a message that Cloud Connector gets from a host."""
    if event.op != "PUBLISH" or event.target != "cloud-connector" or event.payload is None:
        return None
    body = event.payload.json
    return body.get("type") if isinstance(body, dict) else None


def asks_for_workers(user: str) -> Errand:
    """Somebody who asks rhc for its workers on the bus."""
    answers = ("return", "error")
    return Errand(
        partial(_ask, user=user),
        {"an answer": lambda e: e.attrs.get("member") == "ListWorkers" and e.op in answers},
    )


async def _ask(host: ContainerHost, _: Ground, user: str) -> str:
    path = "/" + YGGDRASIL.replace(".", "/")
    asked = ("busctl", "--system", "call", YGGDRASIL, path, YGGDRASIL, "ListWorkers")
    return await host.machine.run(*asked, user=user, check=False)


async def _show(host: ContainerHost, ground: Ground, certificate: str) -> str:
    client_id, plan = host.identity.client_id, ground.plan
    pair = CERTIFICATES[certificate](ground, client_id)
    cert, key = f"{HERE}/visitor.cert.pem", f"{HERE}/visitor.key.pem"
    await host.machine.put([File(cert, pair.cert.read_bytes()), File(key, pair.key.read_bytes(), 0o600)])
    told = {
        "name": plan.site.name,
        "mqtt": [plan.taps.mqtt_passthrough, plan.taps.mqtt_visitors],
        "https": plan.taps.rhc_ingress,
        "cert": cert,
        "key": key,
        "ca": f"{HERE}/ca.pem",
        "client_id": f"{client_id}-visitor",
        "topic": f"redhat/insights/{client_id}/control/out",
        "message": json.dumps(_pong()),
    }
    said = await host.machine.run(places.PYTHON, f"{places.LIBEXEC}/visitor.py", json.dumps(told))
    # The system itself speaks last: what the broker passes on to the connector, it passes on in this order.
    await host.machine.run("sh", "-ec", f"cp {FACTS} {FACTS}.same; cat {FACTS}.same >{FACTS}; rm {FACTS}.same")
    return said


def _pong() -> dict[str, object]:
    """An answer to a ping that nobody sent, which does no harm."""
    sent = datetime.now(UTC).isoformat()
    ids = {"message_id": str(uuid4()), "response_to": str(uuid4())}
    return {"type": "event", **ids, "version": 1, "sent": sent, "content": "pong"}
