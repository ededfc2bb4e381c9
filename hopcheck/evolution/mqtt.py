"""Packets as asyncapi/mqtt.yaml has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import orjson

from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.mqtt_channel import BROKER, FILE
from hopcheck.evolution.candidate import samples
from hopcheck.evolution.specimen import CLIENT, TENANT, Ends, Lever, Specimen, event_of
from hopcheck.evolution.spot import Root, spot_of
from hopcheck.trace import Event, Payload

LEGS = {"host": "rhc", "connector": "cloud-connector"}
_CONNECTION: dict[str, Any] = {"connection": "1", "client_id": CLIENT}


def specimens(documents: Documents) -> Iterator[Specimen]:
    """Each example of each message, what clients say of themselves, and the packets beside."""
    tree = documents.tree(FILE)
    edge = tree["x-edges"][0]
    for channel, node in tree["channels"].items():
        for message in node["messages"]:
            yield from _publishes(documents, edge, channel, message)
    for leg, server in tree["servers"].items():
        connect = _connect(documents, edge, leg, server)
        yield connect
        yield _subscribe(documents, edge, leg, connect.event)
    for op, node in tree["x-packets"].items():
        root: Root = (FILE, ("x-packets", op, "attributes"))
        for value in [each for each in samples(spot_of(documents, (root,))) if isinstance(each, dict)][:2]:
            event = event_of("mqtt", op, edge, BROKER, "rhc", {**_CONNECTION, "leg": "host", **value})
            ends = Ends("whoever sends it", "whoever reads it")
            lever = Lever(root, value, partial(_attributes, event))
            yield Specimen(f"{FILE}#{node['message']}", event, None, ends, ((FILE, ("x-packets", op)),), (lever,))


def _publishes(documents: Documents, edge: str, channel: str, name: str) -> Iterator[Specimen]:
    node = documents.node(FILE, ("channels", channel))
    home, at, message = documents.follow(FILE, ("channels", channel, "messages", name))
    sender = node["x-sender"]
    leg = next(each for each, role in LEGS.items() if role == sender)
    receiver = next(role for role in LEGS.values() if role != sender)
    sends = _operations(documents, "send", channel, name)
    roots: tuple[Root, ...] = ((FILE, ("channels", channel)), (FILE, ("x-edges",)), (home, at))
    roots += tuple((FILE, ("operations", each)) for each in sends)
    root: Root = (home, (*at, "payload"))
    if message.get("x-empty"):
        given: list[Any] = [None]
    else:
        given = [each["payload"] for each in message.get("examples", ())] or samples(spot_of(documents, (root,)))[:1]
    for operation in sends:
        binding = documents.node(FILE, ("operations", operation, "bindings", "mqtt"))
        topic = node["address"].replace("{prefix}", TENANT).replace("{client_id}", CLIENT)
        attrs = {**_CONNECTION, "leg": leg, "topic": topic, "dup": False, "packet_id": 1, **binding}
        for value in given:
            data = b"" if value is None else orjson.dumps(value)
            event = event_of("mqtt", "PUBLISH", edge, sender, BROKER, attrs, data)
            lever = Lever(root, value, partial(_payload, event))
            levers = () if value is None else (lever,)
            at_topic: Root = (FILE, ("channels", channel))
            told: Root = (FILE, ("channels", channel, "messages", name))
            yield Specimen(f"{FILE}#{name}", event, None, Ends(sender, receiver), roots, levers, at_topic, told)


def _operations(documents: Documents, action: str, channel: str, message: str | None = None) -> list[str]:
    found = []
    for name, node in documents.tree(FILE)["operations"].items():
        if node["action"] == action and documents.target(FILE, node["channel"]["$ref"])[1][-1] == channel:
            names = [documents.target(FILE, each["$ref"])[1][-1] for each in node.get("messages", ())]
            if message is None or message in names:
                found.append(name)
    return found


def _connect(documents: Documents, edge: str, leg: str, server: Mapping[str, Any]) -> Specimen:
    role, binding = LEGS[leg], server["bindings"]["mqtt"]
    root: Root = (FILE, ("servers", leg, "x-attributes"))
    made = next((each for each in samples(spot_of(documents, (root,))) if isinstance(each, dict) and each), {})
    attrs = {"leg": leg, "connection": "1", "clean_session": binding["cleanSession"], "protocol_level": 4, "will": None}
    attrs |= {key: each for key, each in made.items() if key != "tls"} | {"client_id": CLIENT, "tls": None}
    levers: list[Lever] = []
    if will := binding.get("lastWill"):
        topic = will["topic"].replace("{client_id}", CLIENT).replace("{prefix}", TENANT)
        attrs["will"] = {"topic": topic, "qos": will["qos"], "retain": will["retain"], "payload": will["message"]}
    event = event_of("mqtt", "CONNECT", edge, role, BROKER, attrs)
    own = {key: each for key, each in attrs.items() if key in spot_of(documents, (root,)).declared}
    levers.append(Lever(root, own, partial(_attributes, event)))
    if will:

        def put(other: Any) -> Event:
            return replace(event, attrs={**attrs, "will": {**attrs["will"], "payload": orjson.dumps(other).decode()}})

        levers.append(Lever((FILE, ("servers", leg, "x-last-will", "message")), orjson.loads(will["message"]), put))
    other = next(each for each in LEGS.values() if each != role)
    ends = Ends(role, other if will else BROKER)
    return Specimen(f"{FILE}#connect of {role}", event, None, ends, ((FILE, ("servers", leg)),), tuple(levers))


def _subscribe(documents: Documents, edge: str, leg: str, connect: Event) -> Specimen:
    filters, roots = [], list[Root]([(FILE, ("servers", leg, "bindings"))])
    for name, node in documents.tree(FILE)["operations"].items():
        if node["action"] == "receive" and node["x-leg"] == leg:
            _, at, channel = documents.follow(FILE, ("operations", name, "channel"))
            client = CLIENT if leg == "host" else "+"
            topic = channel["address"].replace("{prefix}", TENANT).replace("{client_id}", client)
            filters.append([topic, node["bindings"]["mqtt"]["qos"]])
            roots += [(FILE, ("operations", name)), (FILE, (*at, "address"))]
    attrs = {**_CONNECTION, "leg": leg, "packet_id": 1, "filters": filters}
    event = event_of("mqtt", "SUBSCRIBE", edge, LEGS[leg], BROKER, attrs)
    return Specimen(f"{FILE}#subscribe of {LEGS[leg]}", event, connect, Ends(LEGS[leg], BROKER), tuple(roots))


def _payload(event: Event, other: Any) -> Event:
    return replace(event, payload=Payload(orjson.dumps(other)))


def _attributes(event: Event, other: Any) -> Event | None:
    return replace(event, attrs={**event.attrs, **other}) if isinstance(other, dict) else None
