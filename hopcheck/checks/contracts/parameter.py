"""What a request says outside its body: path, query, headers, credentials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from hopcheck.checks.contracts.breach import Breach, ContractError
from hopcheck.checks.contracts.documents import Documents, Pointer, place
from hopcheck.checks.contracts.rule import Rule

GATEWAY = "gateway"
"""``x-author`` of what the kit's own gateway sets: a breach of it is no role's fault."""
KEPT, KEPT_LENGTH = 4096, 1024
"""Of all parameters together, and in characters: what is kept for each would be a run's own names, of many runs."""
# Clients repeat themselves: values that kept the rule are not asked again. Each after its parameter's number.
_kept: set[tuple[int | str, ...]] = set()
_numbers = count()
_INTEGER = re.compile(r"-?[0-9]+")


class Parameter:
    """One OpenAPI parameter, or one header of a response; ``x-edges`` limits it to some of the document's edges."""

    __slots__ = (
        "_number",
        "author",
        "clauses",
        "deep",
        "edges",
        "location",
        "name",
        "reach",
        "required",
        "rule",
        "type",
        "wildcard",
    )

    def __init__(
        self, documents: Documents, name: str, pointer: Pointer, clauses: Iterable[str], header: str | None = None
    ) -> None:
        home, at, node = documents.follow(name, pointer)
        try:
            self.location: str = "header" if header else node["in"]
            self.name: str = header or node["name"]
        except (KeyError, TypeError) as error:
            raise ContractError(f"{home}: {place(at)}: a parameter needs {error}") from None
        if self.location == "header":
            self.name = self.name.lower()
        self.required: bool = bool(node.get("required", False))
        self.clauses = tuple(node.get("x-clauses", clauses))
        self.author: str | None = node.get("x-author")
        self.edges: frozenset[str] = frozenset(node.get("x-edges", ()))
        self.deep: bool = node.get("style") == "deepObject"
        self.wildcard: bool = bool(node.get("x-wildcard", False))
        # OpenAPI knows no schema for credentials.
        schema: Pointer = (*at, "x-schema" if "x-schema" in node else "schema")
        self.type = _type(documents, home, schema)
        self.rule = Rule(documents, home, schema, self.clauses)
        self.reach = self.rule.reach.union(self.clauses)
        self._number = next(_numbers)

    def matches(self, name: str) -> bool:
        """Whether a query name belongs to this parameter: the name itself, or ``name[…]`` of a deep object."""
        return name.startswith(self.name + "[") and name.endswith("]") if self.deep else name == self.name

    def check(self, values: list[Any], contract: str, message: str, sender: str) -> list[Breach]:
        """The breaches of the values that came under this name."""
        known: tuple[int | str, ...] | None = None
        if values and type(values[0]) is str and (len(values) == 1 or self.type == "array"):
            known = (self._number, *values)
            if known in _kept:
                return []
        found = self._breaches(values, contract, message, sender)
        if known is not None and not found and sum(map(len, values)) <= KEPT_LENGTH:
            if len(_kept) >= KEPT:
                _kept.clear()
            _kept.add(known)
        return found

    def _breaches(self, values: list[Any], contract: str, message: str, sender: str) -> list[Breach]:
        if not values and not self.required:
            return []
        role = None if self.author == GATEWAY else self.author or sender
        spot = f"{message}.{self.location}[{self.name}]"
        if not values:
            return [Breach(contract, spot, "present", "missing", self.clauses, role)]
        if self.type == "array":
            return self.rule.breaches(_pieces(values), contract, spot, role)
        if len(values) > 1 and not self.deep:
            return [Breach(contract, spot, "once", f"{len(values)} times", self.clauses, role)]
        return [breach for value in values for breach in self.rule.breaches(self._typed(value), contract, spot, role)]

    def exercise(self, values: list[Any], found: set[str]) -> None:
        """Add the clauses that the values under this name put to the test; where it is optional, none do without it."""
        if self.reach <= found:
            return
        if values or self.required:
            found.update(self.clauses)
        if self.type == "array" and values:
            self.rule.exercise(_pieces(values), found)
        elif len(values) == 1 or self.deep:
            for value in values:
                self.rule.exercise(self._typed(value), found)

    def _typed(self, value: Any) -> Any:
        if self.type == "integer" and isinstance(value, str) and _INTEGER.fullmatch(value):
            return int(value)
        return value


def credentials(documents: Documents, name: str, operation: Mapping[str, Any]) -> list[list[Parameter]]:
    """The alternatives of ``security``: each a list of headers that must all be there. Empty: none needed."""
    schemes = documents.tree(name).get("components", {}).get("securitySchemes", {})
    out: list[list[Parameter]] = []
    for alternative in operation.get("security", []):
        for scheme in alternative:
            if scheme not in schemes:
                raise ContractError(f"{name}: security scheme {scheme} is not defined")
        out.append(
            [Parameter(documents, name, ("components", "securitySchemes", scheme), ()) for scheme in alternative]
        )
    return out


def _pieces(values: list[Any]) -> list[str]:
    return [piece for value in values for piece in value.split(",")]


def _type(documents: Documents, name: str, pointer: Pointer) -> str | None:
    _, _, schema = documents.follow(name, pointer)
    kind = schema.get("type") if isinstance(schema, dict) else None
    return kind if isinstance(kind, str) else None
