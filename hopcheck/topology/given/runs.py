"""Runs that cases bring about on hosts of the kit's own, and what those hosts upload of them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from hopcheck.topology.aws import presigned
from hopcheck.topology.caller import as_system
from hopcheck.topology.facts import BUCKET, S3_KEY
from hopcheck.topology.guest import Guest
from hopcheck.topology.scene import JSONL, Scene

ANNOUNCE = "platform.upload.announce"
DISPATCHER = "playbook-dispatcher"
RUNS = "/api/playbook-dispatcher/v1/runs"
SATELLITE_JSONL = "application/vnd.redhat.playbook-sat.v3+jsonl"
Event = dict[str, Any]


class Play:
    """A run on a host of the kit's own, and what that host uploads of it."""

    def __init__(self, scene: Scene, **members: Any) -> None:
        self.scene = scene
        self.guest = scene.guest()
        self.run_id, self.correlation_id = scene.dispatch(self.guest, **members)

    @property
    def values(self) -> dict[str, str]:
        """What cases say of it."""
        return {"run": self.run_id, "recipient": self.guest.client_id}

    def tell(self, *events: Event) -> None:
        """Upload these events after the one that names the run."""
        self.upload(lines(start(self.correlation_id), *events))

    def upload(self, content: bytes, kind: str = JSONL) -> None:
        """Hand a file over."""
        self.scene.upload(self.guest, content, kind)


def event(name: str, number: int, stdout: str = "", host: str | None = None, **data: Any) -> Event:
    """One line of an upload, which spans a line of output where it has one."""
    data = data if host is None else {"host": host, **data}
    lines_ = {"start_line": number, "end_line": number + bool(stdout)}
    return {
        "event": name,
        "uuid": str(uuid.uuid4()),
        "counter": number,
        **lines_,
        "stdout": stdout,
        "event_data": data,
    }


def start(correlation_id: str) -> Event:
    """The line that every upload begins with."""
    return event("executor_on_start", -1, crc_dispatcher_correlation_id=correlation_id) | {
        "start_line": 0,
        "end_line": 0,
    }


def lines(*events: Event) -> bytes:
    """Events as an upload has them."""
    return b"".join(json.dumps(each).encode() + b"\n" for each in events)


def good(correlation_id: str, host: str = "localhost") -> bytes:
    """An upload that tells of a success."""
    done = [event("runner_on_ok", 1, "ok", host), event("playbook_on_stats", 2, "recap")]
    return lines(start(correlation_id), *done)


def settle(scene: Scene) -> None:
    """Until the dispatcher has handled every upload so far: it takes them in order, and tells when it had the last."""
    last = Play(scene)
    last.upload(good(last.correlation_id))
    scene.until(
        lambda: scene.ask(
            DISPATCHER,
            "GET",
            # Not by status: a page is counted and read at two moments, between which that may change.
            f"{RUNS}?filter[recipient]={last.guest.client_id}",
            headers={"x-rh-identity": "${user}"},
        ),
        lambda answer: answer.status == 200 and [run["status"] for run in answer.json["data"]] == ["success"],
        "a run that was uploaded last as a success",
    )


class SatellitePlay(Play):
    """A run on one host of a Satellite of the kit's own."""

    def __init__(self, scene: Scene) -> None:
        self.host = str(uuid.uuid4())
        super().__init__(
            scene,
            recipient_config={"sat_id": str(uuid.uuid4()), "sat_org_id": "5"},
            hosts=[{"ansible_host": "web", "inventory_id": self.host}],
        )

    def tell(self, *events: Event) -> None:
        """Upload these events in the Satellite's own way."""
        common = {"version": 3, "correlation_id": self.correlation_id}
        self.upload(lines(*({**common, **each} for each in events)), SATELLITE_JSONL)

    def update(self, sequence: int, console: str) -> Event:
        """Output of its host."""
        return {"type": "playbook_run_update", "host": self.host, "sequence": sequence, "console": console}

    def finished(self, sequence: int) -> Event:
        """The end of its host."""
        return {
            "type": "playbook_run_finished",
            "host": self.host,
            "sequence": sequence,
            "console": "",
            "status": "success",
        }


def announce(scene: Scene, object_key: str, service: str | None = "playbook") -> None:
    """Announce an upload in Ingress's place, to this service or to nobody."""
    storage = f"http://127.0.0.1:{scene.plan.taps.s3}"
    own = {
        "account": "",
        "category": "v1",
        "metadata": {},
        "request_id": uuid.uuid4().hex,
        "org_id": scene.settings.org_id,
        "service": "playbook",
        "size": 1000,
        "url": storage + presigned("GET", f"{storage}/{BUCKET}/{object_key}", (S3_KEY, scene.plan.secrets.s3_secret)),
        "b64_identity": as_system(scene.settings.org_id, scene.settings.account, str(uuid.uuid4())),
        "timestamp": datetime.now(UTC).isoformat(),
    }
    scene.record(ANNOUNCE, "", json.dumps(own).encode(), **({} if service is None else {"service": service}))


def gone(scene: Scene, guest: Guest) -> None:
    """Let a host vanish, until the connector knows it."""
    guest.vanish()
    scene.until_connected(guest, connected=False)
