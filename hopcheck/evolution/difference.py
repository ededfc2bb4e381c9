"""What one change means: for whom, and the message or run that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

BREAKING, COMPATIBLE, DOC_ONLY = "breaking", "compatible", "doc-only"
Does = Literal["sends", "reads", "awaits"]
OPENAPI, ASYNCAPI, DBUS, SCHEMA, CLAUSE, DIAGRAM = (
    "OpenAPI",
    "AsyncAPI",
    "D-Bus",
    "JSON Schema",
    "clause",
    "diagram",
)
KINDS = (OPENAPI, ASYNCAPI, DBUS, SCHEMA, CLAUSE, DIAGRAM)


@dataclass(frozen=True, slots=True)
class Witness:
    """Something that one version takes and the other does not.

    ``kept`` is the version that takes it, ``old`` or ``new``; ``expected`` and ``got`` are what the other one says,
    ``value`` is the thing itself, ready to be judged again.
    """

    name: str
    kept: Literal["old", "new"]
    value: Any
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Effect:
    """A role that goes by one version beside partners that go by the other.

    One that ``sends`` goes by the old one and sends what the new one forbids, or not what it demands; one that
    ``reads`` is sent what the old one does not know; one that ``awaits`` is no longer sent what it relies on.
    ``first``: it offers the interface, so it goes to the new version before its partners.
    """

    role: str
    does: Does
    witness: Witness | None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. ``line`` is that in the new file, or in the old one where nothing is left of it.

    ``shown`` is what shows a change that concerns nobody.
    """

    kind: str
    file: str
    line: int
    where: str
    what: str
    effects: tuple[Effect, ...] = ()
    words: bool = False
    note: str = ""
    shown: Witness | None = None

    @property
    def verdict(self) -> str:
        """Breaking where it breaks anybody; words alone are doc-only."""
        if any(not each.first for each in self.effects):
            return BREAKING
        return DOC_ONLY if self.words else COMPATIBLE

    @property
    def broken(self) -> tuple[str, ...]:
        """The roles that it breaks."""
        return tuple(dict.fromkeys(each.role for each in self.effects if not each.first))

    @property
    def first(self) -> tuple[str, ...]:
        """The roles that go first where it breaks nobody else."""
        return tuple(dict.fromkeys(each.role for each in self.effects if each.first))

    @property
    def witness(self) -> Witness | None:
        """What shows it best: of somebody whom it breaks, where there is one."""
        told = sorted((each for each in self.effects if each.witness is not None), key=lambda each: each.first)
        return told[0].witness if told else self.shown


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences of two versions; ``aside`` are changed files that nothing here compares."""

    old: str
    new: str
    differences: tuple[Difference, ...]
    aside: tuple[str, ...] = field(default=())

    @property
    def breaks(self) -> bool:
        """Whether any of them breaks anybody."""
        return any(each.verdict == BREAKING for each in self.differences)


def merged(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """Each role once for what it does; who breaks anywhere is not merely first."""
    found: dict[tuple[str, str], Effect] = {}
    for each in effects:
        known = found.get((each.role, each.does))
        if known is None or (known.first and not each.first):
            found[each.role, each.does] = each
    return tuple(found.values())
