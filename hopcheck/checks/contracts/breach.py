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
Exercise = Callable[[Event, Event | None, set[str]], None]
"""Adds to the set, and need not look for what is there already."""


@dataclass(frozen=True, slots=True)
class Found:
    """A message name, and what an event of that name breaks and exercises, given the event that opened its exchange.

    What it exercises are the clauses that a breach of this very event could name.
    """

    name: str
    check: Check
    exercise: Exercise


def only_named(name: str) -> Found:
    """A message that no contract describes further: it can break nothing, so it exercises nothing."""
    return Found(name, _breaks_nothing, _exercises_nothing)


def _breaks_nothing(_: Event, __: Event | None) -> list[Breach]:
    return []


def _exercises_nothing(_: Event, __: Event | None, ___: set[str]) -> None:
    pass
