"""One OpenAPI operation: what its request and its responses must look like."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

import yaml

from hopcheck.checks.contracts.breach import Breach, ContractError
from hopcheck.checks.contracts.documents import Documents, Pointer, excuse, place, seen_yaml
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
        try:
            value = self._value(payload)
        except ValueError as error:
            return [Breach(contract, place, self.reader, str(error), self.rule.clauses, role)]
        return self.rule.breaches(value, contract, place, role)

    def exercise(self, payload: Payload, found: set[str]) -> None:
        """Add the clauses that a body, that is no form, puts to the test."""
        if self.rule is None or self.rule.reach <= found:
            return
        with suppress(ValueError):
            self.rule.exercise(self._value(payload), found)

    def _value(self, payload: Payload) -> Any:
        """The body as its schema sees it. Raises ValueError that shows what else is there."""
        value: Any = payload.read_json() if self.reader == "json" else payload.text
        if value is None and (self.reader == "text" or payload.data.strip() != b"null"):
            raise ValueError(shown(payload.data[:80].decode("utf-8", "replace")))
        if self.reader != "yaml":
            return value
        try:
            # Not `Payload.text`, which would stay in memory with every event.
            return seen_yaml(payload.data.decode())
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ValueError(str(error).replace("\n", " ")) from error


class Content:
    """A body: its media types, whether it must be there, and whether its type must be named."""

    __slots__ = ("clauses", "media", "required")

    def __init__(self, documents: Documents, name: str, pointer: Pointer, clauses: tuple[str, ...]) -> None:
        node = documents.node(name, pointer)
        self.required: bool = bool(node.get("required", False))
        self.clauses = tuple(node.get("x-clauses", clauses))
        self.media = {
            _plain(kind): Media(documents, name, (*pointer, "content", kind), self.clauses)
            for kind in node.get("content", {})
        }

    def find(self, content_type: str | None) -> Media | None:
        """The media type that a content-type header selects."""
        media = self.media
        if content_type is not None:
            full = content_type if content_type in media else _plain(content_type)
            base = full.partition(";")[0]
            found = media.get(full) or media.get(base) or media.get(base.partition("/")[0] + "/*")
            if found is not None:
                return found
        return media.get("*/*")

    def check(self, event: Event, content_type: str | None, contract: str, message: str) -> list[Breach]:
        """The breaches of the body of ``event``; of an answer whose asker was gone before its end there are none."""
        if event.attrs.get("abandoned"):
            return []
        payload = event.payload
        if payload is None or not payload.size:
            missing = self.required and bool(self.media)
            return [Breach(contract, f"{message}.body", "a body", "none", self.clauses, event.source)] * missing
        if event.attrs.get("complete") is False:
            return [
                Breach(
                    contract,
                    f"{message}.body",
                    "the whole body",
                    f"{payload.size} bytes, then the end",
                    self.clauses,
                    event.source,
                )
            ]
        if not self.media:
            return [Breach(contract, f"{message}.body", "no body", f"{payload.size} bytes", self.clauses, event.source)]
        media = self.find(content_type)
        if media is None:
            return [
                Breach(
                    contract,
                    f"{message}.header[content-type]",
                    " or ".join(self.media),
                    content_type or "missing",
                    self.clauses,
                    event.source,
                )
            ]
        if media.form is not None and content_type is not None:
            return media.form.check(event, content_type, contract)
        return media.check(payload, contract, f"{message}.body", event.source)

    def exercise(self, event: Event, content_type: str | None, found: set[str]) -> None:
        """Add the clauses that the body of ``event`` puts to the test, or its lack where one is needed."""
        payload = event.payload
        if payload is None or not payload.size:
            found.update(self.clauses if self.required and self.media else ())
            return
        found.update(self.clauses)
        media = None if event.attrs.get("complete") is False else self.find(content_type)
        if media is not None and media.form is not None and content_type is not None:
            media.form.exercise(event, content_type, found)
        elif media is not None:
            media.exercise(payload, found)


class Response:
    """One declared status; ``excuse`` is why none of its kind can be provoked."""

    __slots__ = ("clauses", "content", "excuse", "headers")

    def __init__(self, documents: Documents, name: str, pointer: Pointer, clauses: tuple[str, ...]) -> None:
        home, at, node = documents.follow(name, pointer)
        self.clauses = tuple(node.get("x-clauses", clauses))
        self.excuse = excuse(node, f"{home}: {place(at)}")
        self.content = Content(documents, home, at, self.clauses)
        self.content.required = bool(self.content.media) and node.get("x-body") != "optional"
        self.headers = [
            Parameter(documents, home, (*at, "headers", header), self.clauses, header)
            for header in node.get("headers", {})
        ]


class Operation:
    """A compiled operation. ``name`` is ``<document>.<operationId>``, ``contract`` is ``<file>#<operationId>``.

    Clauses of its ``responses`` hold for answers, also for a status that is not there, in place of its own.
    """

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
        parameters = [
            Parameter(documents, document, (*base, "parameters", number), self.clauses)
            for base, holder in ((at[:2], item), (at, node))
            for number in range(len(holder.get("parameters", ())))
        ]
        self.in_path = {p.name: p for p in parameters if p.location == "path"}
        self._query = [p for p in parameters if p.location == "query"]
        self._headers = [p for p in parameters if p.location == "header"]
        # No edge comes here that the document does not name.
        self._headers_by_edge: dict[str, list[Parameter]] = {}
        self._security = credentials(documents, document, node)
        self._body = (
            Content(documents, *documents.follow(document, (*at, "requestBody"))[:2], self.clauses)
            if "requestBody" in node
            else None
        )
        responses = node["responses"]
        self._response_clauses: tuple[str, ...] = tuple(responses.get("x-clauses", self.clauses))
        self._responses = {
            str(status): Response(documents, document, (*at, "responses", status), self._response_clauses)
            for status in responses
            if status != "x-clauses"
        }

    @property
    def statuses(self) -> list[str]:
        """The answers that are documented."""
        return list(self._responses)

    @property
    def excused(self) -> dict[str, str]:
        """Those that cannot be provoked, each with the reason."""
        return {status: each.excuse for status, each in self._responses.items() if each.excuse is not None}

    def request(self, event: Event, path: Mapping[str, str]) -> list[Breach]:
        """The breaches of a request; ``path`` holds the path's values, percent-encoded."""
        contract, sender, attrs = self.contract, event.source, event.attrs
        found = [
            breach
            for name, value in path.items()
            for breach in self.in_path[name].check([unquote(value)], contract, "request", sender)
        ]
        headers = _grouped(attrs["headers"])
        for parameter in self._headers_on(event.edge):
            values = headers.get(parameter.name, [])
            if values or parameter.required:
                found += parameter.check(values, contract, "request", sender)
        found += self._credentials(headers, sender)[1]
        query, unknown = self._parsed(attrs.get("query") or [])
        for parameter, values in query:
            if values or parameter.required:
                found += parameter.check(values, contract, "request", sender)
        for name, value in unknown:
            found.append(
                Breach(contract, f"request.query[{name}]", "no such parameter", shown(value), self.clauses, sender)
            )
        if self._body is not None:
            content_type = next(iter(headers.get("content-type", [])), None)
            found += self._body.check(event, content_type, contract, "request")
        elif event.payload is not None and event.payload.size:
            found.append(
                Breach(contract, "request.body", "no body", f"{event.payload.size} bytes", self.clauses, sender)
            )
        return found

    def response(self, event: Event) -> list[Breach]:
        """The breaches of a response."""
        attrs = event.attrs
        status = str(attrs["status"])
        response = self._responses.get(status)
        if response is None:
            return [
                Breach(
                    self.contract,
                    "response.status",
                    " or ".join(self._responses),
                    status,
                    self._response_clauses,
                    event.source,
                )
            ]
        found: list[Breach] = []
        if response.headers:
            headers = _grouped(attrs["headers"])
            for parameter in response.headers:
                found += parameter.check(headers.get(parameter.name, []), self.contract, "response", event.source)
        if self.method != "HEAD":
            content_type = None
            for name, value in attrs["headers"]:
                if name == "content-type":
                    content_type = value
                    break
            found += response.content.check(event, content_type, self.contract, "response")
        return found

    def exercise_by_request(self, event: Event, path: Mapping[str, str], found: set[str]) -> None:
        """Add the clauses that a request puts to the test."""
        found.update(self.clauses)
        for name, value in path.items():
            self.in_path[name].exercise([unquote(value)], found)
        headers = _grouped(event.attrs["headers"])
        schemes, _ = self._credentials(headers, event.source)
        for parameter in (*self._headers_on(event.edge), *schemes):
            parameter.exercise(headers.get(parameter.name, []), found)
        for scheme in schemes:
            found.update(scheme.clauses)
        for parameter, values in self._parsed(event.attrs.get("query") or [])[0]:
            parameter.exercise(values, found)
        if self._body is not None:
            self._body.exercise(event, next(iter(headers.get("content-type", [])), None), found)

    def exercise_by_response(self, event: Event, found: set[str]) -> None:
        """Add the clauses that a response puts to the test: of its status alone."""
        found.update(self._response_clauses)
        response = self._responses.get(str(event.attrs["status"]))
        if response is None:
            return
        found.update(response.clauses)
        headers = _grouped(event.attrs["headers"])
        for parameter in response.headers:
            parameter.exercise(headers.get(parameter.name, []), found)
        if self.method != "HEAD":
            response.content.exercise(event, next(iter(headers.get("content-type", [])), None), found)

    def _headers_on(self, edge: str) -> list[Parameter]:
        known = self._headers_by_edge.get(edge)
        if known is None:
            known = [parameter for parameter in self._headers if not parameter.edges or edge in parameter.edges]
            self._headers_by_edge[edge] = known
        return known

    def _credentials(self, headers: dict[str, list[Any]], sender: str) -> tuple[list[Parameter], list[Breach]]:
        """The alternative that fits best, and its breaches: none where one fits."""
        best: tuple[list[Parameter], list[Breach]] | None = None
        for alternative in self._security:
            found: list[Breach] = []
            for scheme in alternative:
                values = headers.get(scheme.name, [])
                broken = scheme.check(values, self.contract, "request", sender)
                if not values and not broken:
                    author = None if scheme.author == GATEWAY else sender
                    spot = f"request.header[{scheme.name}]"
                    broken = [Breach(self.contract, spot, "present", "missing", scheme.clauses, author)]
                found += broken
            if not found:
                return alternative, found
            if best is None or len(found) < len(best[1]):
                best = alternative, found
        return best or ([], [])

    def _parsed(self, pairs: list[list[str]]) -> tuple[list[tuple[Parameter, list[str]]], list[list[str]]]:
        """The values of each query parameter, and the pairs that belong to none."""
        named: dict[str, list[str]] = {}
        for name, value in pairs:
            if name in named:
                named[name].append(value)
            else:
                named[name] = [value]
        found: list[tuple[Parameter, list[str]]] = []
        for parameter in self._query:
            if parameter.deep:
                names = [name for name in named if parameter.matches(name)]
                found.append((parameter, [value for name in names for value in named.pop(name)]))
            else:
                found.append((parameter, named.pop(parameter.name, [])))
        return found, [pair for pair in pairs if pair[0] in named] if named else []


def _grouped(pairs: list[list[Any]]) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for name, value in pairs:
        if name in out:
            out[name].append(value)
        else:
            out[name] = [value]
    return out


def _plain(content_type: str) -> str:
    return content_type.replace(" ", "").lower()
