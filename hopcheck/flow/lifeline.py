"""The lifelines that a text declares, mentions, activates, creates and destroys, in text order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hopcheck.flow.model import Activation, Arrow, DiagramError, Participant


class Lifelines:
    """Collects participants while a text is read. Raises `DiagramError` where a lifeline contradicts itself."""

    def __init__(self) -> None:
        self._participants: dict[str, Participant] = {}
        self._mentioned: list[tuple[str, int, int]] = []
        self._open: dict[str, list[int]] = {}
        self._activations: list[Activation] = []
        self._expected: tuple[str, str, tuple[int, int]] | None = None

    @property
    def participants(self) -> tuple[Participant, ...]:
        """In order of appearance."""
        return tuple(self._participants.values())

    @property
    def activations(self) -> tuple[Activation, ...]:
        """In order of their begin."""
        return tuple(self._activations)

    def declare(
        self, name: str, label: str, kind: str, place: tuple[int, int], box: int | None, attributes: dict[str, Any]
    ) -> None:
        """A ``participant`` or ``actor`` line; a second one for the same id may change its label."""
        known = self._participants.get(name)
        if known is not None and known.box is not None and box is not None:
            raise DiagramError(*place, f"expected a participant in one box only, found {name!r} again")
        if known is not None:
            kept = known.box if box is None else box
            self._participants[name] = replace(
                known,
                label=label or known.label,
                kind=kind,
                box=kept,
                implicit=False,
                attributes=known.attributes | attributes,
            )
        else:
            self._participants[name] = Participant(name, label or name, kind, *place, box=box, attributes=attributes)

    def mention(self, name: str, line: int, column: int) -> None:
        """A note, link or arrow brings in whoever was not declared."""
        if name not in self._participants:
            self._participants[name] = Participant(name, name, "participant", line, column, implicit=True)

    def arrow(self, arrow: Arrow) -> None:
        """An arrow: it mentions, activates, and fulfils what create or destroy announced."""
        if self._expected is not None:
            verb, name, place = self._expected
            ends = (arrow.target,) if verb == "created" else (arrow.source, arrow.target)
            if name not in ends:
                raise DiagramError(
                    arrow.line,
                    arrow.column,
                    f"expected an arrow with {name!r}, {verb} in line "
                    f"{place[0]}, found one from {arrow.source!r} to {arrow.target!r}",
                )
            self._expected = None
        for name in (arrow.source, arrow.target):
            self.mention(name, arrow.line, arrow.column)
        if arrow.activates:
            self.activate(arrow.target, arrow.line, arrow.column)
        if arrow.deactivates:
            self.deactivate(arrow.source, arrow.line, arrow.column)

    def expect(self, verb: str, name: str, place: tuple[int, int]) -> None:
        """``create`` or ``destroy``: the next arrow must touch ``name``."""
        self._mentioned.append((name, *place))
        self._expected = (verb, name, place)

    def activate(self, name: str, line: int, column: int) -> None:
        """The lifeline becomes active; it may be so more than once."""
        self._mentioned.append((name, line, column))
        self._open.setdefault(name, []).append(len(self._activations))
        self._activations.append(Activation(name, line, None))

    def deactivate(self, name: str, line: int, column: int) -> None:
        """The latest activation of the lifeline ends."""
        if not self._open.get(name):
            raise DiagramError(line, column, f"expected an active participant, found {name!r}, which is not active")
        index = self._open[name].pop()
        self._activations[index] = replace(self._activations[index], end_line=line)

    def close(self) -> None:
        """The text is over."""
        for name, line, column in self._mentioned:
            if name not in self._participants:
                raise DiagramError(line, column, f"expected a participant of this diagram, found {name!r}")
        if self._expected is not None:
            verb, name, place = self._expected
            raise DiagramError(*place, f"expected an arrow with {name!r} after it is {verb}, found none")
