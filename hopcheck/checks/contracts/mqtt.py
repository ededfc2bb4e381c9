"""MQTT packets against asyncapi/mqtt.yaml."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import orjson

from hopcheck.checks.contracts.breach import Breach, ContractError, Found, only_named
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.mqtt_channel import FILE, Channel, filters, stray
from hopcheck.checks.contracts.rule import Rule, shown
from hopcheck.trace import Event, document

OF_KIT = only_named("case.mqtt")
"""The packets of the kit's own clients, and what it said that no contract knows."""


class Leg:
    """What a client of one leg (``host``, ``connector``) must be: session, will, subscriptions."""

    def __init__(self, documents: Documents, name: str) -> None:
        node = documents.node(FILE, ("servers", name))
        binding: dict[str, Any] = node["bindings"]["mqtt"]
        self.name = name
        self.clauses: tuple[str, ...] = tuple(node.get("x-clauses", ()))
        self.clean: bool = binding["cleanSession"]
        self.persistent: bool = bool(node.get("x-session-of-subscriber", False))
        self.will: dict[str, Any] | None = binding.get("lastWill")
        self.subscriptions = filters(documents, name)
        self._will_clauses: tuple[str, ...] = ()
        self._will_payload: Rule | None = None
        if self.will is not None:
            if "x-last-will" not in node:
                raise ContractError(
                    f"{FILE}: servers.{name}: a lastWill needs an x-last-will with its clauses and schema"
                )
            self._will_clauses = tuple(node["x-last-will"].get("x-clauses", self.clauses))
            self._will_payload = Rule(documents, FILE, ("servers", name, "x-last-will", "message"), self._will_clauses)
        # A subscriber's session is judged by its SUBSCRIBE: only then is it known for one.
        self._attributes = Rule(
            documents, FILE, ("servers", name, "x-attributes"), () if self.persistent else self.clauses
        )

    def connect(self, event: Event, _: Event | None) -> list[Breach]:
        """The breaches of a CONNECT."""
        contract, role, attrs = f"{FILE}#connect", event.source, event.attrs
        found = self._attributes.breaches(attrs, contract, "connect", role)
        if not self.persistent and attrs["clean_session"] is not self.clean:
            found.append(
                Breach(
                    contract,
                    "connect.clean_session",
                    shown(self.clean),
                    shown(attrs["clean_session"]),
                    self.clauses,
                    role,
                )
            )
        if self.will is None or self._will_payload is None:
            return found
        clauses = self._will_clauses
        will = attrs.get("will")
        if will is None:
            return [*found, Breach(contract, "connect.will", "a will", "none", clauses, role)]
        topic = _topic(self.will["topic"], {"client_id": attrs["client_id"]})
        if not topic.fullmatch(will["topic"]):
            found.append(Breach(contract, "connect.will.topic", self.will["topic"], will["topic"], clauses, role))
        found += [
            Breach(contract, f"connect.will.{key}", shown(self.will[key]), shown(will[key]), clauses, role)
            for key in ("qos", "retain")
            if will[key] != self.will[key]
        ]
        try:
            payload = document.read(will["payload"] or "")
        except orjson.JSONDecodeError:
            return [*found, Breach(contract, "connect.will.payload", "JSON", shown(will["payload"]), clauses, role)]
        return found + self._will_payload.breaches(payload, contract, "connect.will.payload", role)

    def subscribe(self, event: Event, opening: Event | None) -> list[Breach]:
        """The breaches of a SUBSCRIBE; ``opening`` is the CONNECT of its connection."""
        contract, role, attrs = f"{FILE}#subscribe", event.source, event.attrs
        found: list[Breach] = []
        for text, qos in attrs["filters"]:
            match = next((s for s in self.subscriptions if s.allows(text, attrs["client_id"])), None)
            if match is None:
                expected = " or ".join(s.address for s in self.subscriptions)
                clauses = next((s.of_client for s in self.subscriptions if s.is_others(text)), None)
                clauses = clauses or self.subscriptions[0].clauses
                found.append(Breach(contract, "subscribe.filter", expected, text, clauses, role))
            elif qos != match.qos:
                found.append(
                    Breach(contract, f"subscribe.filter[{text}]", f"QoS {match.qos}", f"QoS {qos}", match.clauses, role)
                )
        if self.persistent and opening is not None and opening.attrs["clean_session"] is not self.clean:
            found.append(
                Breach(
                    contract,
                    "connect.clean_session",
                    shown(self.clean),
                    shown(opening.attrs["clean_session"]),
                    self.clauses,
                    role,
                )
            )
        return found

    def exercise_by_connect(self, event: Event, _: Event | None, found: set[str]) -> None:
        """Add the clauses that a CONNECT puts to the test."""
        found.update(() if self.persistent else self.clauses)
        self._attributes.exercise(event.attrs, found)
        if self.will is None or self._will_payload is None:
            return
        found.update(self._will_clauses)
        will = event.attrs.get("will") or {}
        with suppress(orjson.JSONDecodeError):
            self._will_payload.exercise(document.read(will.get("payload") or ""), found)

    def exercise_by_subscribe(self, event: Event, opening: Event | None, found: set[str]) -> None:
        """Add the clauses that a SUBSCRIBE puts to the test."""
        found.update(self.clauses if self.persistent and opening is not None else ())
        for text, _ in event.attrs["filters"]:
            asked = next(
                (s for s in self.subscriptions if s.allows(text, event.attrs["client_id"])), self.subscriptions[0]
            )
            found.update(asked.clauses, () if asked.any_client else asked.of_client)


class Mqtt:
    """The legs, channels and packets of asyncapi/mqtt.yaml. Raises `ContractError`."""

    def __init__(self, documents: Documents) -> None:
        tree = documents.tree(FILE)
        try:
            self._edges = frozenset(tree["x-edges"])
            self._legs = {name: Leg(documents, name) for name in tree["servers"]}
            self._channels = [Channel(documents, name) for name in tree["channels"]]
            self._strays = {each.sender: stray(each.sender, self._channels) for each in self._channels}
            self._packets = {op: self._packet(documents, op, node) for op, node in tree["x-packets"].items()}
        except (KeyError, TypeError) as error:
            raise ContractError(f"{FILE}: incomplete: {error}") from error
        self._connect = {
            name: Found("mqtt.connect", leg.connect, leg.exercise_by_connect) for name, leg in self._legs.items()
        }
        self._subscribe = {
            name: Found("mqtt.subscribe", leg.subscribe, leg.exercise_by_subscribe) for name, leg in self._legs.items()
        }

    @property
    def messages(self) -> list[str]:
        """Every packet and every message of a channel, each once."""
        packets = [*self._connect.values(), *self._subscribe.values(), *self._packets.values()]
        channels = [name for channel in self._channels for name in channel.messages]
        return list(dict.fromkeys([*(found.name for found in packets), *channels]))

    @staticmethod
    def _packet(documents: Documents, op: str, node: dict[str, Any]) -> Found:
        rule = Rule(documents, FILE, ("x-packets", op, "attributes"), node.get("x-clauses", ()))
        message = node["message"]

        def check(event: Event, _: Event | None) -> list[Breach]:
            return rule.breaches(event.attrs, f"{FILE}#{message}", op.lower(), event.source)

        def exercise(event: Event, _: Event | None, found: set[str]) -> None:
            rule.exercise(event.attrs, found)

        return Found(f"mqtt.{message}", check, exercise)

    def find(self, event: Event, _: Event | None) -> Found | None:
        """A packet by its type; a PUBLISH by topic and payload; what the kit's own clients say is nobody's message."""
        if event.edge not in self._edges:
            return None
        if event.attrs.get("guest"):
            return OF_KIT
        if event.op == "CONNECT":
            return self._connect.get(event.attrs["leg"])
        if event.op == "SUBSCRIBE":
            return self._subscribe.get(event.attrs["leg"])
        if event.op == "PUBLISH":
            for channel in self._channels:
                found = channel.find(event)
                if found is not None:
                    return found
            if event.attrs.get("fault"):
                return OF_KIT
            known = any(channel.has(event.attrs["topic"]) for channel in self._channels)
            return None if known else self._strays.get(event.source)
        return self._packets.get(event.op)


def _topic(address: str, values: dict[str, str]) -> re.Pattern[str]:
    return re.compile(
        "".join(
            (re.escape(values[piece]) if piece in values else "[^/]+") if number % 2 else re.escape(piece)
            for number, piece in enumerate(re.split(r"\{(\w+)\}", address))
        )
    )
