"""Which files are what kind of contract, what compiles them, and the messages that they describe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import Any

from hopcheck.checks.contracts.dbus import ARGUMENTS, Dbus
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.http import Http
from hopcheck.checks.contracts.kafka import FILE as KAFKA
from hopcheck.checks.contracts.kafka import Kafka
from hopcheck.checks.contracts.mqtt import Mqtt
from hopcheck.checks.contracts.mqtt_channel import FILE as MQTT
from hopcheck.evolution import dbus, http, kafka, mqtt
from hopcheck.evolution.difference import ASYNCAPI, DBUS, OPENAPI, SCHEMA
from hopcheck.evolution.search import Side
from hopcheck.evolution.specimen import Ends, Kind, Specimen
from hopcheck.evolution.spot import reached, references

Trees = Mapping[str, dict[str, Any]]


def kind_of(file: str) -> str | None:
    """The kind of contract that a file is; None for one whose messages nothing here describes."""
    if file.startswith("openapi/") or file == "s3.yaml":
        return OPENAPI
    if file in (KAFKA, MQTT):
        return ASYNCAPI
    if file.startswith("dbus/"):
        return DBUS
    return SCHEMA if file.startswith("schemas/") else None


@dataclass(frozen=True)
class Messages:
    """The messages of one version's files that describe the same protocol as ``file``.

    ``arrows`` are the messages that the diagram sends along an edge. Raises `ContractError` where the files cannot be
    used.
    """

    file: str
    texts: Mapping[str, bytes]
    trees: Trees
    arrows: frozenset[str] = field(default=frozenset())

    @cached_property
    def side(self) -> Side:
        """The files compiled."""
        kind: Kind
        if self.file == MQTT:
            kind = Mqtt(self._documents)
        elif self.file == KAFKA:
            kind = Kafka(self._documents)
        elif kind_of(self.file) == DBUS:
            kind = Dbus(self._documents)
        else:
            kind = Http(self._documents, self._own)
        return Side(self._documents, kind)

    def specimens(self) -> Iterator[Specimen]:
        """Each message."""
        if self.file == MQTT:
            return mqtt.specimens(self._documents)
        if self.file == KAFKA:
            return kafka.specimens(self._documents, self.arrows)
        if kind_of(self.file) == DBUS:
            return dbus.specimens(self._documents)
        return (each for name in self._own for each in http.specimens(self._documents, name))

    @cached_property
    def _own(self) -> list[str]:
        """The documents whose messages the file has a part in: itself, and those that refer to it."""
        if kind_of(self.file) != OPENAPI:
            return [self.file]
        documents = (name for name in self.trees if kind_of(name) == OPENAPI)
        return [name for name in documents if self.file in files_of(self.trees, [name])]

    @cached_property
    def _documents(self) -> Documents:
        names = files_of(self.trees, [name for name in (*self._own, ARGUMENTS) if name in self.trees])
        xml = {name: text for name, text in self.texts.items() if name.endswith(".xml")}
        texts = {name: self.texts[name] for name in names if name in self.texts} | xml
        return Documents.of(texts, {name: self.trees[name] for name in names}, wire=True)


def files_of(trees: Trees, names: Iterable[str]) -> set[str]:
    """The files and all that they refer to."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in trees:
            continue
        found.add(name)
        waiting += [target(name, each) for each in references(trees[name])]
    return found


def target(name: str, reference: str) -> str:
    """The file that a reference in ``name`` means."""
    path = reference.partition("#")[0]
    return normpath(join(dirname(name), path)) if path else name


def users(documents: Documents, arrows: frozenset[str]) -> dict[tuple[str, tuple[str | int, ...]], set[Ends]]:
    """Who writes and who reads what each place of schemas/ describes."""
    found: dict[tuple[str, tuple[str | int, ...]], set[Ends]] = {}
    every: list[Iterator[Specimen]] = [mqtt.specimens(documents), kafka.specimens(documents, arrows)]
    every += [http.specimens(documents, name) for name in documents.trees if kind_of(name) == OPENAPI]
    for specimens in every:
        for specimen in specimens:
            for lever in specimen.levers:
                for name, pointer in reached(documents, (lever.root,)):
                    if name.startswith("schemas/"):
                        found.setdefault((name, pointer), set()).add(lever.ends(specimen.ends))
    for command in documents.trees.get("commands.yaml", {}).get("commands", {}).values():
        ends = [Ends(*edge.split(">")) for edge in command["x-edges"]]
        for reference in references(command):
            name, pointer = documents.target("commands.yaml", reference)
            for place in reached(documents, ((name, pointer),)):
                found.setdefault(place, set()).update(ends)
    return found
