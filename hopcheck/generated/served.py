"""A contract as it is put to the service alone: in one file, and where asked for without what only callers owe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hopcheck.checks.clause import Clause
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.http import METHODS
from hopcheck.checks.contracts.parameter import GATEWAY
from hopcheck.generated.book import Target

UNENFORCED = "x-unenforced"
"""Marks what callers must keep and the service takes otherwise, too, where no clause says so."""
FILE = "application/octet-stream"
IDENTITY = "x-rh-identity"
_ONE = ("then", "else", "not", "items", "additionalProperties", "contains", "propertyNames")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependentSchemas")
# What asks for nothing by itself.
_KEPT = ("if", "title", "description", "example", "examples")
# References to what is defined there are followed.
_LEFT_OUT = ("$ref", "$defs")


class Served:
    """Makes such documents of those of the wire; ``catalogue`` says whom a clause binds."""

    def __init__(self, documents: Documents, catalogue: Mapping[str, Clause]) -> None:
        self._documents = documents
        self._catalogue = catalogue

    def document(self, target: Target, *, whole: bool) -> dict[str, Any]:
        """The target's contract at the first of its servers.

        Not ``whole``, it demands of a request only what the target's own clauses, or none, ask for: what the service
        must refuse is what breaks that. Parameters of single edges are left out, and those that the gateway sets: its
        identity is a credential here.
        """
        name, tree = target.contract, self._documents.tree(target.contract)
        declared = tree.get("components", {}).get("securitySchemes", {})
        schemes = {id_: {key: each[key] for key in ("type", "in", "name")} for id_, each in declared.items()}
        schemes[GATEWAY] = {"type": "apiKey", "in": "header", "name": IDENTITY}
        paths: dict[str, Any] = {}
        for path, item in tree["paths"].items():
            base = str(item.get("servers", tree["servers"])[0]["url"]).rstrip("/")
            maker = _Maker(self._documents, self._catalogue, None if whole else target.role, target.credentials)
            paths[base + path] = {method: maker.operation(name, path, method) for method in METHODS if method in item}
        return {
            "openapi": tree["openapi"],
            "info": tree["info"],
            "servers": [{"url": "/"}],
            "paths": paths,
            "components": {"securitySchemes": schemes},
        }


class _Maker:
    """Operations as they bind ``role``; whole ones where that is None."""

    def __init__(
        self,
        documents: Documents,
        catalogue: Mapping[str, Clause],
        role: str | None,
        credentials: Mapping[str, str],
    ) -> None:
        self._documents, self._catalogue = documents, catalogue
        self._role, self._credentials = role, credentials

    def operation(self, name: str, path: str, method: str) -> dict[str, Any]:
        """One operation, without references."""
        item = self._documents.node(name, ("paths", path))
        node = item[method]
        clauses = tuple(node.get("x-clauses", ()))
        declared = [self._at_end(name, each) for each in (*item.get("parameters", ()), *node.get("parameters", ()))]
        identified = any(each["name"] == IDENTITY and each.get("x-author") == GATEWAY for _, each in declared)
        made: dict[str, Any] = {
            "operationId": node["operationId"],
            "parameters": [
                self._parameter(home, each, clauses)
                for home, each in declared
                if "x-edges" not in each and each["name"] != IDENTITY and each.get("x-author") != GATEWAY
            ],
            "security": self._security(node.get("security", [{GATEWAY: []}] if identified else [])),
            "responses": {
                status: self._copy(*self._at_end(name, response))
                for status, response in node["responses"].items()
                if not status.startswith("x-")
            },
        }
        if "requestBody" in node:
            home, body = self._at_end(name, node["requestBody"])
            made["requestBody"] = self._body(home, body, tuple(body.get("x-clauses", clauses)))
        return made

    def _security(self, alternatives: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Those alternatives that there are credentials for."""
        return [each for each in alternatives if set(each) <= set(self._credentials)]

    def _parameter(self, home: str, node: Mapping[str, Any], above: tuple[str, ...]) -> dict[str, Any]:
        clauses = tuple(node.get("x-clauses", above))
        made = {**node, "schema": self._schema(home, node["schema"], clauses)}
        if node["in"] != "path" and not self._binds(clauses):
            made["required"] = False
        return made

    def _body(self, home: str, node: Mapping[str, Any], clauses: tuple[str, ...]) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for kind, media in node["content"].items():
            content[kind] = {key: value for key, value in media.items() if not key.startswith("x-")}
            if "schema" in media:
                content[kind]["schema"] = _with_files(self._schema(home, media["schema"], clauses))
        return {**node, "content": content}

    def _at_end(self, name: str, node: Any) -> tuple[str, Any]:
        """What stands at the end of references, and the document that it stands in."""
        while isinstance(node, dict) and "$ref" in node:
            name, pointer = self._documents.target(name, node["$ref"])
            node = self._documents.node(name, pointer)
        return name, node

    def _copy(self, home: str, node: Any) -> Any:
        """The same without references; what stands beside one holds, too."""
        if isinstance(node, list):
            return [self._copy(home, each) for each in node]
        if not isinstance(node, dict):
            return node
        beside = {key: self._copy(home, value) for key, value in node.items() if key not in _LEFT_OUT}
        return _both(self._copy(*self._at_end(home, node)), beside) if "$ref" in node else beside

    def _schema(self, home: str, node: Any, above: tuple[str, ...]) -> Any:
        """What a schema asks for; ``above`` are the clauses of what it stands in."""
        if self._role is None or not isinstance(node, dict):
            return self._copy(home, node)
        clauses = tuple(node.get("x-clauses", above))
        if "$ref" in node:
            beside = self._schema(home, {key: value for key, value in node.items() if key != "$ref"}, above)
            return _both(self._schema(*self._at_end(home, node), clauses), beside)
        bound = self._binds(clauses) and not node.get(UNENFORCED)
        made: dict[str, Any] = {}
        for key, value in node.items():
            if key in _NAMED:
                made[key] = {member: self._schema(home, each, clauses) for member, each in value.items()}
            elif key in _LISTS:
                made[key] = [self._schema(home, each, clauses) for each in value]
            elif key in _ONE:
                if bound or isinstance(value, dict):
                    made[key] = self._schema(home, value, clauses)
            elif key == "required":
                kept = [] if node.get(UNENFORCED) else value
                made[key] = [each for each in kept if self._binds(_of_member(node, each, clauses))]
            elif key in _KEPT or (bound and key not in _LEFT_OUT):
                made[key] = self._copy(home, value)
        return made

    def _binds(self, clauses: Iterable[str]) -> bool:
        """Whether any of the clauses binds the role; what no clause is about binds both ends."""
        if self._role is None or not tuple(clauses):
            return True
        return any(self._role in self._catalogue[name].roles for name in clauses)


def _both(one: Any, beside: dict[str, Any]) -> Any:
    return {"allOf": [one, beside]} if beside else one


def _with_files(schema: Any) -> Any:
    """The parts of a form that are files as OpenAPI 3.0 calls them, by which schemathesis makes some."""
    for member in schema.get("properties", {}).values():
        if member.get("contentMediaType") == FILE:
            member["format"] = "binary"
    return schema


def _of_member(node: Mapping[str, Any], member: str, clauses: tuple[str, ...]) -> tuple[str, ...]:
    """The clauses of a member that a schema requires."""
    schema = node.get("properties", {}).get(member)
    return tuple(schema.get("x-clauses", clauses)) if isinstance(schema, dict) else clauses
