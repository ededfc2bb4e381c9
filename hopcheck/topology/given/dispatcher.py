"""What cases of Playbook Dispatcher have given: runs, and uploads that tell this or that of them."""

from __future__ import annotations

import gzip
import lzma
import uuid
from collections.abc import Mapping

from hopcheck.topology.caller import as_system
from hopcheck.topology.given.known import given
from hopcheck.topology.given.runs import (
    DISPATCHER,
    Event,
    Play,
    SatellitePlay,
    announce,
    event,
    gone,
    good,
    lines,
    settle,
    start,
)
from hopcheck.topology.scene import JSONL, Scene
from hopcheck.topology.settings import OTHER_ORG

TRIES = 3
OVER_ANY_LIMIT = 3 * 1024 * 1024 + 1
"""Bytes: more than any configuration that is known takes of an upload."""


def overdue(scene: Scene) -> Play:
    """A run with one host whose time is over at once."""
    return Play(scene, timeout=0, hosts=[{"ansible_host": "web", "inventory_id": str(uuid.uuid4())}])


@given("a run on a direct host")
def _run(scene: Scene) -> Mapping[str, str]:
    return Play(scene).values


@given("three runs with one label")
def _three_runs(scene: Scene) -> Mapping[str, str]:
    label = uuid.uuid4().hex
    for _ in range(3):
        Play(scene, labels={"set": label})
    return {"label": label}


@given("a red round run and a red square one")
def _red_runs(scene: Scene) -> Mapping[str, str]:
    label = uuid.uuid4().hex
    play = Play(scene, labels={"set": label, "colour": "red", "shape": "round"})
    Play(scene, labels={"set": label, "colour": "red", "shape": "square"})
    return {**play.values, "label": label}


@given("a run that was overdue as it began")
def _overdue(scene: Scene) -> Mapping[str, str]:
    return overdue(scene).values


@given("an overdue run and the clean job")
def _cleaned(scene: Scene) -> Mapping[str, str]:
    play = overdue(scene)
    scene.run(DISPATCHER, "clean")
    return play.values


@given("an overdue run of which a success is uploaded")
def _overdue_success(scene: Scene) -> Mapping[str, str]:
    play = overdue(scene)
    scene.run(DISPATCHER, "clean")
    play.upload(good(play.correlation_id))
    settle(scene)
    return play.values


@given("a success uploaded as it is, as gzip and as xz")
def _compressed(scene: Scene) -> Mapping[str, str]:
    label = uuid.uuid4().hex
    for compress in (bytes, gzip.compress, lzma.compress):
        play = Play(scene, labels={"set": label})
        # The media type says nothing of it: the first bytes do.
        play.upload(compress(good(play.correlation_id)))
    settle(scene)
    return {"label": label}


@given("an upload of nothing and one over any limit")
def _sizes(scene: Scene) -> None:
    play = Play(scene)
    play.upload(b"")
    play.upload(good(play.correlation_id) + b"\n" * OVER_ANY_LIMIT)
    settle(scene)


@given("uploads with a line that is no JSON and with one that is no event")
def _bad_lines(scene: Scene) -> Mapping[str, str]:
    label = uuid.uuid4().hex
    for wrong in (b"{\n", lines({"event": "runner_on_ok", "uuid": "x", "counter": 1, "start_line": -1, "end_line": 0})):
        play = Play(scene, labels={"set": label})
        play.upload(good(play.correlation_id) + wrong)
    settle(scene)
    return {"label": label}


@given("a success uploaded with blank lines")
def _blank_lines(scene: Scene) -> Mapping[str, str]:
    play = Play(scene)
    play.upload(good(play.correlation_id).replace(b"\n", b"\n\n  \n"))
    settle(scene)
    return play.values


@given("uploads without events and without a correlation id")
def _no_run(scene: Scene) -> None:
    play = Play(scene)
    play.upload(b"\n\n")
    play.upload(lines(event("playbook_on_start", 1), event("playbook_on_stats", 2)))
    play.upload(lines(start("not a UUID"), event("playbook_on_stats", 2)))
    settle(scene)


@given("an upload of another org that names a run")
def _other_org(scene: Scene) -> Mapping[str, str]:
    play = Play(scene)
    scene.ask(
        "ingress",
        "POST",
        "/api/ingress/v1/upload",
        headers={"x-rh-identity": as_system(OTHER_ORG, "", play.guest.client_id)},
        parts={"file": ["runner-events", JSONL, good(play.correlation_id)]},
    )
    settle(scene)
    return play.values


@given("an upload that names no run that there is")
def _unknown_run(scene: Scene) -> Mapping[str, str]:
    play = Play(scene)
    play.upload(good(str(uuid.uuid4())))
    settle(scene)
    return play.values


@given("a run that succeeded before a failure and the beginning were uploaded")
def _late(scene: Scene) -> Mapping[str, str]:
    play = Play(scene)
    play.upload(good(play.correlation_id))
    play.tell(event("executor_on_failed", 1, crc_dispatcher_error_code="X"))
    play.tell()
    settle(scene)
    return play.values


@given("a run that failed before it began")
def _failed_to_begin(scene: Scene) -> Mapping[str, str]:
    play = Play(scene)
    play.tell(event("executor_on_failed", 1, crc_dispatcher_error_code="X", crc_dispatcher_error_details="why"))
    settle(scene)
    return play.values


@given("a run whose events name no host")
def _no_host(scene: Scene) -> Mapping[str, str]:
    play = Play(scene)
    play.tell(event("playbook_on_start", 1, "one"), event("playbook_on_stats", 2, "two"))
    settle(scene)
    return play.values


@given("a run on two hosts, on one of which a task fails")
def _two_hosts(scene: Scene) -> Mapping[str, str]:
    play = Play(scene)
    play.tell(
        event("runner_on_failed", 1, "bad", "mail"),
        event("runner_on_ok", 2, "good", "web"),
        event("playbook_on_stats", 3, "recap"),
    )
    settle(scene)
    return play.values


@given("a run with a task failure that is ignored")
def _ignored(scene: Scene) -> Mapping[str, str]:
    play = Play(scene)
    ignored = event("runner_on_failed", 1, "fatal\n...ignoring", "localhost")
    play.tell(ignored | {"event_data": {"host": "localhost", "ignore_errors": True}}, event("playbook_on_stats", 2))
    settle(scene)
    return play.values


@given("a run whose host cannot be reached")
def _unreachable(scene: Scene) -> Mapping[str, str]:
    play = Play(scene)
    play.tell(event("runner_on_unreachable", 1, "unreachable", "web"), event("playbook_on_stats", 2))
    settle(scene)
    return play.values


@given("announces to another service and to nobody")
def _others_announces(scene: Scene) -> None:
    for service in ("advisor", "playbook-2", None):
        announce(scene, f"to-{service}", service)
    settle(scene)


@given("announces of an object that is not there and of one that cannot be fetched")
def _no_download(scene: Scene) -> None:
    announce(scene, "not-there")
    settle(scene)
    scene.stop("s3")
    try:
        announce(scene, "not-to-be-had")
        scene.wait(lambda e: e.op == "refused" and e.edge == f"{DISPATCHER}>s3", "three tries to fetch", TRIES)
    finally:
        scene.start("s3")
    settle(scene)


COMPLETED: Event = {"type": "playbook_run_completed", "status": "success"}


@given("a run on a Satellite's host")
def _satellite_run(scene: Scene) -> Mapping[str, str]:
    return SatellitePlay(scene).values


@given("a run on the host of a Satellite that is not connected any more")
def _satellite_gone(scene: Scene) -> Mapping[str, str]:
    play = SatellitePlay(scene)
    gone(scene, play.guest)
    return play.values


@given("a run on a Satellite's host that is complete")
def _satellite_completed(scene: Scene) -> Mapping[str, str]:
    play = SatellitePlay(scene)
    play.tell(play.update(0, "one"))
    play.tell(play.finished(1), COMPLETED)
    settle(scene)
    return play.values


@given("a run on a Satellite's host that is finished but not complete")
def _satellite_finished(scene: Scene) -> Mapping[str, str]:
    play = SatellitePlay(scene)
    play.tell(play.update(0, "one"), play.finished(1))
    settle(scene)
    return play.values


@given("output of a Satellite's host, and older output after that")
def _satellite_late(scene: Scene) -> Mapping[str, str]:
    play = SatellitePlay(scene)
    play.tell(play.update(0, "one"))
    play.tell(play.update(1, "two"))
    play.tell(play.update(1, "again"))
    play.tell(play.update(0, "late"))
    settle(scene)
    return play.values


@given("a connected Satellite")
def _satellite(scene: Scene) -> Mapping[str, str]:
    return {"recipient": scene.guest().client_id}


@given("a host of a Satellite that is connected")
def _satellites_host(scene: Scene) -> Mapping[str, str]:
    satellite, name = str(uuid.uuid4()), f"satellite-{uuid.uuid4().hex[:6]}"
    guest, host = scene.guest(), scene.satellites_host(satellite, scene.settings.org_id)
    scene.ask(
        "platform",
        "POST",
        "/api/sources/v3.1/bulk_create",
        headers={"x-rh-identity": "${user}"},
        json={
            "sources": [{"source_name": name, "source_ref": satellite}],
            "endpoints": [{"source_name": name, "receptor_node": guest.client_id}],
        },
    )
    return {"recipient": guest.client_id, "system": host.inventory_id}


@given("platform services that are away")
def _no_platform(scene: Scene) -> None:
    scene.stop("platform")
    scene.afterwards(lambda: scene.start("platform"))


@given("a connector that is away")
def _no_connector(scene: Scene) -> Mapping[str, str]:
    guest = scene.guest()
    scene.stop("cloud-connector")
    scene.afterwards(lambda: scene.start("cloud-connector"))
    return {"recipient": guest.client_id}
