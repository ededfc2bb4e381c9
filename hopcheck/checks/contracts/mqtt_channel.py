"""MQTT topics: who publishes what there, and who may subscribe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hopcheck.checks.contracts.breach import Breach, Check, ContractError, Exercise, Found
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.rule import Rule, shown
from hopcheck.trace import Event

FILE = "asyncapi/mqtt.yaml"
BROKER = "broker"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A topic filter that a leg may ask for: its own id on the host's leg, any host's on the connector's.

    ``of_client`` are the clauses that say whose id it must be.
    """

    address: str
    qos: int
    clauses: tuple[str, ...]
    of_client: tuple[str, ...]
    any_client: bool

    def allows(self, text: str, client_id: str) -> bool:
        """Whether ``text`` is this filter for the client ``client_id``."""
        return self._fits(text, re.escape("+" if self.any_client else client_id))

    def is_others(self, text: str) -> bool:
        """Whether ``text`` is this filter, which is to be the client's own, for others."""
        return not self.any_client and self._fits(text, "[^/]+")

    def _fits(self, text: str, client: str) -> bool:
        pattern = re.escape(self.address).replace(r"\{prefix\}", "[^/+#]+")
        return re.fullmatch(pattern.replace(r"\{client_id\}", client), text) is not None


def filters(documents: Documents, leg: str) -> list[Subscription]:
    """The ``receive`` operations of a leg."""
    found = []
    for name, node in documents.tree(FILE)["operations"].items():
        if node["action"] == "receive" and node["x-leg"] == leg:
            _, _, channel = documents.follow(FILE, ("operations", name, "channel"))
            found.append(
                Subscription(
                    channel["address"],
                    node["bindings"]["mqtt"]["qos"],
                    tuple(node.get("x-clauses", ())),
                    _of_client(channel),
                    leg == "connector",
                )
            )
    if not found:
        raise ContractError(f"{FILE}: #/operations: nothing for {leg} to receive")
    return found


class Message:
    """A message of a channel with the QoS and retain flag of the operation that sends it."""

    def __init__(self, documents: Documents, channel: str, name: str, operation: dict[str, Any]) -> None:
        home, at, node = documents.follow(FILE, ("channels", channel, "messages", name))
        self.name = name
        self.empty: bool = bool(node.get("x-empty", False))
        self.type: str | None = node.get("x-type")
        self.clauses: tuple[str, ...] = tuple(node.get("x-clauses", ()))
        self.binding: dict[str, Any] = operation["bindings"]["mqtt"]
        self.binding_clauses: tuple[str, ...] = tuple(operation.get("x-clauses", self.clauses))
        self.rule = None if self.empty else Rule(documents, home, (*at, "payload"), self.clauses)


class Channel:
    """One topic of a host. A bad payload is blamed on ``x-sender``, its author, also where the broker delivers it."""

    def __init__(self, documents: Documents, name: str) -> None:
        node = documents.node(FILE, ("channels", name))
        self.clauses: tuple[str, ...] = tuple(node.get("x-clauses", ()))
        self._of_client = _of_client(node)
        self.sender: str = node["x-sender"]
        self.address: str = node["address"]
        text = re.escape(self.address).replace(r"\{prefix\}", "[^/]+").replace(r"\{client_id\}", "([^/]+)")
        self._topic = re.compile(text)
        sends = self._sends(documents, name)
        missing = set(node["messages"]) - set(sends)
        if missing:
            raise ContractError(f"{FILE}: #/channels/{name}: nobody sends {', '.join(sorted(missing))}")
        self._messages = [Message(documents, name, message, sends[message]) for message in node["messages"]]
        self._found: dict[str, Found] = {
            m.name: Found(f"mqtt.{m.name}", self._check(m), self._exercise(m)) for m in self._messages
        }

    @staticmethod
    def _sends(documents: Documents, channel: str) -> dict[str, dict[str, Any]]:
        out: dict[str, dict[str, Any]] = {}
        for node in documents.tree(FILE)["operations"].values():
            if node["action"] == "send" and documents.target(FILE, node["channel"]["$ref"])[1][-1] == channel:
                for message in node["messages"]:
                    out[str(documents.target(FILE, message["$ref"])[1][-1])] = node
        return out

    @property
    def messages(self) -> list[str]:
        """What may be published here."""
        return [found.name for found in self._found.values()]

    def has(self, topic: str) -> bool:
        """Whether a topic is this one of some host."""
        return self._topic.fullmatch(topic) is not None

    def find(self, event: Event) -> Found | None:
        """The message that a PUBLISH on this channel is; None for another topic or an unknown type."""
        if not self.has(event.attrs["topic"]):
            return None
        payload = event.payload
        bare = payload is None or not payload.size
        value = None if payload is None else payload.json
        kind = value.get("type") if isinstance(value, dict) else None
        for message in self._messages:
            if (message.empty and bare and event.attrs["qos"] == message.binding["qos"]) or (
                not message.empty and (message.type is None or message.type == kind)
            ):
                return self._found[message.name]
        return None

    def _check(self, message: Message) -> Check:
        contract = f"{FILE}#{message.name}"

        def check(event: Event, _: Event | None) -> list[Breach]:
            attrs, found = event.attrs, []
            if event.source not in (self.sender, BROKER):
                found.append(Breach(contract, "publish.sender", self.sender, event.source, self.clauses, event.source))
            # What the broker delivers has the lesser of two QoS, each of which is judged where it was asked for.
            if event.source != BROKER:
                found += [
                    Breach(
                        contract,
                        f"publish.{key}",
                        shown(value),
                        shown(attrs[key]),
                        message.binding_clauses,
                        event.source,
                    )
                    for key, value in message.binding.items()
                    if attrs[key] != value
                ]
            match = self._topic.fullmatch(attrs["topic"])
            if attrs["leg"] == "host" and match is not None and match[1] != attrs["client_id"]:
                found.append(
                    Breach(
                        contract,
                        "publish.topic",
                        f"the client's own id {attrs['client_id']}",
                        match[1],
                        self.clauses if event.source == BROKER else self._of_client,
                        event.source,
                    )
                )
            if message.rule is not None:
                value = None if event.payload is None else event.payload.json
                if value is None:
                    got = shown(None if event.payload is None else (event.payload.text or "")[:80])
                    found.append(Breach(contract, "publish.payload", "JSON", got, message.clauses, self.sender))
                else:
                    found += message.rule.breaches(value, contract, "publish.payload", self.sender)
            return found

        return check

    def _exercise(self, message: Message) -> Exercise:
        def exercise(event: Event, _: Event | None, found: set[str]) -> None:
            found.update(self.clauses, message.binding_clauses if event.source != BROKER else ())
            if event.attrs["leg"] == "host" and event.source != BROKER:
                found.update(self._of_client)
            if message.rule is not None:
                found.update(message.clauses)
                value = None if event.payload is None else event.payload.json
                if value is not None:
                    message.rule.exercise(value, found)

        return exercise


def stray(sender: str, channels: Sequence[Channel]) -> Found:
    """What ``sender`` publishes on a topic that is none of its ``channels``."""
    own = [channel for channel in channels if channel.sender == sender]
    clauses = tuple(dict.fromkeys(clause for channel in own for clause in channel.clauses))
    expected = " or ".join(channel.address for channel in own)

    def check(event: Event, _: Event | None) -> list[Breach]:
        return [Breach(f"{FILE}#stray", "publish.topic", expected, event.attrs["topic"], clauses, sender)]

    return Found("mqtt.stray", check, lambda _, __, found: found.update(clauses))


def _of_client(channel: dict[str, Any]) -> tuple[str, ...]:
    """The clauses that say whose topic it must be; those of the channel where nothing does."""
    parameter = channel.get("parameters", {}).get("client_id", {})
    return tuple(parameter.get("x-clauses", channel.get("x-clauses", ())))
