"""What a sequence diagram says, item by item, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Head = Literal["open", "filled", "cross", "async", "half"]
BlockKind = Literal["loop", "opt", "alt", "par", "par_over", "critical", "break", "rect"]
Placement = Literal["left of", "right of", "over"]


class DiagramError(ValueError):
    """The text is not a sequence diagram; ``line`` and ``column`` count from 1."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.line = line
        self.column = column
        self.message = message


class NotExecutable(DiagramError):
    """The diagram is well formed, but the oracle gives this construct no meaning."""


@dataclass(frozen=True, slots=True)
class Participant:
    """A lifeline. ``kind`` is participant, actor, or a type given in ``@{...}``; ``implicit`` ones are only used."""

    id: str
    label: str
    kind: str
    line: int
    column: int
    implicit: bool = False
    box: int | None = None
    attributes: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Box:
    """A coloured group of participants; ``colour`` is a CSS colour or None."""

    label: str
    colour: str | None
    participants: tuple[str, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """A message. ``number`` counts from 1 in text order; ``source`` and ``target`` are participant ids.

    ``text`` has entities decoded and ``<br>`` as a line feed. ``activates`` is the target by ``+``,
    ``deactivates`` the source by ``-``.
    """

    number: int
    source: str
    target: str
    text: str
    dashed: bool
    line: int
    column: int
    head: Head = "filled"
    bidirectional: bool = False
    reversed: bool = False
    activates: bool = False
    deactivates: bool = False

    @property
    def lifelines(self) -> frozenset[str]:
        """The ids of both ends."""
        return frozenset((self.source, self.target))


@dataclass(frozen=True, slots=True)
class Activate:
    """An ``activate`` statement."""

    participant: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Deactivate:
    """A ``deactivate`` statement."""

    participant: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Note:
    """A note beside one participant or over one or two."""

    placement: Placement
    participants: tuple[str, ...]
    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Create:
    """``create participant``: the next arrow brings it to life."""

    participant: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Destroy:
    """``destroy``: the next arrow ends the lifeline."""

    participant: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Autonumber:
    """``autonumber [start [step]]`` or ``autonumber off``."""

    visible: bool
    start: float | None
    step: float | None
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Section:
    """One compartment of a block; ``label`` is the text after ``alt``, ``else``, ``and``, ``option`` …"""

    label: str
    items: tuple[Item, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Block:
    """A combined fragment from its keyword to its ``end``."""

    kind: BlockKind
    sections: tuple[Section, ...]
    line: int
    column: int
    end_line: int

    @property
    def label(self) -> str:
        """The text after the keyword."""
        return self.sections[0].label

    @property
    def arrows(self) -> tuple[Arrow, ...]:
        """Every arrow inside, nested ones too, in text order."""
        return tuple(_arrows(item for section in self.sections for item in section.items))


Item: TypeAlias = Arrow | Activate | Deactivate | Note | Create | Destroy | Autonumber | Block


@dataclass(frozen=True, slots=True)
class Activation:
    """A span in which a lifeline is active, from ``line`` to ``end_line`` (None: never ended)."""

    participant: str
    line: int
    end_line: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """``link``, ``links``, ``properties`` or ``details`` of a participant; ``value`` as written."""

    kind: Literal["link", "links", "properties", "details"]
    participant: str
    value: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """A parsed sequence diagram; ``body`` nests as the text does, the other fields are flat views."""

    participants: tuple[Participant, ...]
    boxes: tuple[Box, ...]
    body: tuple[Item, ...]
    activations: tuple[Activation, ...] = ()
    links: tuple[Link, ...] = ()
    title: str | None = None
    acc_title: str | None = None
    acc_description: str | None = None
    front_matter: str | None = None
    directives: tuple[str, ...] = ()

    @property
    def arrows(self) -> tuple[Arrow, ...]:
        """Every arrow; the one numbered n is at n - 1."""
        return tuple(_arrows(self.body))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block, outer ones before the ones inside."""
        return tuple(_blocks(self.body))

    @property
    def loops(self) -> tuple[Block, ...]:
        """The blocks that are loops."""
        return tuple(block for block in self.blocks if block.kind == "loop")

    def participant(self, name: str) -> Participant:
        """The participant with this id, or else with this label. Raises KeyError."""
        for attribute in ("id", "label"):
            for participant in self.participants:
                if getattr(participant, attribute) == name:
                    return participant
        known = ", ".join(f"{p.label} ({p.id})" for p in self.participants)
        raise KeyError(f"no participant {name!r} in the diagram; it has {known}")

    def arrow(self, source: str, target: str, text: str) -> Arrow:
        """The arrow between two participants (ids or labels) with this text, white space aside.

        Raises KeyError where there is none, or more than one.
        """
        ends = self.participant(source).id, self.participant(target).id
        between = [a for a in self.arrows if (a.source, a.target) == ends]
        found = [a for a in between if a.text.split() == text.split()]
        if len(found) == 1:
            return found[0]
        if found:
            numbers = " and ".join(str(a.number) for a in found)
            raise KeyError(f"{source} to {target}: {text!r} is arrow {numbers}")
        known = ", ".join(repr(a.text) for a in between) or "nothing"
        raise KeyError(f"{source} sends {target} no {text!r}; the diagram has {known}")

    def describe(self, number: int) -> str:
        """An arrow in one line, with labels, as reports show it."""
        arrow = self.arrows[number - 1]
        source, target = self.participant(arrow.source).label, self.participant(arrow.target).label
        return f"{number} {source} {'-->>' if arrow.dashed else '->>'} {target}: {' '.join(arrow.text.split())}"


def _blocks(items: tuple[Item, ...]) -> Iterator[Block]:
    for item in items:
        if isinstance(item, Block):
            yield item
            for section in item.sections:
                yield from _blocks(section.items)


def _arrows(items: Iterable[Item]) -> Iterator[Arrow]:
    for item in items:
        if isinstance(item, Arrow):
            yield item
        elif isinstance(item, Block):
            for section in item.sections:
                yield from _arrows(section.items)
