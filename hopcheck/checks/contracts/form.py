"""What the parts of an upload must be, edge by edge."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import orjson

from hopcheck.checks.contracts.breach import Breach, ContractError
from hopcheck.checks.contracts.documents import Documents, Pointer, place
from hopcheck.checks.contracts.events import exercise, lines
from hopcheck.checks.contracts.multipart import MultipartError, Part, parse
from hopcheck.checks.contracts.rule import Rule, shown
from hopcheck.trace import Event, document

_SAID = {"name", "filename", "contentType", "required", "lines", "first", "schema", "example"}
KEYS = _SAID | {"x-author", "x-reader", "x-clauses"}


class PartRule:
    """One entry of ``x-parts``: name, patterns for filename and content type, and what the content must be."""

    def __init__(self, documents: Documents, name: str, pointer: Pointer, clauses: tuple[str, ...]) -> None:
        node = documents.node(name, pointer)
        if unknown := set(node) - KEYS:
            raise ContractError(f"{name}: {place(pointer)}: unknown {', '.join(sorted(unknown))}")
        self.name: str = node["name"]
        self.required: bool = node.get("required", True)
        self.clauses = tuple(node.get("x-clauses", clauses))
        self.author: str | None = node.get("x-author")
        self._filename = _pattern(name, pointer, node.get("filename"))
        self._type = _pattern(name, pointer, node.get("contentType"))
        self._lines, self._first, self._schema = (
            Rule(documents, name, (*pointer, key), self.clauses) if key in node else None
            for key in ("lines", "first", "schema")
        )

    def check(self, part: Part, contract: str, role: str | None) -> list[Breach]:
        """The breaches of one part of this name."""
        spot = f"request.body.part[{part.name}]"
        found = [
            Breach(contract, f"{spot}.{what}", pattern.pattern, shown(value), self.clauses, role)
            for what, pattern, value in (
                ("filename", self._filename, part.filename),
                ("content-type", self._type, part.content_type),
            )
            if pattern is not None and not pattern.fullmatch(value or "")
        ]
        if self._lines is not None:
            found += lines(part.data, self._lines, self._first, contract, spot, role)
        if self._schema is not None:
            try:
                found += self._schema.breaches(document.read(part.data), contract, spot, role)
            except orjson.JSONDecodeError as error:
                found.append(Breach(contract, spot, "JSON", str(error), self.clauses, role))
        return found

    def exercise(self, part: Part, found: set[str]) -> None:
        """Add the clauses that one part of this name puts to the test."""
        found.update(self.clauses)
        if self._lines is not None:
            exercise(part.data, self._lines, self._first, found)
        if self._schema is not None:
            with suppress(orjson.JSONDecodeError):
                self._schema.exercise(document.read(part.data), found)


class Form:
    """``x-parts`` of a multipart media type: edge to part rules; an edge that is not listed has no rules."""

    def __init__(self, documents: Documents, name: str, pointer: Pointer, clauses: tuple[str, ...]) -> None:
        self._clauses = clauses
        node: dict[str, list[Any]] = documents.node(name, pointer)
        self._edges = {
            edge: [PartRule(documents, name, (*pointer, edge, number), clauses) for number in range(len(parts))]
            for edge, parts in node.items()
        }

    def check(self, event: Event, content_type: str, contract: str) -> list[Breach]:
        """The breaches of a request's parts."""
        spot = "request.body"
        data = b"" if event.payload is None else event.payload.data
        rules = self._edges.get(event.edge, [])
        author = next((rule.author for rule in rules if rule.author), event.source)
        try:
            parts = parse(content_type, data)
        except MultipartError as error:
            return [Breach(contract, spot, "multipart/form-data", str(error), self._clauses, author)]
        found: list[Breach] = []
        for rule in rules:
            same = [part for part in parts if part.name == rule.name]
            role = rule.author or event.source
            if len(same) != 1 and (same or rule.required):
                found.append(
                    Breach(
                        contract,
                        f"{spot}.part[{rule.name}]",
                        "one part of this name",
                        str(len(same)),
                        rule.clauses,
                        role,
                    )
                )
            for part in same:
                found += rule.check(part, contract, role)
        names = {rule.name for rule in rules}
        found += [
            Breach(contract, f"{spot}.part[{part.name}]", "no other part", part.name, self._clauses, author)
            for part in parts
            if rules and part.name not in names
        ]
        return found

    def exercise(self, event: Event, content_type: str, found: set[str]) -> None:
        """Add the clauses that a request's parts put to the test: those of its edge, of parts that are or must be."""
        found.update(self._clauses)
        try:
            parts = parse(content_type, b"" if event.payload is None else event.payload.data)
        except MultipartError:
            return
        for rule in self._edges.get(event.edge, []):
            if rule.required:
                found.update(rule.clauses)
            for part in parts:
                if part.name == rule.name:
                    rule.exercise(part, found)


def _pattern(name: str, pointer: Pointer, text: str | None) -> re.Pattern[str] | None:
    try:
        return None if text is None else re.compile(text)
    except re.error as error:
        raise ContractError(f"{name}: {place(pointer)}: {error}") from error
