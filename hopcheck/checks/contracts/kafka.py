"""Kafka records against asyncapi/kafka.yaml: topic, key, headers, value."""

from __future__ import annotations

from hopcheck.checks.contracts.breach import Breach, ContractError, Found, only_named
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.expression import Equality
from hopcheck.checks.contracts.rule import Rule, shown
from hopcheck.trace import Event

FILE = "asyncapi/kafka.yaml"
RECORD_OF_KIT = "x-hopcheck-case"
"""The header of a record that the kit wrote in somebody's place."""
OF_KIT = only_named("case.kafka")


class _Topic:
    def __init__(self, documents: Documents, channel: str) -> None:
        node = documents.node(FILE, ("channels", channel))
        if list(node.get("messages", {})) != [channel]:
            raise ContractError(f"{FILE}: #/channels/{channel}: one message of the same name is needed")
        home, at, message = documents.follow(FILE, ("channels", channel, "messages", channel))
        self.address: str = node["address"]
        self.name = f"kafka.{channel}"
        self._contract = f"{FILE}#{channel}"
        self._producer: str = node["x-producer"]
        self._clauses: tuple[str, ...] = tuple(message.get("x-clauses", ()))
        self._headers = Rule(documents, home, (*at, "headers"), self._clauses)
        self._key = Rule(documents, home, (*at, "bindings", "kafka", "key"), self._clauses)
        self._value = Rule(documents, home, (*at, "payload"), self._clauses) if "payload" in message else None
        self._equal = [Equality(f"{FILE}: {channel}", entry) for entry in message.get("x-equal", ())]

    def check(self, event: Event, _: Event | None) -> list[Breach]:
        contract, role, attrs = self._contract, self._producer, event.attrs
        pairs: list[list[str]] = attrs.get("headers") or []
        names = [name for name, _ in pairs if name]
        found = [
            Breach(contract, f"header.{name}", "once", f"{names.count(name)} times", self._headers.clauses, role)
            for name in sorted(set(names))
            if names.count(name) > 1
        ]
        found += self._headers.breaches(dict(pairs), contract, "header", role)
        found += self._key.breaches(attrs.get("key"), contract, "key", role)
        if self._value is not None:
            value = event.payload.json if event.payload is not None else None
            if value is None:
                got = shown(event.payload.text[:80] if event.payload and event.payload.text else None)
                return [*found, Breach(contract, "value", "JSON", got, self._value.clauses, role)]
            found += self._value.breaches(value, contract, "value", role)
        return found + [breach for rule in self._equal for breach in rule.check(event, contract, role)]

    def exercise(self, event: Event, _: Event | None, found: set[str]) -> None:
        found.update(self._clauses)
        self._headers.exercise(dict(event.attrs.get("headers") or []), found)
        self._key.exercise(event.attrs.get("key"), found)
        if self._value is not None:
            value = event.payload.json if event.payload is not None else None
            if value is None:
                return
            self._value.exercise(value, found)
        found.update(*(rule.clauses for rule in self._equal))


class Kafka:
    """The topics of asyncapi/kafka.yaml. Raises `ContractError`."""

    def __init__(self, documents: Documents) -> None:
        tree = documents.tree(FILE)
        try:
            self._edges = frozenset(tree["x-edges"])
            topics = [_Topic(documents, channel) for channel in tree["channels"]]
        except KeyError as error:
            raise ContractError(f"{FILE}: a channel lacks {error}") from error
        self._topics: dict[str, Found] = {
            topic.address: Found(topic.name, topic.check, topic.exercise) for topic in topics
        }

    @property
    def messages(self) -> list[str]:
        """The record of each topic."""
        return [found.name for found in self._topics.values()]

    def find(self, event: Event, _: Event | None) -> Found | None:
        """A record by its topic; what the kit wrote itself is nobody's."""
        if any(name == RECORD_OF_KIT for name, _ in event.attrs.get("headers") or ()):
            return OF_KIT
        return self._topics.get(event.attrs["topic"]) if event.edge in self._edges else None
