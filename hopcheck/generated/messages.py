"""Messages that nobody wrote, right and wrong ones by the contracts: of MQTT, Kafka, D-Bus and an upload's lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from hopcheck.checks.contracts.breach import ContractError
from hopcheck.checks.contracts.documents import Documents
from hopcheck.faults.derived.proposals import LIMIT, RETYPE
from hopcheck.faults.derived.schemas import DECODED, REDACTED, At, Schemas
from hopcheck.generated.messages_stock import SIZE, Shape, Stock
from hopcheck.generated.strategies import ENCODED
from hopcheck.generated.strategies_broken import OF_PROPOSAL, VALID, WAYS, WRONG, damaged, encoded

MQTT, KAFKA, DBUS, LINES = "mqtt", "kafka", "dbus", "event lines"
PROTOCOLS = (MQTT, KAFKA, DBUS, LINES)
_ASYNC = {MQTT: "asyncapi/mqtt.yaml", KAFKA: "asyncapi/kafka.yaml"}
_ARGUMENTS = "dbus/arguments.yaml"
_LINES = {"playbook": "schemas/ansibleRunnerJobEvent.yaml", "playbook-sat": "schemas/rhcsatJobEvent.yaml"}
_SHOWN = 400
_TOPIC = "}/insights/{client_id}/"
_RIGHT, _FORBIDDEN, _WRITTEN = range(3)
_CHOICE = st.sampled_from((_RIGHT, _RIGHT, _FORBIDDEN, _WRITTEN))
_NUMBER = st.integers(0, 2**20 - 1)


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """``name`` is the contract's, ``kind`` how it is broken (`strategies_broken`), ``way`` what is wrong in a line.

    ``data`` are the bytes that it carries. ``beside`` is what goes with them: the ``topic``'s end on MQTT, ``key`` and
    ``headers`` of a record, ``args`` of a D-Bus call other than its bytes.
    """

    protocol: str
    name: str
    kind: str
    way: str
    data: bytes
    beside: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Short enough to be read."""
        shown = self.data if len(self.data) <= _SHOWN else self.data[:_SHOWN] + b"..."
        return (
            f"<{self.protocol} {self.name}, {self.kind}{f' ({self.way})' if self.way else ''}: {shown!r} {self.beside}>"
        )


class Messages:
    """Strategies of the messages of the contracts in a directory.

    ``size`` is how many valid ones of a name there are beside its examples; the same size gives the same messages.
    """

    def __init__(self, contracts: Path, size: int = SIZE) -> None:
        read = Documents(contracts, wire=True)
        trees = {name: _on_wire(tree) for name, tree in read.trees.items()}
        self._documents = Documents.of(read.texts, trees, wire=True)
        self._schemas = Schemas(self._documents)
        self._size = size
        self._made: dict[tuple[str, str], SearchStrategy[Message]] = {}
        self._held: dict[tuple[str, str], Stock] = {}

    def names(self, protocol: str) -> list[str]:
        """What the protocol's contract calls its messages with content that is described."""
        if protocol == DBUS:
            arguments = self._documents.tree(_ARGUMENTS)["arguments"]
            return [each.removesuffix(".call") for each in arguments if each.endswith(".call")]
        if protocol == LINES:
            return list(_LINES)
        tree = self._documents.tree(_ASYNC[protocol])["components"]["messages"]
        return [name for name, node in tree.items() if "payload" in node]

    def of(self, protocol: str, name: str) -> SearchStrategy[Message]:
        """Messages of a name, half of them right; they shrink to the contract's own example."""
        makers: Mapping[str, Callable[[str], SearchStrategy[Message]]] = {
            MQTT: self._mqtt,
            KAFKA: self._kafka,
            DBUS: self._dbus,
            LINES: self._lines,
        }
        key = (protocol, name)
        if key not in self._made:
            self._made[key] = makers[protocol](name)
        return self._made[key]

    def any_of(self, protocol: str, *names: str) -> SearchStrategy[Message]:
        """Messages of any of these names."""
        return st.one_of([self.of(protocol, name) for name in names])

    def holds(self, protocol: str, name: str, value: Any) -> bool:
        """Whether a payload of `MQTT` or `KAFKA` or one of `LINES`, decoded, or the arguments of a `DBUS` call keep the
        contract."""
        if (protocol, name) not in self._held:
            place: tuple[str, ...] = ("components", "messages", name, "payload")
            document = {**_ASYNC, DBUS: _ARGUMENTS, LINES: _LINES.get(name, "")}[protocol]
            if protocol in (DBUS, LINES):
                place = ("arguments", f"{name}.call", "schema") if protocol == DBUS else ()
            self._held[protocol, name] = self._stock([], document, *place)
        return self._held[protocol, name].holds(value)

    def _mqtt(self, name: str) -> SearchStrategy[Message]:
        channels = self._documents.tree(_ASYNC[MQTT])["channels"].values()
        [address] = [each["address"] for each in channels if name in each["messages"]]
        return self._payloads(MQTT, name, {"topic": address.partition(_TOPIC)[2]})

    def _kafka(self, name: str) -> SearchStrategy[Message]:
        at = ("components", "messages", name)
        given = self._documents.node(_ASYNC[KAFKA], at).get("examples", ())
        head = self._stock([each["headers"] for each in given], _ASYNC[KAFKA], *at, "headers")
        key = self._stock([each["x-key"] for each in given], _ASYNC[KAFKA], *at, "bindings", "kafka", "key")
        return st.builds(partial(_record, head, key), self._payloads(KAFKA, name, {}), _NUMBER)

    def _lines(self, name: str) -> SearchStrategy[Message]:
        stock = self._stock(self._documents.tree(_LINES[name])["examples"], _LINES[name])
        return _drawn(stock, partial(_payload, Message(LINES, name, VALID, "", b""), stock))

    def _dbus(self, name: str) -> SearchStrategy[Message]:
        types = [_TYPES[each] for each in self._signature(name) if each in _TYPES]
        typed = At(_ARGUMENTS, {"type": "array", "prefixItems": types})
        stock = self._stock([], _ARGUMENTS, "arguments", f"{name}.call", "schema", also=typed)
        return _drawn(stock, partial(_call, name, stock))

    def _payloads(self, protocol: str, name: str, beside: Mapping[str, Any]) -> SearchStrategy[Message]:
        at = ("components", "messages", name)
        given = [each["payload"] for each in self._documents.node(_ASYNC[protocol], at).get("examples", ())]
        stock = self._stock(given, _ASYNC[protocol], *at, "payload")
        return _drawn(stock, partial(_payload, Message(protocol, name, VALID, "", b"", beside), stock))

    def _stock(self, examples: list[Any], document: str, *pointer: str | int, also: At | None = None) -> Stock:
        name, found, _ = self._documents.follow(document, pointer)
        more = () if also is None else (also,)
        return Stock(Shape(self._schemas, self._documents, name, found, more), tuple(examples), self._size)

    def _signature(self, name: str) -> list[str]:
        """The types of a method's arguments, which the interface's XML lists."""
        interface, _, member = name.partition(".")
        for document, text in self._documents.texts.items():
            if document.startswith("dbus/") and document.endswith(f"{interface}.xml"):
                for method in ElementTree.fromstring(text).iter("method"):
                    if method.attrib["name"] == member:
                        arguments = [each for each in method.findall("arg") if each.attrib["direction"] == "in"]
                        return [each.attrib["type"] for each in arguments]
        raise ContractError(f"dbus/: no method {name}")


_TYPES: Mapping[str, Any] = {
    "s": {"type": "string"},
    "u": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    "i": {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    "b": {"type": "boolean"},
    "a{ss}": {"type": "object", "additionalProperties": {"type": "string"}},
}


def _drawn(stock: Stock, make: Callable[[int, int, int], Message]) -> SearchStrategy[Message]:
    """Messages made of a value's number, a choice and a number that says where and how."""
    return st.builds(make, st.integers(0, len(stock.values) - 1), _CHOICE, _NUMBER)


def _payload(plain: Message, stock: Stock, value: int, choice: int, number: int) -> Message:
    wrong = stock.wrong(value) if choice == _FORBIDDEN else ()
    if wrong:
        each = wrong[number % len(wrong)]
        kind, way = OF_PROPOSAL.get(each.kind, WRONG), " ".join(filter(None, each.rule))
        return replace(plain, kind=kind, way=way, data=encoded(each.value))
    if choice == _WRITTEN:
        where, which = divmod(number, len(WAYS))
        found = damaged(stock.values[value], WAYS[which], where)
        return replace(plain, kind=found.kind, way=found.way, data=found.data)
    return replace(plain, data=encoded(stock.values[value]))


def _call(name: str, stock: Stock, value: int, choice: int, number: int) -> Message:
    """A call; wrong types are no matter of its arguments but of the signature, which no bus library lets pass."""
    data = Random(number).randbytes(number % 61)
    wrong = [each for each in stock.wrong(value) if each.kind not in (RETYPE, LIMIT)]
    if choice == _RIGHT or not wrong:
        return Message(DBUS, name, VALID, "", data, {"args": stock.values[value]})
    each = wrong[number % len(wrong)]
    kind, way = OF_PROPOSAL.get(each.kind, WRONG), " ".join(filter(None, each.rule))
    return Message(DBUS, name, kind, way, data, {"args": each.value})


def _record(head: Stock, key: Stock, message: Message, number: int) -> Message:
    """A record; one of eight has wrong headers or a wrong key. Both are text, as they are sent."""
    headers, said = head.values[number % len(head.values)], key.values[number % len(key.values)]
    if number % 8 == 7:
        wrong = head.wrong(number % len(head.values))
        headers = wrong[number // 8 % len(wrong)].value if wrong else headers
    shown = {name: _text(each) for name, each in headers.items()} if isinstance(headers, dict) else {}
    kind, way = message.kind, message.way
    if kind == VALID and not head.holds(shown):
        kind, way = WRONG, "headers"
    return replace(message, kind=kind, way=way, beside={"headers": shown, "key": said})


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _on_wire(node: Any) -> Any:
    """A schema of what is sent, where the contracts say what a trace shows: a secret as it is."""
    if isinstance(node, list):
        return [_on_wire(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {ENCODED if key == DECODED else key: _on_wire(each) for key, each in node.items() if key != REDACTED}
