"""One OpenAPI operation: what its request and its responses must look like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import yaml

from hopcheck.checks.contracts.breach import Breach, ContractError
from hopcheck.checks.contracts.documents import Documents, Pointer, load_yaml, place
from hopcheck.checks.contracts.form import Form
from hopcheck.checks.contracts.parameter import GATEWAY, Parameter, credentials
from hopcheck.checks.contracts.rule import Rule, shown
from hopcheck.trace import Event, Payload


class Media:
    """One entry of ``content``: how to read the body, and its schema."""

    __slots__ = ("form", "reader", "rule")

    def __init__(self, documents: Documents, name: str, pointer: Pointer, clauses: tuple[str, ...]) -> None:
        node = documents.node(name, pointer)
        kind = str(pointer[-1]).partition(";")[0].strip().lower()
        self.form = Form(documents, name, (*pointer, "x-parts"), clauses) if "x-parts" in node else None
        self.rule = Rule(documents, name, (*pointer, "schema"), clauses) if "schema" in node else None
        self.reader = "json" if kind.endswith("json") else "yaml" if "yaml" in kind else "text"

    def check(self, payload: Payload, contract: str, place: str, role: str) -> list[Breach]:
        """The breaches of a body that is no form."""
        if self.rule is None:
            return []
        value: Any = payload.json if self.reader == "json" else payload.text
        if value is None and (self.reader == "text" or payload.data.strip() != b"null"):
            return [Breach(contract, place, self.reader, shown(payload.data[:80].decode("utf-8", "replace")),
                           self.rule.clauses, role)]
        if self.reader == "yaml":
            try:
                value = load_yaml(payload.data)
            except yaml.YAMLError as error:
                return [Breach(contract, place, "yaml", str(error).replace("\n", " "), self.rule.clauses, role)]
        return self.rule.breaches(value, contract, place, role)


class Content:
    """A body: its media types, whether it must be there, and whether its type must be named."""

    __slots__ = ("clauses", "media", "required")

    def __init__(self, documents: Documents, name: str, pointer: Pointer, clauses: tuple[str, ...]) -> None:
        node = documents.node(name, pointer)
        self.required: bool = bool(node.get("required", False))
        self.clauses = tuple(node.get("x-clauses", clauses))
        self.media = {_plain(kind): Media(documents, name, (*pointer, "content", kind), self.clauses)
                      for kind in node.get("content", {})}

    def find(self, content_type: str | None) -> Media | None:
        """The media type that a content-type header selects."""
        media = self.media
        if content_type is not None:
            full = _plain(content_type)
            base = full.partition(";")[0]
            found = media.get(full) or media.get(base) or media.get(base.partition("/")[0] + "/*")
            if found is not None:
                return found
        return media.get("*/*")

    def check(self, event: Event, content_type: str | None, contract: str, message: str) -> list[Breach]:
        """The breaches of the body of ``event``."""
        payload = event.payload
        if payload is None or not payload.size:
            missing = self.required and bool(self.media)
            return [Breach(contract, f"{message}.body", "a body", "none", self.clauses, event.source)] * missing
        if event.attrs.get("complete") is False:
            return [Breach(contract, f"{message}.body", "the whole body", f"{payload.size} bytes, then the end",
                           self.clauses, event.source)]
        if not self.media:
            return [Breach(contract, f"{message}.body", "no body", f"{payload.size} bytes", self.clauses, event.source)]
        media = self.find(content_type)
        if media is None:
            return [Breach(contract, f"{message}.header[content-type]", " or ".join(self.media),
                           content_type or "missing", self.clauses, event.source)]
        if media.form is not None and content_type is not None:
            return media.form.check(event, content_type, contract)
        return media.check(payload, contract, f"{message}.body", event.source)


class Response:
    """One declared status."""

    __slots__ = ("clauses", "content", "headers")

    def __init__(self, documents: Documents, name: str, pointer: Pointer, clauses: tuple[str, ...]) -> None:
        home, at, node = documents.follow(name, pointer)
        self.clauses = tuple(node.get("x-clauses", clauses))
        self.content = Content(documents, home, at, self.clauses)
        self.content.required = bool(self.content.media) and node.get("x-body") != "optional"
        self.headers = [Parameter(documents, home, (*at, "headers", header), self.clauses, header)
                        for header in node.get("headers", {})]


class Operation:
    """A compiled operation. ``name`` is ``<document>.<operationId>``, ``contract`` is ``<file>#<operationId>``."""

    def __init__(self, documents: Documents, document: str, path: str, method: str) -> None:
        at: Pointer = ("paths", path, method)
        node: dict[str, Any] = documents.node(document, at)
        if not isinstance(node.get("operationId"), str) or not node.get("responses"):
            raise ContractError(f"{document}: {place(at)}: operationId and responses are needed")
        self.path, self.method, self.id = path, method.upper(), node["operationId"]
        self.contract = f"{document}#{self.id}"
        self.name = f"{document.rpartition('/')[2].removesuffix('.yaml')}.{self.id}"
        self.clauses: tuple[str, ...] = tuple(node.get("x-clauses", ()))
        item = documents.node(document, ("paths", path))
        parameters = [Parameter(documents, document, (*base, "parameters", number), self.clauses)
                      for base, holder in ((at[:2], item), (at, node))
                      for number in range(len(holder.get("parameters", ())))]
        self.in_path = {p.name: p for p in parameters if p.location == "path"}
        self._query = [p for p in parameters if p.location == "query"]
        self._headers = [p for p in parameters if p.location == "header"]
        self._security = credentials(documents, document, node)
        self._body = (Content(documents, *documents.follow(document, (*at, "requestBody"))[:2], self.clauses)
                      if "requestBody" in node else None)
        self._responses = {str(status): Response(documents, document, (*at, "responses", status), self.clauses)
                           for status in node["responses"]}

    def request(self, event: Event, path: Mapping[str, str]) -> list[Breach]:
        """The breaches of a request; ``path`` holds the path's values, percent-encoded."""
        contract, sender, attrs = self.contract, event.source, event.attrs
        found = [breach for name, value in path.items()
                 for breach in self.in_path[name].check([unquote(value)], contract, "request", sender)]
        headers = _grouped(attrs["headers"])
        for parameter in self._headers:
            if parameter.edges and event.edge not in parameter.edges:
                continue
            found += parameter.check(headers.get(parameter.name, []), contract, "request", sender)
        found += self._check_credentials(headers, sender)
        found += self._check_query(attrs.get("query") or [], sender)
        content_type = next(iter(headers.get("content-type", [])), None)
        if self._body is not None:
            found += self._body.check(event, content_type, contract, "request")
        elif event.payload is not None and event.payload.size:
            found.append(Breach(contract, "request.body", "no body", f"{event.payload.size} bytes", self.clauses,
                                sender))
        return found

    def response(self, event: Event) -> list[Breach]:
        """The breaches of a response."""
        attrs = event.attrs
        status = str(attrs["status"])
        response = self._responses.get(status)
        if response is None:
            return [Breach(self.contract, "response.status", " or ".join(self._responses), status, self.clauses,
                           event.source)]
        found: list[Breach] = []
        if response.headers:
            headers = _grouped(attrs["headers"])
            for parameter in response.headers:
                found += parameter.check(headers.get(parameter.name, []), self.contract, "response", event.source)
        if self.method != "HEAD":
            content_type = next((value for name, value in attrs["headers"] if name == "content-type"), None)
            found += response.content.check(event, content_type, self.contract, "response")
        return found

    def _check_credentials(self, headers: dict[str, list[Any]], sender: str) -> list[Breach]:
        best: list[Breach] | None = None
        for alternative in self._security:
            found = [breach for scheme in alternative for breach in (
                scheme.check(headers.get(scheme.name, []), self.contract, "request", sender)
                or ([] if headers.get(scheme.name) else
                    [Breach(self.contract, f"request.header[{scheme.name}]", "present", "missing", scheme.clauses,
                            None if scheme.author == GATEWAY else sender)]))]
            if not found:
                return []
            if best is None or len(found) < len(best):
                best = found
        return best or []

    def _check_query(self, pairs: list[list[str]], sender: str) -> list[Breach]:
        found: list[Breach] = []
        left = list(pairs)
        for parameter in self._query:
            values = [value for name, value in left if parameter.matches(name)]
            left = [pair for pair in left if not parameter.matches(pair[0])]
            found += parameter.check(values, self.contract, "request", sender)
        return found + [Breach(self.contract, f"request.query[{name}]", "no such parameter", shown(value), self.clauses,
                               sender) for name, value in left]


def _grouped(pairs: list[list[Any]]) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for name, value in pairs:
        out.setdefault(name, []).append(value)
    return out


def _plain(content_type: str) -> str:
    return content_type.replace(" ", "").lower()
