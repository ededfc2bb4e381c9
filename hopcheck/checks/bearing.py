"""Which clauses a message really puts to the test: those of the parts of its contract that apply to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from hopcheck.checks.contracts.documents import Documents, Pointer
from hopcheck.checks.history import body
from hopcheck.checks.predicate import header
from hopcheck.trace import Event

KEY = "x-clauses"
ITEMS = 5  # of a list, enough to show that its rule was met
BRANCHES = frozenset({"then", "else"})


class Bearing:
    """The ``x-clauses`` of a directory of contracts, by message and by what a message holds.

    A clause on a parameter, a property or a status counts only where the message has it; one below a condition never
    does, since whether the condition held is for the contract to say. So ``pass`` is claimed too seldom, not too often.
    """

    def __init__(self, directory: Path) -> None:
        self._documents = Documents(directory)
        self._operations = {f"{Path(name).stem}.{operation['operationId']}": (name, ("paths", path, method))
                            for name, tree in self._documents.trees.items() if isinstance(tree, dict)
                            for path, item in (tree.get("paths") or {}).items()
                            for method, operation in item.items()
                            if isinstance(operation, dict) and "operationId" in operation}
        self._members = dict(_members(directory / "dbus"))

    def clauses(self, message: str, event: Event) -> frozenset[str]:
        """The clauses that this event exercises, given its message name."""
        kind = event.protocol
        found: Iterator[str] = iter(())
        if kind == "http":
            found = self._http(message, event)
        elif kind == "mqtt":
            found = self._mqtt(message.partition(".")[2], event)
        elif kind == "kafka":
            found = self._message("asyncapi/kafka.yaml", message.partition(".")[2], event)
        elif kind == "dbus":
            found = self._dbus(message.partition(".")[2], event)
        elif kind == "process":
            found = self._process(message, event)
        return frozenset(found)

    def _http(self, message: str, event: Event) -> Iterator[str]:
        operation, _, op = message.rpartition(".")
        if operation not in self._operations or op == "refused":
            return
        name, at = self._operations[operation]
        node = self._documents.node(name, at)
        if op == "request":
            yield from node.get(KEY, ())
            yield from self._parameters(name, at, event)
            if event.payload is not None and event.payload.size:
                yield from self._request_body(name, (*at, "requestBody"), node, event)
            return
        status = str(event.attrs.get("status"))
        if status not in node["responses"]:
            return
        if status.startswith("2"):
            yield from node.get(KEY, ())
        name, pointer, response = self._documents.follow(name, (*at, "responses", status))
        yield from response.get(KEY, ())
        for each, rule in response.get("headers", {}).items():
            if header(event, each.lower()) is not None:
                yield from rule.get(KEY, ())
        for content in response.get("content", {}):
            yield from self._schema(name, (*pointer, "content", content, "schema"), body(event))

    def _parameters(self, name: str, at: Pointer, event: Event) -> Iterator[str]:
        given = {str(each).lower() for each, _ in event.attrs.get("headers") or ()}
        given |= {str(each) for each, _ in event.attrs.get("query") or ()}
        given |= {each.partition("[")[0] for each in given} | {each.rpartition("[")[0] for each in given}
        tree = self._documents.trees[name]
        for place in (at, at[:-1]):
            for number in range(len(self._documents.node(name, place).get("parameters", ()))):
                _, _, rule = self._documents.follow(name, (*place, "parameters", number))
                if rule["in"] == "path" or rule["name"] in given or rule["name"].lower() in given:
                    yield from (*rule.get(KEY, ()), *rule.get("schema", {}).get(KEY, ()))
        schemes = tree.get("components", {}).get("securitySchemes", {})
        for needed in self._documents.node(name, at).get("security", ()):
            for scheme in needed:
                if str(schemes.get(scheme, {}).get("name", "")).lower() in given:
                    yield from schemes[scheme].get(KEY, ())

    def _request_body(self, name: str, pointer: Pointer, node: Any, event: Event) -> Iterator[str]:
        yield from node.get("requestBody", {}).get(KEY, ())
        for content, rule in node.get("requestBody", {}).get("content", {}).items():
            if not str(header(event, "content-type")).startswith(content):
                continue
            yield from self._schema(name, (*pointer, "content", content, "schema"), body(event))
            for part in rule.get("x-parts", {}).get(event.edge, ()):
                yield from part.get(KEY, ())
                for key in ("lines", "first", "schema"):
                    if "$ref" in part.get(key, {}):
                        yield from self._marked(*self._documents.target(name, part[key]["$ref"]))

    def _marked(self, name: str, pointer: Pointer) -> Iterator[str]:
        node = self._documents.node(name, pointer)
        yield from node.get(KEY, ())
        if "$ref" in node:
            yield from self._marked(*self._documents.target(name, node["$ref"]))

    def _mqtt(self, message: str, event: Event) -> Iterator[str]:
        name, leg = "asyncapi/mqtt.yaml", event.attrs.get("leg")
        tree = self._documents.trees[name]
        if event.op == "CONNECT":
            yield from _all(tree["servers"][str(leg)])
        elif event.op == "SUBSCRIBE":
            for each in tree["operations"].values():
                if each["action"] == "receive" and each.get("x-leg") == leg:
                    yield from each.get(KEY, ())
        elif event.op == "PUBLISH":
            for channel, each in tree["channels"].items():
                if message in each["messages"]:
                    yield from each.get(KEY, ())
                    yield from self._sends(tree, channel, message)
            yield from self._message(name, message, event)

    def _sends(self, tree: Any, channel: str, message: str) -> Iterator[str]:
        for each in tree["operations"].values():
            refs = [ref["$ref"] for ref in each.get("messages", ())]
            if each["action"] == "send" and f"#/channels/{channel}/messages/{message}" in refs:
                yield from each.get(KEY, ())

    def _message(self, name: str, message: str, event: Event) -> Iterator[str]:
        node = self._documents.trees[name]["components"]["messages"].get(message)
        if node is None:
            return
        yield from node.get(KEY, ())
        yield from node.get("headers", {}).get(KEY, ())
        yield from node.get("bindings", {}).get("kafka", {}).get("key", {}).get(KEY, ())
        for equal in node.get("x-equal", ()):
            yield from equal.get(KEY, ())
        yield from self._schema(name, ("components", "messages", message, "payload"), body(event))

    def _dbus(self, message: str, event: Event) -> Iterator[str]:
        yield from self._members.get(message.rpartition(".")[0], ())
        name = "dbus/arguments.yaml"
        if message in self._documents.trees[name]["arguments"]:
            at: Pointer = ("arguments", message)
            yield from self._documents.node(name, at).get(KEY, ())
            yield from self._schema(name, (*at, "schema"), event.attrs.get("args"))

    def _process(self, message: str, event: Event) -> Iterator[str]:
        node = self._documents.trees["commands.yaml"]["commands"].get(message.split(".")[1], {})
        if event.op == "exit":
            yield from node.get("status", {}).get(KEY, ())
        else:
            yield from (*node.get(KEY, ()), *node.get("files", {}).get(KEY, ()))

    def _schema(self, name: str, pointer: Pointer, value: Any) -> Iterator[str]:
        """The clauses of a schema along what ``value`` has."""
        try:
            node = self._documents.node(name, pointer)
        except ValueError:
            return
        if value is None or not isinstance(node, dict):
            return
        yield from node.get(KEY, ())
        if "$ref" in node:
            yield from self._schema(*self._documents.target(name, node["$ref"]), value)
        if isinstance(value, dict):
            for key in set(node.get("properties", ())) & set(value):
                yield from self._schema(name, (*pointer, "properties", key), value[key])
        if isinstance(value, list):
            for number, each in enumerate(value[:len(node.get("prefixItems", ()))]):
                yield from self._schema(name, (*pointer, "prefixItems", number), each)
            for each in value[:ITEMS] if "items" in node else ():
                yield from self._schema(name, (*pointer, "items"), each)


def _all(node: Any) -> Iterator[str]:
    """Every clause below a node, conditions aside."""
    for key, value in node.items() if isinstance(node, dict) else ():
        if key == KEY:
            yield from value
        elif key not in BRANCHES:
            yield from _all(value)


def _members(directory: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The clauses of each method and signal: its own, else its interface's."""
    for path in sorted(directory.glob("*.xml")):
        for interface in ElementTree.parse(path).getroot():
            short, shared = interface.attrib["name"].rpartition(".")[2], _noted(interface)
            for each in interface:
                if each.tag in ("method", "signal"):
                    yield f"{short}.{each.attrib['name']}", _noted(each) or shared


def _noted(element: ElementTree.Element) -> tuple[str, ...]:
    notes = [n.attrib["value"] for n in element.findall("annotation") if n.attrib["name"] == "org.hopcheck.Clauses"]
    return tuple(" ".join(notes).split())
