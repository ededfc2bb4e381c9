"""Packets against asyncapi/mqtt.yaml: sessions, wills, subscriptions, publications."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import orjson

from hopcheck.checks.contracts.documents import Documents
from hopcheck.faults.derived.alteration import (
    BODY,
    PLACE,
    Alteration,
    Place,
    altered,
    with_attrs,
    with_json,
    with_payload,
)
from hopcheck.faults.derived.proposals import ADD, DROP, OTHER, RENAME, RETYPE, Proposer
from hopcheck.faults.derived.schemas import At, Schemas
from hopcheck.trace import Event

FILE = "asyncapi/mqtt.yaml"
BROKER = "broker"
FLAGS = "QoS, retain or session"
FIXED = frozenset({DROP, RENAME, RETYPE, ADD})
"""What the fields of a packet cannot be: each is always there, with its type."""
STRANGER = "another-host"


class Mqtt:
    """Both legs, their channels, and the packets that the broker answers with."""

    def __init__(self, documents: Documents, schemas: Schemas, proposer: Proposer) -> None:
        self._documents, self._schemas, self._proposer = documents, schemas, proposer
        self._tree = documents.tree(FILE)
        self._packets = {f"mqtt.{node['message']}": At(FILE, node) for node in self._tree["x-packets"].values()}
        self._channels = {
            f"mqtt.{message}": name for name, node in self._tree["channels"].items() for message in node["messages"]
        }

    def messages(self) -> list[str]:
        """All packets and publications."""
        return ["mqtt.connect", "mqtt.subscribe", *self._packets, *self._channels]

    def derive(self, event: Event, _: Event | None, message: str) -> Iterator[Alteration]:
        """The alterations of a packet. What the broker passes on is altered where it was sent, not again."""
        if message in self._packets:
            schema = self._packets[message].at("attributes")
            place = Place(
                message, schema, event.attrs, event.source, lambda v: with_attrs(event, **v), impossible=FIXED
            )
            yield from place.alterations(self._schemas, self._proposer)
        elif message == "mqtt.connect":
            yield from self._connect(event)
        elif message == "mqtt.subscribe":
            yield from self._subscribe(event)
        elif message in self._channels and event.source != BROKER:
            yield from self._publish(event, message.removeprefix("mqtt."), self._channels[message])

    def _connect(self, event: Event) -> Iterator[Alteration]:
        leg, role = At(FILE, self._tree["servers"][event.attrs["leg"]]), event.source
        place = Place(
            "connect", leg.at("x-attributes"), event.attrs, role, lambda v: with_attrs(event, **v), impossible=FIXED
        )
        yield from place.alterations(self._schemas, self._proposer)
        binding, clean = leg.node["bindings"]["mqtt"], event.attrs["clean_session"]
        if not leg.node.get("x-session-of-subscriber"):
            yield altered(FLAGS, "connect.clean_session", role, lambda: with_attrs(event, clean_session=not clean))
        will = event.attrs.get("will")
        if "lastWill" not in binding or will is None:
            return
        yield altered(DROP, "connect.will", role, lambda: with_attrs(event, will=None))

        def with_will(**changes: Any) -> Event:
            return with_attrs(event, will={**will, **changes})

        prefix = will["topic"].partition("/")[0]
        for way, topic in (
            ("of another host", f"{prefix}/insights/{STRANGER}/control/out"),
            ("another", will["topic"].replace("/control/out", "/data/out")),
        ):
            yield altered(PLACE, "connect.will.topic", role, partial(with_will, topic=topic), way)
        yield altered(FLAGS, "connect.will.qos", role, lambda: with_will(qos=1 - binding["lastWill"]["qos"]))
        yield altered(FLAGS, "connect.will.retain", role, lambda: with_will(retain=not binding["lastWill"]["retain"]))
        yield altered(BODY, "connect.will.payload", role, lambda: with_will(payload=will["payload"] + "}"), "no JSON")
        yield altered(BODY, "connect.will.payload", role, lambda: with_will(payload=""), "none")
        place = Place(
            "connect.will.payload",
            leg.at("x-last-will", "message"),
            orjson.loads(will["payload"]),
            role,
            lambda value: with_will(payload=orjson.dumps(value).decode()),
        )
        yield from place.alterations(self._schemas, self._proposer)

    def _subscribe(self, event: Event) -> Iterator[Alteration]:
        leg, role, filters = event.attrs["leg"], event.source, event.attrs["filters"]

        def asked(number: int, topic: str, qos: int) -> Event:
            return with_attrs(event, filters=[*filters[:number], [topic, qos], *filters[number + 1 :]])

        for number, (topic, qos) in enumerate(filters):
            end = "/".join(topic.split("/")[-2:])
            spot = f"subscribe.filter[{leg} {end}]"
            yield altered(FLAGS, spot, role, partial(asked, number, topic, 1 - qos), "QoS")
            wrong = [("another", f"{topic}/{OTHER}"), ("all", "#")]
            if leg == "host":
                own = event.attrs["client_id"]
                wrong += [("of another host", topic.replace(own, STRANGER)), ("of every host", topic.replace(own, "+"))]
            else:
                wrong.append(("of one host", topic.replace("+", STRANGER)))
            for way, other in wrong:
                yield altered(PLACE, spot, role, partial(asked, number, other, qos), way)

    def _publish(self, event: Event, message: str, channel: str) -> Iterator[Alteration]:
        attrs, role = event.attrs, event.source
        node = self._tree["channels"][channel]
        at = self._schemas.find(FILE, ("channels", channel, "messages", message))
        empty = bool(at.node.get("x-empty"))
        for key, value in self._binding(channel, message).items():
            other = not value if isinstance(value, bool) else 1 - value
            yield altered(FLAGS, f"publish.{key}", role, partial(with_attrs, event, **{key: other}))
        topic = attrs["topic"]
        yield altered(PLACE, "publish.topic", role, lambda: with_attrs(event, topic=f"{topic}/{OTHER}"), "another")
        for name, other in self._tree["channels"].items():
            if other["x-sender"] != node["x-sender"]:
                end = other["address"].rpartition("}")[2]
                moved = topic.removesuffix(node["address"].rpartition("}")[2]) + end
                yield altered(PLACE, "publish.topic", role, partial(with_attrs, event, topic=moved), name)
        if attrs["leg"] == "host":
            foreign = topic.replace(attrs["client_id"], STRANGER)
            yield altered(PLACE, "publish.topic", role, lambda: with_attrs(event, topic=foreign), "of another host")
        if empty or event.payload is None:
            return
        data = event.payload.data
        yield altered(BODY, "publish.payload", role, lambda: with_payload(event, data + b"}"), "no JSON")
        yield altered(BODY, "publish.payload", role, lambda: with_payload(event, b""), "none")
        place = Place(
            "publish.payload", at.at("payload"), event.payload.json, role, lambda value: with_json(event, value)
        )
        yield from place.alterations(self._schemas, self._proposer)

    def _binding(self, channel: str, message: str) -> dict[str, Any]:
        for node in self._tree["operations"].values():
            messages = [self._target(each) for each in node.get("messages", ()) if node["action"] == "send"]
            if any(each[1] == channel and each[-1] == message for each in messages):
                binding: dict[str, Any] = node["bindings"]["mqtt"]
                return binding
        raise ValueError(f"{FILE}: nobody sends {message} on {channel}")

    def _target(self, reference: dict[str, str]) -> tuple[str | int, ...]:
        return self._documents.target(FILE, reference["$ref"])[1]
