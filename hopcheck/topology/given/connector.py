"""What cases of Cloud Connector have given: hosts that say this or that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from hopcheck.topology.given.known import given
from hopcheck.topology.guest import Guest
from hopcheck.topology.scene import Scene
from hopcheck.trace import Event, TraceTimeout

Values = Mapping[str, str]
ANOTHER: Mapping[str, Any] = {"another": {}}
BY_ACCOUNT = {
    "x-rh-cloud-connector-client-id": "playbook-dispatcher",
    "x-rh-cloud-connector-psk": "${connector_psk}",
    "x-rh-cloud-connector-account": "${account}",
}
FROM_HOSTS = "platform.cloud-connector.rhc-message-ingress"


def _values(guest: Guest) -> Values:
    return {"guest": guest.client_id}


def _later(scene: Scene, guest: Guest, *messages: Mapping[str, Any] | bytes) -> Values:
    """What a host says after it is known as connected, all of which was handled."""
    for message in messages:
        guest.say(message)
    scene.fence()
    return _values(guest)


def _sent(seconds: float) -> str:
    """A time from now, in milliseconds: the connector's table has no more than microseconds."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@given("a host of the kit's own")
def _host(scene: Scene) -> Values:
    return _values(scene.guest())


@given("two hosts of the kit's own")
def _two(scene: Scene) -> Values:
    scene.guest()
    return _values(scene.guest())


@given("a host at a broker that stands still")
def _still(scene: Scene) -> Values:
    guest = scene.guest()
    scene.freeze("broker")
    return _values(guest)


@given("a host that is told to come again later, and why")
def _told_to_reconnect(scene: Scene) -> Values:
    guest = scene.guest()
    asked = {"account": scene.values["account"], "node_id": guest.client_id, "delay": 5, "message": "maintenance"}
    scene.ask("cloud-connector", "POST", "/api/cloud-connector/v1/connection/reconnect", headers=BY_ACCOUNT, json=asked)
    guest.heard()
    return _values(guest)


@given("a Satellite's host")
def _satellite(scene: Scene) -> Values:
    return _values(scene.guest(dispatchers={"foreman_rh_cloud": {"version": "7"}}))


@given("a Satellite's host at a connector that looks strictly")
def _strict(scene: Scene) -> Values:
    scene.configure("cloud-connector", CLOUD_CONNECTOR_API_SERVER_CONNECTION_LOOKUP_IMPL="strict")
    return _values(scene.guest(dispatchers={"foreman_rh_cloud": {"version": "7"}}))


@given("a host that said it is online, without the playbook worker")
def _online(scene: Scene) -> Values:
    guest = scene.guest(online=False)
    return _later(scene, guest, guest.status(dispatchers={"package-manager": {}}))


@given("a host that said it is offline")
def _offline(scene: Scene) -> Values:
    guest = scene.guest()
    return _later(scene, guest, guest.status("offline"))


@given("a host that broke off, and whose will says so")
def _will(scene: Scene) -> Values:
    guest = scene.guest()
    guest.vanish()
    scene.wait(lambda event: _says_offline(event, guest), f"the will of {guest.identity.name}")
    scene.fence()
    return _values(guest)


def _says_offline(event: Event, guest: Guest) -> bool:
    """Whether Cloud Connector is told that a host is offline."""
    if event.op != "PUBLISH" or event.target != "cloud-connector" or event.payload is None:
        return False
    return event.attrs["topic"] == guest.topic("control/out") and b'"offline"' in event.payload.data


@given("a host that came online while the connector was away")
def _while_away(scene: Scene) -> Values:
    guest = scene.guest(online=False)
    scene.stop("cloud-connector")
    guest.say(guest.status())
    scene.start("cloud-connector")
    scene.fence()
    return _values(guest)


@given("a host that published nothing on its topics")
def _empty(scene: Scene) -> Values:
    guest = scene.guest()
    guest.say(b"", "data/out", qos=0)
    guest.say(b"", "data/out")
    return _later(scene, guest, b"")


@given("a host of which only records of foreign topics tell")
def _foreign(scene: Scene) -> Values:
    guest = scene.guest(online=False)
    own = guest.topic("control/out")
    for topic in (own.replace("redhat", "else", 1), f"{own}/out", own.replace("/out", "/in"), "out"):
        scene.record(FROM_HOSTS, guest.client_id, json.dumps(guest.status()).encode(), topic=topic)
    scene.fence()
    return _values(guest)


@given("a host that repeated its online status with other dispatchers")
def _repeated(scene: Scene) -> Values:
    guest = scene.guest(online=False)
    status = guest.status()
    guest.say(status)
    scene.until_connected(guest)
    return _later(scene, guest, {**status, "content": {**status["content"], "dispatchers": ANOTHER}})


@given("a host whose older online status came later")
def _older(scene: Scene) -> Values:
    guest = scene.guest()
    return _later(scene, guest, {**guest.status(dispatchers=ANOTHER), "sent": _sent(-60)})


@given("a host that sent two online statuses at one time")
def _same_time(scene: Scene) -> Values:
    guest, sent = scene.guest(online=False), _sent(0)
    return _later(scene, guest, {**guest.status(), "sent": sent}, {**guest.status(dispatchers=ANOTHER), "sent": sent})


@given("a host that told other dispatchers, tags and facts later")
def _changed(scene: Scene) -> Values:
    guest = scene.guest(tags={"stage": "first"})
    facts = {**guest.identity.facts(), "fqdn": "renamed.example.com"}
    changed = guest.status(dispatchers=ANOTHER, tags={"stage": "second"}, canonical_facts=facts)
    return {**_later(scene, guest, changed), "fqdn": str(guest.identity.facts()["fqdn"])}


@given("a host whose offline status is older than its online status")
def _late_goodbye(scene: Scene) -> Values:
    guest = scene.guest()
    return _later(scene, guest, {**guest.status("offline"), "sent": _sent(-60)})


@given("a host whose insights_id is no UUID")
def _bad_insights_id(scene: Scene) -> Values:
    guest = scene.guest(online=False)
    facts = {**guest.identity.facts(), "insights_id": "none"}
    return _later(scene, guest, guest.status(canonical_facts=facts))


@given("a host that said no more than that it is online")
def _bare(scene: Scene) -> Values:
    guest = scene.guest(online=False)
    return _later(scene, guest, guest.status(canonical_facts=None, dispatchers=None, client_version=None))


def _nonsense(guest: Guest) -> list[Mapping[str, Any] | bytes]:
    """What nobody can make sense of; each would be a goodbye if somebody did."""
    goodbye = guest.status("offline")
    return [
        json.dumps(goodbye).encode()[:-1],
        {**goodbye, "sent": "yesterday"},
        {**goodbye, "type": "farewell"},
        {**goodbye, "content": {"state": "weary"}},
    ]


@given("a connected host that said what cannot be understood")
def _incomprehensible(scene: Scene) -> Values:
    guest = scene.guest()
    return _later(scene, guest, *_nonsense(guest))


@given("a host that said what cannot be understood before it came online")
def _comprehensible_again(scene: Scene) -> Values:
    guest = scene.guest(online=False)
    return _later(scene, guest, *_nonsense(guest), guest.status())


@given("a host whose status had wrong JSON types before it came online")
def _wrong_types(scene: Scene) -> Values:
    guest = scene.guest(online=False)
    facts = {**guest.identity.facts(), "insights_id": 7}
    online = {"state": "online"}
    wrong: list[Any] = [[], {**online, "canonical_facts": []}, {**online, "canonical_facts": facts}]
    for content in wrong:
        guest.say({**guest.status(), "content": content})
    guest.say(guest.status())
    try:
        scene.until_connected(guest)
    except TraceTimeout:
        # It did not survive, of which the kit takes note a little later.
        with suppress(TraceTimeout):
            scene.wait(lambda event: event.op == "lost", "the end of Cloud Connector")
    return _values(guest)


@given("a host that came online, and whose tenant nobody knows")
def _nobodys(scene: Scene) -> Values:
    guest = scene.guest(online=False, tenant=False)
    return _later(scene, guest, guest.status())
