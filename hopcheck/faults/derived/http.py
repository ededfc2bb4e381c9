"""Requests and responses against OpenAPI: parameters, credentials, bodies, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

import yaml

from hopcheck.checks.contracts.documents import Documents, load_yaml
from hopcheck.checks.contracts.http import KIT, METHODS, OF_KIT
from hopcheck.faults.derived import form
from hopcheck.faults.derived.alteration import (
    BODY,
    HEADER,
    MEDIA,
    PLACE,
    STATUS,
    TWICE,
    Alteration,
    Place,
    altered,
    text,
    with_attrs,
    with_json,
    with_pair,
    with_payload,
    without_pair,
)
from hopcheck.faults.derived.proposals import OTHER, Proposer
from hopcheck.faults.derived.schemas import At, Schemas
from hopcheck.trace import Event

GATEWAY = "gateway"
BODILESS = ("204", "304")
"""Answers that carry no body on the wire, whatever is sent (and any to HEAD)."""
_VARIABLE = re.compile(r"\{(\w+)\}")
_INTEGER = re.compile("-?[0-9]+")


class _Operation:
    def __init__(self, documents: Documents, document: str, path: str, method: str) -> None:
        tree = documents.tree(document)
        item = tree["paths"][path]
        self.document, self.method, self.node = document, method.upper(), item[method]
        self.at = ("paths", path, method)
        self.others = [each.upper() for each in sorted(METHODS - set(item))]
        own = [(*self.at, "parameters", number) for number in range(len(self.node.get("parameters", ())))]
        shared = [("paths", path, "parameters", number) for number in range(len(item.get("parameters", ())))]
        followed = [documents.follow(document, pointer) for pointer in (*shared, *own)]
        self.parameters = [At(name, node) for name, _, node in followed]
        wild = {each.node["name"] for each in self.parameters if each.node.get("x-wildcard")}
        bases = [urlsplit(server["url"]).path.rstrip("/") for server in item.get("servers") or tree["servers"]]
        pieces = _VARIABLE.split(path)
        pattern = "".join(
            re.escape(piece) if number % 2 == 0 else f"(?P<{piece}>{'.+' if piece in wild else '[^/]+'})"
            for number, piece in enumerate(pieces)
        )
        slash = "/?" if tree.get("x-trailing-slash") == "optional" and not path.endswith("/") else ""
        self.path = re.compile(f"(?:{'|'.join(map(re.escape, bases))}){pattern}{slash}")
        self.edges = tree["x-edges"]


class Http:
    """The operations of the OpenAPI documents. ``open_edges`` are those where any path is background."""

    def __init__(self, documents: Documents, schemas: Schemas, proposer: Proposer, open_edges: frozenset[str]) -> None:
        self._schemas, self._proposer, self._open = schemas, proposer, open_edges
        self._operations: dict[str, _Operation] = {}
        for name, tree in documents.trees.items():
            if name.startswith("openapi/") or name == "s3.yaml":
                stem = name.rpartition("/")[2].removesuffix(".yaml")
                for path, item in tree["paths"].items():
                    for method in sorted(METHODS & set(item)):
                        operation = _Operation(documents, name, path, method)
                        self._operations[f"{stem}.{item[method]['operationId']}"] = operation

    def derive(self, event: Event, opening: Event | None, message: str) -> Iterator[Alteration]:
        """The alterations of a request or response that is called ``message``; of none that the kit itself asks."""
        name, _, op = message.removeprefix(OF_KIT).rpartition(".")
        operation = self._operations.get(name)
        if operation is None or (op == "request" and message.startswith(OF_KIT)):
            return
        yield from self._request(event, operation) if op == "request" else self._response(event, operation)

    def readdressed(self, event: Event, message: str) -> Iterator[Event]:
        """A request of the kit's own on each edge where a role may ask the same."""
        name, _, op = message.removeprefix(OF_KIT).rpartition(".")
        if op == "request" and message.startswith(OF_KIT) and name in self._operations:
            yield from (replace(event, edge=edge) for edge in self._operations[name].edges)

    def messages(self) -> dict[str, tuple[str, ...]]:
        """Every request and every response that may be provoked."""
        found: dict[str, tuple[str, ...]] = {}
        for name, each in self._operations.items():
            statuses = (status for status in each.node["responses"] if status != "x-clauses")
            told = [s for s in statuses if "x-not-provoked" not in self._response_of(each, s).node]
            found[name] = ("request", *told)
        return found

    def _response_of(self, operation: _Operation, status: str) -> At:
        return self._schemas.find(operation.document, (*operation.at, "responses", status))

    def _request(self, event: Event, operation: _Operation) -> Iterator[Alteration]:
        role = event.source
        yield from self._path(event, operation)
        for parameter in operation.parameters:
            node = parameter.node
            edges = node.get("x-edges")
            if edges is None or event.edge in edges:
                blamed = None if node.get("x-author") == GATEWAY else node.get("x-author") or role
                if node["in"] == "query":
                    yield from self._query(event, parameter, blamed)
                elif node["in"] == "header":
                    yield from self._header(event, parameter, node["name"], "request", blamed)
        unknown = [*event.attrs.get("query", ()), [OTHER, "text"]]
        yield altered("member added", "request.query", role, lambda: _asked(event, unknown))
        yield from self._credentials(event, operation)
        body = operation.node.get("requestBody")
        if body is None:
            if event.payload is None or not event.payload.size:
                yield altered(BODY, "request.body", role, lambda: with_payload(event, b"text"), "where none may be")
            return
        content = self._schemas.find(operation.document, (*operation.at, "requestBody"))
        yield from self._content(event, content, "request", bool(content.node.get("required")))

    def _path(self, event: Event, operation: _Operation) -> Iterator[Alteration]:
        match = operation.path.fullmatch(event.attrs["path"])
        if match is None:
            raise ValueError(f"{event.attrs['path']} is not the path of its own operation")
        path, role = event.attrs["path"], event.source
        for parameter in operation.parameters:
            name = parameter.node["name"]
            if parameter.node["in"] != "path":
                continue
            start, end = match.span(name)
            safe = "/" if parameter.node.get("x-wildcard") else ""

            def put(value: Any, start: int = start, end: int = end, safe: str = safe) -> Event | None:
                other = path[:start] + quote(text(value), safe=safe) + path[end:]
                return (
                    None
                    if end == start or not text(value) or self._leads(event, other, operation)
                    else _at(event, other)
                )

            schema = At(parameter.document, parameter.node["schema"])
            place = Place(f"request.path.{name}", schema, unquote(match[name]), role, put, text)
            yield from place.alterations(self._schemas, self._proposer)
        if event.edge not in self._open:
            for other in operation.others[:1]:
                yield altered(PLACE, "request.method", role, partial(with_attrs, event, method=other))
            yield altered(PLACE, "request.path", role, lambda: self._elsewhere(event, operation))

    def _elsewhere(self, event: Event, operation: _Operation) -> Event | None:
        other = "/" + OTHER + event.attrs["path"].rstrip("/")
        return None if self._leads(event, other, None) else _at(event, other)

    def _leads(self, event: Event, path: str, own: _Operation | None) -> bool:
        """Whether a path is that of another operation, so that nothing forbids it."""
        return any(
            each is not own
            and each.method == event.attrs["method"]
            and event.edge in each.edges
            and each.path.fullmatch(path)
            for each in self._operations.values()
        )

    def _query(self, event: Event, parameter: At, role: str | None) -> Iterator[Alteration]:
        node, pairs = parameter.node, event.attrs.get("query") or []
        name = node["name"]
        spot = f"request.query[{name}]"
        if node.get("style") == "deepObject":
            return
        schema = At(parameter.document, node["schema"])
        values = [value for key, value in pairs if key == name]
        listed = self._type(schema) == "array"

        def put(value: Any) -> Event:
            shown = ",".join(map(text, value)) if listed and isinstance(value, list) else text(value)
            return _asked(event, with_pair(pairs, name, shown))

        def read(value: Any) -> Any:
            if listed:
                return [text(each) for each in value] if isinstance(value, list) else text(value).split(",")
            return self._typed(schema, text(value))

        if not values:
            yield from self._absent(spot, schema, role, put, read)
            return
        if node.get("required"):
            yield altered(HEADER, spot, role, lambda: _asked(event, without_pair(pairs, name)))
        if not listed:
            twice = [*pairs, [name, values[0]]]
            yield altered(TWICE, spot, role, lambda: _asked(event, twice))
        value = [piece for each in values for piece in each.split(",")] if listed else read(values[0])
        yield from Place(spot, schema, value, role, put, read).alterations(self._schemas, self._proposer)

    def _absent(self, spot: str, schema: At, role: str | None, put: Any, read: Any) -> Iterator[Alteration]:
        wrong = next((each for each in ("?", "", "text", "-1") if not self._schemas.holds(schema, read(each))), None)
        if wrong is not None:
            yield altered("value", spot, role, lambda: put(wrong), "where there was none")

    def _type(self, schema: At) -> Any:
        node = schema.node
        while "$ref" in node and "type" not in node:
            schema = self._schemas.target(schema)
            node = schema.node
        return node.get("type")

    def _typed(self, schema: At, value: str) -> Any:
        return int(value) if self._type(schema) == "integer" and _INTEGER.fullmatch(value) else value

    def _header(
        self, event: Event, at: At, name: str, message: str, role: str | None, key: str = "schema"
    ) -> Iterator[Alteration]:
        name, pairs, spot = name.lower(), event.attrs["headers"], f"{message}.header[{name.lower()}]"
        schema = At(at.document, at.node.get("x-schema", at.node.get(key)))
        values = [value for each, value in pairs if each == name]

        def put(value: Any) -> Event:
            # An identity stands in a trace as its structure.
            shown = value if isinstance(value, dict) else text(value)
            return with_attrs(event, headers=with_pair(pairs, name, shown))

        def read(value: Any) -> Any:
            return value if isinstance(value, dict) else self._typed(schema, text(value))

        if not values:
            yield from self._absent(spot, schema, role, put, read)
            return
        if at.node.get("required"):
            yield altered(HEADER, spot, role, lambda: with_attrs(event, headers=without_pair(pairs, name)))
        twice = [*pairs, [name, values[0]]]
        yield altered(TWICE, spot, role, lambda: with_attrs(event, headers=twice))
        yield from Place(spot, schema, read(values[0]), role, put, read).alterations(self._schemas, self._proposer)

    def _credentials(self, event: Event, operation: _Operation) -> Iterator[Alteration]:
        pairs = event.attrs["headers"]
        names = {name for name, _ in pairs}
        schemes = {}
        for alternative in operation.node.get("security", ()):
            for scheme in alternative:
                found = self._schemas.find(operation.document, ("components", "securitySchemes", scheme))
                schemes[scheme] = found
        if not schemes or {} in operation.node["security"]:
            return
        headers = {scheme: at.node["name"].lower() for scheme, at in schemes.items()}
        whole = [a for a in operation.node["security"] if all(headers[scheme] in names for scheme in a)]
        bare = [pair for pair in pairs if pair[0] not in headers.values()]
        yield altered(HEADER, "request.credentials", event.source, lambda: with_attrs(event, headers=bare))
        if len(whole) != 1:
            return
        for scheme in whole[0]:
            others = [pair for pair in bare] + [
                pair for pair in pairs if pair[0] in {headers[each] for each in whole[0] if each != scheme}
            ]
            spot = f"request.header[{headers[scheme]}]"
            yield altered(
                HEADER,
                spot,
                event.source,
                partial(with_attrs, event, headers=others),
            )
            at = schemes[scheme]
            single = [pair for pair in pairs if pair[0] not in set(headers.values()) - {headers[e] for e in whole[0]}]
            alone = with_attrs(event, headers=single)
            yield from self._header(alone, At(at.document, {**at.node}), headers[scheme], "request", event.source)

    def _response(self, event: Event, operation: _Operation) -> Iterator[Alteration]:
        declared = {str(each) for each in operation.node["responses"]}
        role, status = event.source, str(event.attrs["status"])
        for other in ("299", "418", "599"):
            if other not in declared:
                yield altered(STATUS, "response.status", role, partial(with_attrs, event, status=int(other)), other)
        at = self._response_of(operation, status)
        for name, header in at.node.get("headers", {}).items():
            found = self._schemas.target(At(at.document, header)) if "$ref" in header else At(at.document, header)
            yield from self._header(event, found, name, f"response {status}", role)
        if operation.method == "HEAD" or status in BODILESS:
            return
        content = at.node.get("content", {})
        if not content and (event.payload is None or not event.payload.size):
            yield altered(
                BODY, f"response {status}.body", role, lambda: with_payload(event, b"text"), "where none may be"
            )
            return
        yield from self._content(event, at, f"response {status}", at.node.get("x-body") != "optional")

    def _content(self, event: Event, at: At, message: str, required: bool) -> Iterator[Alteration]:
        media, role, spot, payload = at.node.get("content", {}), event.source, f"{message}.body", event.payload
        if payload is None or not payload.size or not media:
            return
        pairs = event.attrs["headers"]
        if required:
            yield altered(BODY, spot, role, lambda: with_payload(event, None), "none")
        yield altered(BODY, spot, role, lambda: with_attrs(event, complete=False), "cut short")
        kind = next((value for name, value in pairs if name == "content-type"), None)
        if "*/*" not in media:
            other = with_pair(pairs, "content-type", f"application/{OTHER}")
            yield altered(MEDIA, spot, role, lambda: with_attrs(event, headers=other), "another")
            none = without_pair(pairs, "content-type")
            yield altered(MEDIA, spot, role, lambda: with_attrs(event, headers=none), "none")
        key = _media(media, kind)
        node = media[key]
        if "x-parts" in node and kind is not None:
            yield from form.derive(
                event, kind, node["x-parts"].get(event.edge), at.document, self._schemas, self._proposer
            )
        elif "schema" in node:
            schema = At(at.document, node["schema"])
            yield from self._body(event, schema, key.partition(";")[0], spot)

    def _body(self, event: Event, schema: At, kind: str, spot: str) -> Iterator[Alteration]:
        payload, role = event.payload, event.source
        if payload is None:
            return
        if kind.endswith("json"):
            place = Place(spot, schema, payload.read_json(), role, lambda value: with_json(event, value))
            yield altered(BODY, spot, role, lambda: with_payload(event, payload.data + b"}"), "no JSON")
        elif "yaml" in kind:
            place = Place(
                spot,
                schema,
                load_yaml(payload.data),
                role,
                lambda value: with_payload(event, yaml.safe_dump(value).encode()),
                lambda value: load_yaml(yaml.safe_dump(value)),
            )
            yield altered(BODY, spot, role, lambda: with_payload(event, payload.data + b"\n]"), "no YAML")
        else:
            # An empty text is no body, which is altered by itself.
            place = Place(spot, schema, payload.text, role, lambda value: _said(event, text(value)), text)
        yield from place.alterations(self._schemas, self._proposer)


def _media(media: dict[str, Any], kind: str | None) -> str:
    """The declared media type that a content type means: itself, without its parameters, or a range of it."""
    plain = {key.replace(" ", "").lower(): key for key in media}
    full = (kind or "").replace(" ", "").lower()
    base = full.partition(";")[0]
    for each in (full, base, base.partition("/")[0] + "/*", "*/*"):
        if each in plain:
            return plain[each]
    raise ValueError(f"{kind} is none of {', '.join(media)}")


def _asked(event: Event, pairs: list[list[str]]) -> Event:
    shown = urlencode([(name, value) for name, value in pairs])
    path = event.attrs["path"]
    return with_attrs(event, query=pairs, target=f"{path}?{shown}" if shown else path)


def _at(event: Event, path: str) -> Event:
    _, mark, query = str(event.attrs.get("target", "")).partition("?")
    return with_attrs(event, path=path, target=path + mark + query)


def _said(event: Event, value: str) -> Event | None:
    return with_payload(event, value.encode()) if value else None


def edge_of(event: Event) -> str:
    """The edge, or none for what the kit asks by itself."""
    return "" if event.edge.startswith(f"{KIT}>") else event.edge
