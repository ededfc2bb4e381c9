"""Requests and responses as an OpenAPI document has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
import yaml

from hopcheck.checks.contracts.documents import Documents, Pointer
from hopcheck.checks.contracts.http import METHODS
from hopcheck.evolution import form
from hopcheck.evolution.candidate import samples
from hopcheck.evolution.specimen import Ends, Lever, Specimen, event_of
from hopcheck.evolution.spot import Root, spot_of
from hopcheck.trace import Event, Payload

_BODILESS = ("204", "304")


@dataclass(frozen=True, slots=True)
class _Body:
    """A body, its media type, and where the contract has it; ``rest`` are its levers where it is a form."""

    kind: str
    data: bytes
    lever: tuple[Root, Any] | None
    form: form.Form | None = None


@dataclass(frozen=True, slots=True)
class _Parameter:
    node: Mapping[str, Any]
    schema: Root

    @property
    def name(self) -> str:
        return str(self.node["name"])


def specimens(documents: Documents, name: str) -> Iterator[Specimen]:
    """Each operation on each edge: the least request, one with all parameters, each body, and each answer."""
    tree = documents.tree(name)
    for path, item in tree["paths"].items():
        for method in sorted(METHODS & set(item)):
            for edge in tree["x-edges"]:
                yield from _Operation(documents, name, path, method, edge).specimens()


class _Operation:
    def __init__(self, documents: Documents, name: str, path: str, method: str, edge: str) -> None:
        self.documents, self.document, self.path, self.method, self.edge = documents, name, path, method, edge
        tree = documents.tree(name)
        self.item = tree["paths"][path]
        self.node: Mapping[str, Any] = self.item[method]
        self.at: Pointer = ("paths", path, method)
        self.caller, _, server = edge.partition(">")
        # Beside the flow: whoever asks the platform's services.
        self.server = server or edge
        self.id = f"{name}#{self.node['operationId']}"
        servers = self.item.get("servers") or tree.get("servers") or [{"url": "/"}]
        self.bases = [urlsplit(each["url"]).path.rstrip("/") for each in servers]
        self.schemes = (tree.get("components") or {}).get("securitySchemes", {})
        places: list[Pointer] = []
        for at, holder in ((self.at[:2], self.item), (self.at, self.node)):
            places += [(*at, "parameters", number) for number in range(len(holder.get("parameters", ())))]
        self.parameters = [self._parameter(each) for each in places]
        # What decides for the path or the document as a whole.
        around = ((*self.at[:2], "parameters"), (*self.at[:2], "servers"), ("servers",), ("x-edges",))
        self.general: tuple[Root, ...] = tuple((name, each) for each in around)

    def specimens(self) -> Iterator[Specimen]:
        asked: Event | None = None
        for each in self._requests():
            if asked is None:
                asked = each.event
            yield each
        if asked is not None:
            yield from self._responses(asked)

    def _parameter(self, pointer: Pointer) -> _Parameter:
        name, at, node = self.documents.follow(self.document, pointer)
        return _Parameter(node, (name, (*at, "schema")))

    def _credential(self, scheme: str) -> Root:
        """The schema of a security scheme's header."""
        key = "x-schema" if "x-schema" in self.schemes[scheme] else "schema"
        return self.document, ("components", "securitySchemes", scheme, key)

    def _plain(self, schema: Root) -> str:
        """A value of a parameter, as text."""
        return _text(next(iter(samples(spot_of(self.documents, (schema,)))), "text"))

    def _requests(self) -> Iterator[Specimen]:
        roots = ((self.document, self.at), *self.general, (self.document, ("components", "securitySchemes")))
        ends = Ends(self.caller, self.server, self.server)
        here = [each for each in self.parameters if self.edge in each.node.get("x-edges", [self.edge])]
        least = [each for each in here if each.node.get("required") or each.node["in"] == "path"]
        bodies: list[_Body | None] = list(self._bodies((*self.at, "requestBody"))) if "requestBody" in self.node else []
        if not bodies or not self._required():
            bodies.insert(0, None)
        securities: list[Mapping[str, Any]] = list(self.node.get("security") or [{}])
        for base, security, parameters, body in _few(self.bases, securities, [least, here], bodies):
            event = self._request(base, security, parameters, body)
            levers = [*self._levers(event, base, parameters), *_of_body(event, body)]
            for scheme in security:
                named = self.schemes[scheme]
                levers.append(_header(event, self._credential(scheme), named["name"], named.get("x-author")))
            yield Specimen(f"{self.id} request", event, None, ends, roots, tuple(levers))

    def _required(self) -> bool:
        _, _, node = self.documents.follow(self.document, (*self.at, "requestBody"))
        return bool(node.get("required"))

    def _request(self, base: str, security: Iterable[str], parameters: list[_Parameter], body: _Body | None) -> Event:
        headers: list[list[Any]] = []
        for scheme in security:
            headers.append([self.schemes[scheme]["name"].lower(), self._plain(self._credential(scheme))])
        known = {name for name, _ in headers}
        values = {each.name: self._plain(each.schema) for each in parameters}
        headers += [
            [each.name.lower(), values[each.name]]
            for each in parameters
            if each.node["in"] == "header" and each.name.lower() not in known
        ]
        query = [
            [f"{each.name}[text]" if each.node.get("style") == "deepObject" else each.name, values[each.name]]
            for each in parameters
            if each.node["in"] == "query"
        ]
        if body is not None:
            headers.append(["content-type", body.kind])
        attrs = {"method": self.method.upper(), "path": self._path(base, values), "query": query, "headers": headers}
        data = None if body is None else body.data
        return event_of("http", "request", self.edge, self.caller, self.server, attrs, data)

    def _path(self, base: str, values: Mapping[str, str]) -> str:
        path = self.path
        for each in self.parameters:
            if each.node["in"] == "path":
                safe = "/" if each.node.get("x-wildcard") else ""
                path = path.replace(f"{{{each.name}}}", quote(values[each.name], safe=safe))
        return base + path

    def _levers(self, event: Event, base: str, parameters: list[_Parameter]) -> Iterator[Lever]:
        values = {each.name: self._plain(each.schema) for each in self.parameters}
        for each in parameters:
            value: Any = next(iter(samples(spot_of(self.documents, (each.schema,)))), "text")
            if each.node["in"] == "header":
                yield _header(event, each.schema, each.name, each.node.get("x-author"))
            elif each.node["in"] == "query":
                yield Lever(each.schema, value, _in_query(event, each.name), each.node.get("x-author"))
            elif each.node["in"] == "path":

                def put(value: Any, name: str = each.name) -> Event | None:
                    text = _text(value)
                    other = self._path(base, {**values, name: text}) if text else None
                    return None if other is None else replace(event, attrs={**event.attrs, "path": other})

                yield Lever(each.schema, value, put)

    def _bodies(self, pointer: Pointer) -> Iterator[_Body]:
        """Each example of each media type, or a made one where the contract has none."""
        name, at, node = self.documents.follow(self.document, pointer)
        for kind, media in node.get("content", {}).items():
            plain = "application/octet-stream" if kind == "*/*" else kind
            root = (name, (*at, "content", kind, "schema"))
            if "x-parts" in media:
                made = form.made(self.documents, name, (*at, "content", kind, "x-parts"), self.edge)
                yield _Body(f"{plain}; boundary={form.BOUNDARY}", made.data(), None, made)
                continue
            given = [media["example"]] if "example" in media else []
            given += [each["value"] for each in media.get("examples", {}).values() if "value" in each]
            if not given:
                given = samples(spot_of(self.documents, (root,)))[:1] if "schema" in media else ["text"]
            for value in given:
                if "yaml" in kind and isinstance(value, str):
                    value = yaml.safe_load(value)
                yield _Body(plain, written(kind, value), (root, value) if "schema" in media else None)

    def _responses(self, asked: Event) -> Iterator[Specimen]:
        ends = Ends(self.server, self.caller, self.server)
        for status in self.node["responses"]:
            if status == "x-clauses":
                continue
            name, at, node = self.documents.follow(self.document, (*self.at, "responses", status))
            own = (*self.at, "responses", status)
            # The clauses of all answers stand beside them.
            roots: tuple[Root, ...] = ((self.document, own), (self.document, (*self.at, "responses", "x-clauses")))
            bodies: list[_Body | None] = [] if self.method == "head" else list(self._bodies(own))
            if not bodies or node.get("x-body") == "optional" or status in _BODILESS:
                bodies.insert(0, None)
            all_of = node.get("headers", {})
            needed = [header for header, each in all_of.items() if each.get("required")]
            for headers, body in _few([needed, list(all_of)], bodies):
                places = {header: (name, (*at, "headers", header, "schema")) for header in headers}
                pairs = [[header.lower(), self._plain(root)] for header, root in places.items()]
                if body is not None:
                    pairs.append(["content-type", body.kind])
                attrs = {"status": int(status), "headers": pairs}
                data = None if body is None else body.data
                event = event_of("http", "response", self.edge, self.server, self.caller, attrs, data)
                levers = [_header(event, root, header) for header, root in places.items()]
                levers += _of_body(event, body)
                yield Specimen(f"{self.id} response {status}", event, asked, ends, roots, tuple(levers))


def written(kind: str, value: Any) -> bytes:
    """A body of a media type that has this value."""
    if isinstance(value, str) and not kind.partition(";")[0].strip().endswith("json"):
        return value.encode()
    return yaml.safe_dump(value).encode() if "yaml" in kind else orjson.dumps(value)


def _few(*choices: list[Any]) -> Iterator[tuple[Any, ...]]:
    """The first of each, and every other one beside the firsts of the rest, and the last of each together."""
    first = [each[0] for each in choices]
    seen: list[tuple[Any, ...]] = []
    for number, options in enumerate(choices):
        for option in options:
            made = (*first[:number], option, *first[number + 1 :])
            if made not in seen:
                seen.append(made)
    last = tuple(each[-1] for each in choices)
    if last not in seen:
        seen.append(last)
    return iter(seen)


def _of_body(event: Event, body: _Body | None) -> list[Lever]:
    if body is None:
        return []
    if body.form is not None:
        return [
            Lever(root, value, partial(_in_form, event, body.form, number), part.author, part.reader)
            for number, (root, value, part) in enumerate(body.form.values)
        ]
    if body.lever is None:
        return []
    root, value = body.lever
    return [Lever(root, value, lambda other: _with(event, written(body.kind, other)))]


def _in_form(event: Event, given: form.Form, number: int, other: Any) -> Event:
    return _with(event, given.data({number: other}))


def _with(event: Event, data: bytes) -> Event:
    return replace(event, payload=Payload(data))


def _header(event: Event, root: Root, name: str, author: str | None = None) -> Lever:
    value = next((each for key, each in event.attrs["headers"] if key == name.lower()), "text")

    def put(other: Any) -> Event | None:
        if not isinstance(other, str | int) or isinstance(other, bool):
            return None
        rest = [pair for pair in event.attrs["headers"] if pair[0] != name.lower()]
        return replace(event, attrs={**event.attrs, "headers": [*rest, [name.lower(), str(other)]]})

    return Lever(root, value, put, author)


def _in_query(event: Event, name: str) -> Any:
    def put(other: Any) -> Event | None:
        if isinstance(other, dict | bool) or other is None:
            return None
        own = (name, f"{name}[text]")
        pairs = [[key, _text(other) if key in own else each] for key, each in event.attrs["query"]]
        return replace(event, attrs={**event.attrs, "query": pairs})

    return put


def _text(value: Any) -> str:
    """A value as a path, a query or a header says it."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else orjson.dumps(value).decode()
