"""A compiled schema that says what broke it, and which clause that was."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable
from typing import Any

import jsonschema_rs
import orjson

from hopcheck.checks.contracts.breach import Breach, ContractError
from hopcheck.checks.contracts.documents import BASE, Documents, Pointer, check_schema, place

SHOWN = 120


class Rule:
    """The schema at ``pointer`` of document ``name``; ``clauses`` hold where the schema names none of its own.

    Raises `ContractError` with file and place for a schema that is none.
    """

    __slots__ = ("_documents", "_name", "_pointer", "_validator", "clauses", "is_valid")

    def __init__(self, documents: Documents, name: str, pointer: Pointer, clauses: Iterable[str] = ()) -> None:
        where = f"{name}: {place(pointer)}"
        check_schema(*documents.follow(name, pointer))
        try:
            self._validator = jsonschema_rs.Draft202012Validator(
                {"$ref": BASE + name + _fragment(pointer)}, registry=documents.registry, validate_formats=True,
                ignore_unknown_formats=False, formats=FORMATS, offline=True)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            message = error.message.splitlines()[0].replace(BASE, "")
            raise ContractError(f"{where}: {message}") from error
        self._documents = documents
        self._name = name
        self._pointer = pointer
        self.clauses = tuple(clauses)
        self.is_valid = self._validator.is_valid

    def breaches(self, instance: Any, contract: str, where: str, role: str | None) -> list[Breach]:
        """Every way in which ``instance`` breaks the schema; ``where`` is what the instance is in the message."""
        if self.is_valid(instance):
            return []
        return [self._breach(error, contract, where, role) for error in self._validator.iter_errors(instance)]

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


def _fragment(pointer: Pointer) -> str:
    escaped = place(pointer)[1:]
    return "#" + "".join(f"%{ord(c):02X}" if c in "{}<>[]%\" ^|`\\" else c for c in escaped)


def _byte(value: str) -> bool:
    try:
        b64decode(value, validate=True)
    except (Base64Error, ValueError):
        return False
    return True


FORMATS = {"byte": _byte}
