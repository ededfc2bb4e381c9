"""The examples in the contracts: each is what its schema says, and no body is without one.

An example is written as it passes on the wire, so what a trace shows redacted is checked in full here.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from xml.etree import ElementTree

import orjson
import yaml

from hopcheck.checks.contracts.documents import Documents, Pointer, load_yaml, place
from hopcheck.checks.contracts.expression import Equality
from hopcheck.checks.contracts.http import METHODS
from hopcheck.checks.contracts.kafka import FILE as KAFKA
from hopcheck.checks.contracts.rule import Rule
from hopcheck.trace import Event, Payload

Told = tuple[str, int, str, str]
"""File, line, cause and remedy."""
# What stands below these is a name, whatever it is called.
_NAMES = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "schemas", "messages", "responses"})
# What stands below these is a value.
_VALUES = frozenset({"const", "enum", "default", "required", "x-clauses"})
# What an equality calls the parts of a message, and what its example calls them.
_PARTS = {"key": "x-key", "header": "headers", "value": "payload"}
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
MEND = "mend the example, or its schema where that is wrong"
GIVE = "give it one, as a good run has it"


def examples(documents: Documents) -> Iterator[Told]:
    """Every example that is wrong, and every body and schema of its own file that has none.

    ``documents`` are those of the wire (``Documents(directory, wire=True)``).
    """
    for name in documents.trees:
        if name.startswith(("openapi/", "asyncapi/", "schemas/")) or name == "s3.yaml":
            yield from _File(documents, name).told()


def line_of(root: yaml.Node | None, pointer: Pointer) -> int:
    """The line of what stands at ``pointer``, or of what is nearest above it."""
    line, node = 1, root
    for step in pointer:
        found = _step(node, step)
        if found is None:
            return line
        line, node = found
    return line


def _step(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    if not isinstance(node, yaml.MappingNode):
        return None
    for key, value in node.value:
        if key.value == str(step):
            return key.start_mark.line + 1, value
    merged = (value for key, value in node.value if key.tag == "tag:yaml.org,2002:merge")
    return next((found for value in merged if (found := _step(value, step)) is not None), None)


class _File:
    def __init__(self, documents: Documents, name: str) -> None:
        self._documents = documents
        self._name = name
        self._root = yaml.compose(documents.texts[name], Loader=yaml.CSafeLoader)
        self._rule = cache(lambda pointer: Rule(documents, name, pointer))

    def told(self) -> Iterator[Told]:
        tree = self._documents.tree(self._name)
        yield from self._schemas(tree, ())
        if self._name.startswith("schemas/"):
            for pointer in ((), *(("$defs", each) for each in tree.get("$defs", {}))):
                if not self._documents.node(self._name, pointer).get("examples"):
                    yield self._problem(pointer, f"{place(pointer)} has no example", GIVE)
        for pointer in _bodies(tree) if "openapi" in tree else ():
            yield from self._body(pointer)
        for message in tree.get("components", {}).get("messages", {}) if "asyncapi" in tree else ():
            yield from self._message(("components", "messages", message))
        for server, node in tree.get("servers", {}).items() if "asyncapi" in tree else ():
            if "x-last-will" in node:
                will = ("servers", server, "bindings", "mqtt", "lastWill", "message")
                yield from self._text(will, "json", ("servers", server, "x-last-will", "message"))

    def _problem(self, pointer: Pointer, cause: str, remedy: str = MEND) -> Told:
        return self._name, line_of(self._root, pointer), cause, remedy

    def _schemas(self, node: Any, pointer: Pointer) -> Iterator[Told]:
        """JSON Schema's own ``examples``, wherever a schema stands."""
        if isinstance(node, list):
            for number, each in enumerate(node):
                yield from self._schemas(each, (*pointer, number))
        if not isinstance(node, dict):
            return
        named = bool(pointer) and pointer[-1] in _NAMES
        for key, each in node.items():
            if named or key not in _VALUES | {"example", "examples"}:
                yield from self._schemas(each, (*pointer, key))
            elif key == "examples" and isinstance(each, list) and pointer[-2:-1] != ("messages",):
                for number, value in enumerate(each):
                    yield from self._value((*pointer, key, number), value, pointer)

    def _value(self, at: Pointer, value: Any, schema: Pointer) -> Iterator[Told]:
        """What is wrong with the example ``value``, that stands ``at``, by ``schema``."""
        for breach in self._rule(schema).breaches(value, self._name, "example", None):
            yield self._problem(
                (*at, *_steps(breach.place)), f"{breach.place}: expected {breach.expected}, got {breach.got}"
            )
        yield from self._decoded(at, value)

    def _decoded(self, at: Pointer, value: Any) -> Iterator[Told]:
        """Identities are base64 on the wire: what is in them is checked as well."""
        if isinstance(value, list):
            for number, each in enumerate(value):
                yield from self._decoded((*at, number), each)
        for key, each in value.items() if isinstance(value, dict) else ():
            if key in ("b64_identity", "x-rh-identity") and isinstance(each, str):
                try:
                    identity = orjson.loads(base64.b64decode(each))
                except ValueError:
                    yield self._problem((*at, key), f"example.{key}: expected base64 of JSON, got something else")
                    continue
                for breach in Rule(self._documents, "schemas/identity.yaml", ()).breaches(
                    identity, self._name, f"example.{key}", None
                ):
                    yield self._problem((*at, key), f"{breach.place}: expected {breach.expected}, got {breach.got}")
            yield from self._decoded((*at, key), each)

    def _text(self, at: Pointer, kind: str, schema: Pointer | None) -> Iterator[Told]:
        """An example that is written as text, of a media type or format ``kind``."""
        value = self._documents.node(self._name, at)
        try:
            if isinstance(value, str) and kind.endswith("xml"):
                ElementTree.fromstring(value)
            elif isinstance(value, str) and kind.endswith("json") and schema is not None:
                value = orjson.loads(value)
            elif isinstance(value, str) and "yaml" in kind:
                value = load_yaml(value)
        except (ElementTree.ParseError, ValueError, yaml.YAMLError) as error:
            yield self._problem(at, f"example: expected {kind}, got what is none: {error}".replace("\n", " "))
            return
        if schema is not None:
            yield from self._value(at, value, schema)

    def _body(self, pointer: Pointer) -> Iterator[Told]:
        """A media type, or the parts of a form."""
        node = self._documents.node(self._name, pointer)
        if "x-parts" in node:
            for edge, parts in node["x-parts"].items():
                for number, part in enumerate(parts):
                    yield from self._part((*pointer, "x-parts", edge, number), part)
            return
        kind = str(pointer[-1]).partition(";")[0].strip()
        schema = (*pointer, "schema") if "schema" in node else None
        found = [(*pointer, "example")] if "example" in node else []
        found += [(*pointer, "examples", each, "value") for each in node.get("examples", {})]
        for at in found:
            yield from self._text(at, "yaml" if "yaml" in kind else "xml" if kind.endswith("xml") else "", schema)
        if schema is not None and not found:
            yield self._problem(pointer, f"{place(pointer)} has a schema and no example", GIVE)

    def _part(self, pointer: Pointer, part: Mapping[str, Any]) -> Iterator[Told]:
        if "example" not in part:
            if "lines" in part or "schema" in part:
                yield self._problem(pointer, f"the part {part['name']!r} has a schema and no example", GIVE)
            return
        at, value = (*pointer, "example"), part["example"]
        if "schema" in part:
            yield from self._value(at, value, (*pointer, "schema"))
        if "lines" in part:
            for number, each in enumerate(value):
                yield from self._value((*at, number), each, (*pointer, "lines"))
        if "first" in part:
            yield from self._value((*at, 0), value[0] if value else None, (*pointer, "first"))

    def _message(self, pointer: Pointer) -> Iterator[Told]:
        """Payload, headers, key and equalities of a message's examples; a message without a body needs none."""
        node = self._documents.node(self._name, pointer)
        found = node.get("examples", [])
        if not found and ("payload" in node or "headers" in node):
            yield self._problem(pointer, f"{place(pointer)} has a schema and no example", GIVE)
        places = {"headers": (*pointer, "headers"), "payload": (*pointer, "payload")}
        if self._name == KAFKA:
            places["x-key"] = (*pointer, "bindings", "kafka", "key")
        equal = [Equality(f"{self._name}: {place(pointer)}", each) for each in node.get("x-equal", ())]
        for number, example in enumerate(found):
            at = (*pointer, "examples", number)
            for key, schema in places.items():
                if key not in example:
                    if key in node:
                        yield self._problem(at, f"the example has no {key}", GIVE)
                elif key in node or key == "x-key":
                    yield from self._value((*at, key), example[key], schema)
            for rule in equal:
                for breach in rule.check(_record(example), self._name, None):
                    part = _PARTS[breach.place.partition(".")[0]]
                    yield self._problem(
                        (*at, part, *_steps(breach.place)),
                        f"{breach.place}: expected {breach.expected}, got {breach.got}",
                    )


def _bodies(node: dict[str, Any]) -> Iterator[Pointer]:
    """The media types of an OpenAPI document, each where it stands."""
    places: list[tuple[Pointer, Any]] = []
    for path, item in node.get("paths", {}).items():
        for method in sorted(METHODS & set(item)):
            places.append((("paths", path, method, "requestBody"), item[method].get("requestBody", {})))
            places += _named(("paths", path, method, "responses"), item[method]["responses"])
    for key in ("requestBodies", "responses"):
        places += _named(("components", key), node.get("components", {}).get(key, {}))
    for at, body in places:
        for kind in body.get("content", {}):
            yield (*at, "content", kind)


def _steps(where: str) -> Iterator[str | int]:
    """The steps in a breach's place below what it is of."""
    for member, number in _STEP.findall(where):
        yield int(number) if number else member


def _named(pointer: Pointer, node: Mapping[str, Any]) -> Iterator[tuple[Pointer, Any]]:
    return (((*pointer, key), each) for key, each in node.items() if isinstance(each, dict))


def _record(example: Mapping[str, Any]) -> Event:
    attrs = {"key": example.get("x-key"), "headers": list(example.get("headers", {}).items())}
    payload = Payload(orjson.dumps(example.get("payload")))
    return Event.from_dict({"attrs": attrs} | {"payload": payload.as_dict()})
