"""HTTP events against the OpenAPI documents: which operation, and is it kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from hopcheck.checks.contracts.breach import Breach, ContractError, Found, only_named
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.operation import Operation
from hopcheck.trace import Event

KIT = "hopcheck"
METHODS = frozenset({"get", "put", "post", "delete", "head", "options", "patch"})
REFUSED = only_named("http.refused")
OF_KIT = "case."
"""Begins the names of messages between the kit and a role; no relation takes them for the flow's."""
_VARIABLE = re.compile(r"\{([A-Za-z_]+)\}")


class _Route:
    __slots__ = ("contract", "of_kit", "pattern", "request", "response", "weight")

    def __init__(self, operation: Operation, base: str, optional_slash: bool) -> None:
        def variable(name: str) -> str:
            parameter = operation.in_path.get(name)
            if parameter is None:
                raise ContractError(f"{operation.contract}: the path's {name} is not declared")
            return f"(?P<{name}>{'.+' if parameter.wildcard else '[^/]+'})"

        pieces = _VARIABLE.split(operation.path)
        text = re.escape(base) + "".join(
            re.escape(piece) if number % 2 == 0 else variable(piece) for number, piece in enumerate(pieces)
        )
        pattern = re.compile(text + ("/?" if optional_slash and not text.endswith("/") else ""))
        self.contract = operation.contract
        self.pattern = pattern
        self.weight = len(pieces)

        def request(event: Event, _: Event | None) -> list[Breach]:
            match = pattern.fullmatch(event.attrs["path"]) if pattern.groups else None
            return operation.request(event, match.groupdict() if match else {})

        def response(event: Event, _: Event | None) -> list[Breach]:
            return operation.response(event)

        def exercise_by_request(event: Event, _: Event | None, found: set[str]) -> None:
            match = pattern.fullmatch(event.attrs["path"]) if pattern.groups else None
            operation.exercise_by_request(event, match.groupdict() if match else {}, found)

        def exercise_by_response(event: Event, _: Event | None, found: set[str]) -> None:
            operation.exercise_by_response(event, found)

        self.request = Found(f"{operation.name}.request", request, exercise_by_request)
        self.response = Found(f"{operation.name}.response", response, exercise_by_response)
        self.of_kit = _Answered(
            operation.contract,
            pattern,
            self.weight,
            only_named(f"{OF_KIT}{operation.name}.request"),
            Found(f"{OF_KIT}{operation.name}.response", response, exercise_by_response),
        )


@dataclass(frozen=True, slots=True)
class _Answered:
    """The same route asked by the kit: requests are wrong on purpose, only answers are judged."""

    contract: str
    pattern: re.Pattern[str]
    weight: int
    request: Found
    response: Found


class Http:
    """The operations of every document, by edge and method.

    A document says its edges in ``x-edges``; its ``servers`` (or a path's own) are prefixes that lead to the same
    operations. ``only`` are the documents to take where it is not all. Raises `ContractError`.
    """

    def __init__(self, documents: Documents, only: Collection[str] | None = None) -> None:
        self._routes: dict[tuple[str, str], list[_Route | _Answered]] = {}
        # A path that stands as it is goes before those with variables, also where it has no such method.
        self._concrete: set[tuple[str, str]] = set()
        self.operations: list[Operation] = []
        for name in documents.trees:
            if (name.startswith("openapi/") or name == "s3.yaml") and (only is None or name in only):
                self._load(documents, name)
        for routes in self._routes.values():
            routes.sort(key=lambda route: route.weight)

    def _load(self, documents: Documents, name: str) -> None:
        tree = documents.tree(name)
        if not str(tree.get("openapi", "")).startswith("3.1"):
            raise ContractError(f"{name}: #/openapi: 3.1 is needed")
        if not tree.get("x-edges") or not tree.get("paths"):
            raise ContractError(f"{name}: x-edges and paths are needed")
        slash = tree.get("x-trailing-slash") == "optional"
        for path, item in tree["paths"].items():
            servers: list[Mapping[str, str]] = item.get("servers") or tree.get("servers") or [{"url": "/"}]
            for method in METHODS & set(item):
                operation = Operation(documents, name, path, method)
                if any(operation.name == other.name for other in self.operations):
                    raise ContractError(f"{name}: operationId {operation.id} stands twice")
                self.operations.append(operation)
                for base in (urlsplit(server["url"]).path.rstrip("/") for server in servers):
                    route = _Route(operation, base, slash)
                    for edge in tree["x-edges"]:
                        self._routes.setdefault((edge, operation.method), []).append(route)
                        self._concrete.add((edge, base + path))
                    for target in {edge.rpartition(">")[2] for edge in tree["x-edges"]}:
                        self._concrete.add((f"{KIT}>{target}", base + path))
                        self._routes.setdefault((f"{KIT}>{target}", operation.method), []).append(route.of_kit)

    def find(self, event: Event, opening: Event | None) -> Found | None:
        """A request by edge, method and path; a response through its request. A refused exchange is only named."""
        if event.op == "response":
            route = None if opening is None else self._route(opening)
            return None if route is None else route.response
        if event.op == "request":
            route = self._route(event)
            return None if route is None else route.request
        return REFUSED if event.op == "refused" else None

    def contract(self, request: Event) -> str | None:
        """The contract of the operation that a request asks for."""
        route = self._route(request)
        return None if route is None else route.contract

    def _route(self, request: Event) -> _Route | _Answered | None:
        attrs = request.attrs
        path = attrs["path"]
        for route in self._routes.get((request.edge, attrs["method"]), ()):
            if route.pattern.fullmatch(path):
                return None if route.pattern.groups and (request.edge, path) in self._concrete else route
        return None
