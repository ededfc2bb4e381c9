"""AsyncAPI's runtime expressions, and equalities between the parts of one message."""

from __future__ import annotations

import re
from typing import Any

from hopcheck.checks.contracts.breach import Breach, ContractError
from hopcheck.checks.contracts.rule import shown
from hopcheck.trace import Event

_EXPRESSION = re.compile(r"\$message\.(?:key|topic|(?:header|payload)#((?:/[^/]+)+))")


def resolve(expression: str, event: Event) -> Any:
    """What ``$message.key``, ``$message.topic``, ``$message.header#/name`` or ``$message.payload#/a/b`` is in a
    message; None where it has no such thing.
    """
    if expression in ("$message.key", "$message.topic"):
        return event.attrs.get(expression.rpartition(".")[2])
    source, _, pointer = expression.partition("#")
    node: Any = dict(event.attrs["headers"]) if source.endswith("header") else event.payload and event.payload.json
    for step in pointer.split("/")[1:]:
        node = node.get(step) if isinstance(node, dict) else None
    return node


class Equality:
    """``{this, that, x-clauses}``: two expressions that must name the same value; absent and empty are the same.

    ``part`` is a pattern with one group that cuts the value out of ``that``.
    """

    def __init__(self, where: str, node: dict[str, Any]) -> None:
        try:
            self.this, self.that = node["this"], node["that"]
            self.part = re.compile(node["part"]) if "part" in node else None
        except (KeyError, TypeError, re.error) as error:
            raise ContractError(f"{where}: an equality has this, that and maybe part: {error}") from error
        for text in (self.this, self.that):
            if not _EXPRESSION.fullmatch(text):
                raise ContractError(f"{where}: not a runtime expression: {text}")
        self.clauses = tuple(node.get("x-clauses", ()))

    def check(self, event: Event, contract: str, role: str | None) -> list[Breach]:
        """One breach where the two differ."""
        this, that = resolve(self.this, event), resolve(self.that, event)
        if self.part is not None and isinstance(that, str):
            match = self.part.fullmatch(that)
            that = match[1] if match else None
        if (this or None) == (that or None):
            return []
        place = self.this.removeprefix("$message.").replace("payload#", "value").replace("#", "").replace("/", ".")
        return [Breach(contract, place, f"{self.that}: {shown(that)}", shown(this), self.clauses, role)]
