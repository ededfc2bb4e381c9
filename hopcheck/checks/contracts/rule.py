"""A compiled schema that says what broke it, and which clause that was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jsonschema_rs
import orjson

from hopcheck.checks.contracts.breach import Breach
from hopcheck.checks.contracts.documents import Documents, Pointer, check_schema
from hopcheck.checks.contracts.exercise import schema_node
from hopcheck.checks.contracts.validator import compiled

SHOWN = 120


class Rule:
    """The schema at ``pointer`` of document ``name``; ``clauses`` hold where the schema names none of its own.

    ``reach`` are all clauses that an instance can exercise.

    Raises `ContractError` with file and place for a schema that is none.
    """

    __slots__ = ("_documents", "_name", "_node", "_pointer", "_validator", "clauses", "is_valid", "reach")

    def __init__(self, documents: Documents, name: str, pointer: Pointer, clauses: Iterable[str] = ()) -> None:
        check_schema(*documents.follow(name, pointer))
        self._validator = compiled(documents, name, pointer)
        self._documents = documents
        self._name = name
        self._pointer = pointer
        self.clauses = tuple(clauses)
        self._node = schema_node(documents, name, pointer)
        self.reach = self._node.reach.union(self.clauses)
        self.is_valid = self._validator.is_valid

    def breaches(self, instance: Any, contract: str, where: str, role: str | None) -> list[Breach]:
        """Every way in which ``instance`` breaks the schema, in the order in which the schema says it.

        ``where`` is what the instance is in the message.
        """
        if self.is_valid(instance):
            return []
        # The validator's own order is another one from release to release.
        errors = sorted(self._validator.iter_errors(instance), key=self._order)
        return [self._breach(error, contract, where, role) for error in errors]

    def exercise(self, instance: Any, found: set[str]) -> None:
        """Add the clauses that ``instance`` puts to the test: the rule's own, and those of the schema that apply."""
        found.update(self.clauses)
        self._node.walk(instance, found)

    def _breach(self, error: jsonschema_rs.ValidationError, contract: str, where: str, role: str | None) -> Breach:
        kind = error.kind.name
        details = error.kind.as_dict()
        spot = where + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
        clauses = self._clauses(error.evaluation_path[1:], details.get("property"))
        if kind == "required":
            return Breach(contract, spot, f"member {details['property']}", "missing", clauses, role)
        if kind in ("additionalProperties", "unevaluatedProperties"):
            names = ", ".join(details["unexpected"])
            return Breach(contract, spot, "no other member", names, clauses, role)
        value = error.kind.value
        expected = f"{kind} {shown(value)}" if value is not None else error.message
        return Breach(contract, spot, expected, shown(error.instance), clauses, role)

    def _order(self, error: jsonschema_rs.ValidationError) -> tuple[list[int], list[int]]:
        """Which items it is in, and where the keyword that it broke stands: each step's place among its neighbours."""
        path = error.evaluation_path[1:]
        nodes = self._documents.walk(self._name, self._pointer, path)
        return [step for step in error.instance_path if isinstance(step, int)], [
            step if isinstance(step, int) else list(node).index(step) if step in node else 0
            for node, step in zip(nodes, path, strict=False)
        ]

    def _clauses(self, path: list[str | int], member: Any) -> tuple[str, ...]:
        found: Iterable[str] = self.clauses
        last: Any = None
        for node in self._documents.walk(self._name, self._pointer, path):
            if isinstance(node, dict):
                last = node
                found = node.get("x-clauses", found)
        if isinstance(member, str) and isinstance(last, dict):
            schema = last.get("properties", {}).get(member)
            found = schema.get("x-clauses", found) if isinstance(schema, dict) else found
        return tuple(found)


def shown(value: Any) -> str:
    """A value as short JSON."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:
        text = str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
