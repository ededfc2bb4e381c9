"""Records as asyncapi/kafka.yaml has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.kafka import FILE
from hopcheck.evolution.candidate import samples
from hopcheck.evolution.specimen import Ends, Lever, Specimen, event_of
from hopcheck.evolution.spot import Root, spot_of
from hopcheck.trace import Event

KEY, HEADER, PAYLOAD = "key", "header", "payload"
Parts = Mapping[str, Any]


def specimens(documents: Documents, arrows: frozenset[str]) -> Iterator[Specimen]:
    """Each example of each record; ``arrows`` are the messages that the diagram sends along an edge."""
    tree = documents.tree(FILE)
    edge = tree["x-edges"][0]
    for channel, node in tree["channels"].items():
        home, at, message = documents.follow(FILE, ("channels", channel, "messages", channel))
        topic = node["address"]
        reader = edge.rpartition(">")[2] if f"kafka.{channel}" in arrows else f"readers of {topic}"
        places: dict[str, Root] = {
            KEY: (home, (*at, "bindings", "kafka", "key")),
            HEADER: (home, (*at, "headers")),
            PAYLOAD: (home, (*at, "payload")),
        }
        if "payload" not in message:
            del places[PAYLOAD]
        made = {part: _any(documents, place) for part, place in places.items()}
        given = [
            {KEY: each.get("x-key"), HEADER: each.get("headers", {}), PAYLOAD: each.get("payload")}
            for each in message.get("examples", ())
        ]
        record = _Record(edge, topic, [(e["this"], e["that"]) for e in message.get("x-equal", ()) if "part" not in e])
        roots = ((FILE, ("channels", channel)), (FILE, ("x-edges",)))
        for parts in given or [{PAYLOAD: {}, **made}]:
            levers = tuple(
                Lever(place, parts[part], partial(record.altered, parts, part)) for part, place in places.items()
            )
            if (event := record.event(parts)) is not None:
                ends, at_topic = Ends(node["x-producer"], reader), (FILE, ("channels", channel))
                yield Specimen(f"{FILE}#{channel}", event, None, ends, roots, levers, at_topic, at_topic)


@dataclass(frozen=True, slots=True)
class _Record:
    edge: str
    topic: str
    equal: list[tuple[str, str]]

    def altered(self, parts: Parts, changed: str, value: Any) -> Event | None:
        """The record with another part, and what must be equal to it."""
        return self.event(settled({**parts, changed: value}, changed, self.equal))

    def event(self, parts: Parts) -> Event | None:
        """The record; None where Kafka cannot carry it."""
        key, headers = parts[KEY], parts[HEADER]
        if not isinstance(key, str | None) or not isinstance(headers, dict):
            return None
        if not all(isinstance(each, str) for each in headers.values()):
            return None
        attrs = {"topic": self.topic, "key": key, "headers": [[name, each] for name, each in headers.items()]}
        return event_of("kafka", "record", self.edge, "kafka", "kafka", attrs, orjson.dumps(parts[PAYLOAD]))


def settled(parts: Parts, changed: str, equal: list[tuple[str, str]]) -> Parts:
    """The record with what must be equal to a changed part made so, where it can be."""
    now = dict(parts)
    for this, that in equal:
        for left, right in ((this, that), (that, this)):
            if _part_of(left) == changed and _read(now, left) != _read(now, right):
                now = _written(now, right, _read(now, left))
                break
    return now


def _any(documents: Documents, root: Root) -> Any:
    return next(iter(samples(spot_of(documents, (root,)))), None)


def _part_of(expression: str) -> str:
    return expression.removeprefix("$message.").partition("#")[0]


def _read(parts: Parts, expression: str) -> Any:
    node: Any = parts[_part_of(expression)]
    for step in expression.partition("#")[2].split("/")[1:]:
        node = node.get(step) if isinstance(node, dict) else None
    return node


def _written(parts: Parts, expression: str, value: Any) -> dict[str, Any]:
    steps = expression.partition("#")[2].split("/")[1:]
    return {**parts, _part_of(expression): _at(parts[_part_of(expression)], steps, value)}


def _at(node: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    if not isinstance(node, dict):
        return node
    return {**node, steps[0]: _at(node.get(steps[0]), steps[1:], value)}
