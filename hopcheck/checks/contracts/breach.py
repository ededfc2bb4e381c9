"""What a contract finds wrong, and what is wrong with a contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hopcheck.trace import Event


class ContractError(ValueError):
    """A contract cannot be used; the text names the file and the place in it."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that one message broke.

    ``contract`` is file and name ("openapi/ingress.yaml#upload"), ``place`` is where in the message
    ("request.body.part[file]"), ``clauses`` are the ids of the catalogue that the rule states, ``role`` is who made
    the broken thing: the sender, or whoever wrote what the sender only passed on; None for the kit's own gateway.
    """

    contract: str
    place: str
    expected: str
    got: str
    clauses: tuple[str, ...]
    role: str | None


Check = Callable[[Event, Event | None], list[Breach]]
Found = tuple[str, Check]
"""A message name and what validates an event of that name, given the event that opened its exchange."""
