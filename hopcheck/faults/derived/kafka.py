"""Records against asyncapi/kafka.yaml: topic, key, headers, value, and what must be equal in one record."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from hopcheck.checks.contracts.documents import Documents
from hopcheck.faults.derived.alteration import (
    BODY,
    PLACE,
    TWICE,
    Alteration,
    Place,
    altered,
    text,
    with_attrs,
    with_json,
    with_payload,
)
from hopcheck.faults.derived.proposals import Proposer
from hopcheck.faults.derived.schemas import At, Schemas
from hopcheck.trace import Event

FILE = "asyncapi/kafka.yaml"
EQUAL = "key or copy differs"


class Kafka:
    """The topics. A record does not say who wrote it: the contract does, by its topic."""

    def __init__(self, documents: Documents, schemas: Schemas, proposer: Proposer) -> None:
        self._schemas, self._proposer = schemas, proposer
        self._channels: dict[str, dict[str, Any]] = documents.tree(FILE)["channels"]
        self._messages = {name: schemas.find(FILE, ("channels", name, "messages", name)) for name in self._channels}

    def messages(self) -> list[str]:
        """The record of each topic."""
        return [f"kafka.{name}" for name in self._channels]

    def derive(self, event: Event, _: Event | None, message: str) -> Iterator[Alteration]:
        """The alterations of a record."""
        name = message.removeprefix("kafka.")
        if name not in self._channels:
            return
        at, role = self._messages[name], self._channels[name]["x-producer"]
        pairs = event.attrs.get("headers") or []
        for header, value in pairs:
            again = [*pairs, [header, value]]
            if header:
                yield altered(TWICE, f"header.{header}", role, partial(with_attrs, event, headers=again))
        for place in self._places(event, at, role):
            yield from place.alterations(self._schemas, self._proposer)
        if "payload" in at.node and event.payload is not None:
            data = event.payload.data
            yield altered(BODY, "value", role, lambda: with_payload(event, data + b"}"), "no JSON")
            yield altered(BODY, "value", role, lambda: with_payload(event, b""), "none")
        for number, equal in enumerate(at.node.get("x-equal", ())):
            yield altered(EQUAL, equal["this"], role, partial(_changed, event, equal["this"]), str(number))
        for other, channel in self._channels.items():
            if other != name and channel["x-producer"] == role:
                yield altered(
                    PLACE,
                    "topic",
                    role,
                    partial(self._moved, event, other, channel["address"]),
                    other,
                )

    def _places(self, event: Event, at: At, role: str) -> Iterator[Place]:
        def headers(value: Any) -> Event:
            shown = value if isinstance(value, dict) else {}
            return with_attrs(event, headers=[[name, text(each)] for name, each in shown.items()])

        def as_text(value: Any) -> Any:
            return {name: text(each) for name, each in value.items()} if isinstance(value, dict) else {}

        now = dict(event.attrs.get("headers") or [])
        yield Place("header", at.at("headers"), now, role, headers, as_text)

        def key(value: Any) -> Any:
            return None if value is None else text(value)

        schema = at.at("bindings", "kafka", "key")
        yield Place("key", schema, event.attrs.get("key"), role, lambda v: with_attrs(event, key=key(v)), key)
        if "payload" in at.node and event.payload is not None:
            yield Place("value", at.at("payload"), event.payload.json, role, lambda value: with_json(event, value))

    def _moved(self, event: Event, name: str, address: str) -> Event | None:
        """The record under another topic of the same writer; None where it might stand there."""
        moved, at = with_attrs(event, topic=address), self._messages[name]
        fits = all(self._schemas.holds(place.at, place.value) for place in self._places(moved, at, ""))
        return None if fits else moved


def _changed(event: Event, expression: str) -> Event | None:
    """The record with another value where an expression leads; None where it leads nowhere."""
    if expression == "$message.key":
        return with_attrs(event, key=(event.attrs.get("key") or "") + "0")
    source, _, pointer = expression.partition("#")
    steps = pointer.split("/")[1:]
    if source.endswith("header"):
        pairs = [[name, value + "0" if name == steps[0] else value] for name, value in event.attrs["headers"]]
        return with_attrs(event, headers=pairs)
    value = event.payload.json if event.payload is not None else None
    if not isinstance(value, dict) or len(steps) != 1 or not isinstance(value.get(steps[0]), str):
        return None
    return with_json(event, {**value, steps[0]: value[steps[0]] + "0"})
