"""Differences between the diagrams of two versions, and between what hops.yaml says of their order and outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import yaml

from hopcheck.catalogue.examples import line_of
from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts.documents import load_yaml
from hopcheck.evolution.arrows import Match, matched, role
from hopcheck.evolution.change import ABSENT, Change, changes
from hopcheck.evolution.difference import DIAGRAM as KIND
from hopcheck.evolution.difference import Difference, Does, Effect, Witness, merged
from hopcheck.evolution.runs import Reading, Run, told_apart
from hopcheck.evolution.search import Kept
from hopcheck.evolution.version import DIAGRAM, HOPS, Version
from hopcheck.flow import Diagram, DiagramError, Order, OrderError, Processes, judge, load_order, parse
from hopcheck.flow.model import Block, Item

PLAIN = "complete"
"""The one outcome of a diagram to which no order fits: every arrow that is not in a block is demanded."""
WITHOUT = "read without hops.yaml, which does not fit it"
NOTHING = "no run was found that is judged otherwise"
_ORDER = ("order", "outcomes")


@dataclass(frozen=True, slots=True)
class Told:
    """A run by the ids of its arrows, with the readings of both versions; ``lines`` are for people."""

    outcome: str
    run: Run
    old: Reading
    new: Reading
    lines: tuple[str, ...]


@dataclass(frozen=True)
class _Flow:
    """One version's diagram, who its lifelines are, and how its order is to be read."""

    diagram: Diagram
    hops: Mapping[str, Any]

    @classmethod
    def of(cls, version: Version) -> _Flow:
        try:
            diagram = parse(version.files[DIAGRAM].decode())
        except (KeyError, UnicodeDecodeError, DiagramError) as error:
            raise ContractError(f"{DIAGRAM}: {error}") from error
        return cls(diagram, load_yaml(version.files.get(HOPS, b"{}")) or {})

    @cached_property
    def fits(self) -> bool:
        """Whether hops.yaml is about this diagram."""
        try:
            return bool(load_order(self.hops, self.diagram).outcomes)
        except OrderError:
            return False

    @property
    def roles(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.hops.get("participants", {})
        return found

    def order(self, *, plain: bool) -> Order:
        if not plain:
            return load_order(self.hops, self.diagram)
        inside = {arrow.number for block in self.diagram.blocks if block.kind != "rect" for arrow in block.arrows}
        every = [arrow.number for arrow in self.diagram.arrows]
        lists = {"demanded": [n for n in every if n not in inside], "optional": [n for n in every if n in inside]}
        return load_order({"outcomes": {PLAIN: lists}}, self.diagram)


class Flows:
    """Old and new version. Raises `ContractError` for a diagram that is none."""

    def __init__(self, old: Version, new: Version) -> None:
        self._versions = old, new
        self._old, self._new = _Flow.of(old), _Flow.of(new)
        self._plain = not (self._old.fits and self._new.fits)
        self._matches = matched(self._old.diagram, self._new.diagram, (self._old.roles, self._new.roles))

    def differences(self) -> Iterator[Difference]:
        """Arrows, then blocks, then what is only told, then order and outcomes."""
        old, new = (version.files[DIAGRAM] for version in self._versions)
        if old != new:
            yield from self._of_diagram()
        if not self._plain:
            yield from self._of_order()

    def _of_diagram(self) -> Iterator[Difference]:
        arrows = [each for each in self._matches if each.old is None or each.new is None or each.moved]
        for match in arrows:
            yield self._difference(*self._placed(match), frozenset({self._id(match)}))
        blocks = [_blocks(flow.diagram) for flow in (self._old, self._new)]
        told = arrows or blocks[0] != blocks[1]
        if blocks[0] != blocks[1]:
            changed = next((block for block in self._new.diagram.blocks), None)
            near = frozenset(self._id(each) for each in self._matches if self._in_block(each))
            line = changed.line if changed is not None else 1
            yield self._difference(line, "blocks", _of_blocks(*blocks), near)
        for match in self._matches:
            if match.renamed and match.old is not None and match.new is not None:
                what = f"called {match.new.text!r} and no longer {match.old.text!r}"
                where = f"arrow {match.new.number}"
                yield Difference(KIND, DIAGRAM, match.new.line, where, what, words=True)
                told = True
        if not told:
            found = self._effects(frozenset())
            what = "what orders nothing: participants, activations, notes, style"
            words = _skeleton(self._old) == _skeleton(self._new)
            yield Difference(KIND, DIAGRAM, 1, "text", what, found, words, "" if words else NOTHING)

    def _of_order(self) -> Iterator[Difference]:
        old, new = ({key: flow.hops.get(key, {}) for key in _ORDER} for flow in (self._old, self._new))
        for change in changes(HOPS, old, new):
            text = self._versions[change.leaves[0].new is not ABSENT].files[HOPS]
            line = line_of(yaml.compose(text, Loader=yaml.CSafeLoader), change.first)
            outcome = change.pointer[1] if change.pointer[:1] == ("outcomes",) and len(change.pointer) > 1 else None
            found = self._effects(self._named(change), outcome)
            note = "" if found else NOTHING
            yield Difference(KIND, HOPS, line, change.where, change.what, found, note=note)

    def _named(self, change: Change) -> frozenset[str]:
        """The arrows that a change of order or outcomes is about."""
        numbers = {number for leaf in change.leaves for number in {*_numbers(leaf.old)} ^ {*_numbers(leaf.new)}}
        return frozenset(self._id(each) for each in self._matches if each.new and each.new.number in numbers)

    def _difference(self, line: int, where: str, what: str, near: frozenset[str]) -> Difference:
        found = self._effects(near)
        note = WITHOUT if self._plain and HOPS in self._versions[1].files else "" if found else NOTHING
        return Difference(KIND, DIAGRAM, line, where, what, found, note=note)

    def _effects(self, near: frozenset[str], outcome: Any = None) -> tuple[Effect, ...]:
        """The first outcome that tells the versions apart, in each direction."""
        found: list[Effect] = []
        old, new = (flow.order(plain=self._plain) for flow in (self._old, self._new))
        names = [name for name in old.outcomes if name in new.outcomes and outcome in (None, name)]
        for kept in ("old", "new"):
            for name in names:
                readings = self._reading(self._old, old, name, 0), self._reading(self._new, new, name, 1)
                effect = self._effect(kept, *readings, near)
                if effect is not None:
                    found.append(effect)
                    break
        return merged(found)

    def _effect(self, kept: Kept, old: Reading, new: Reading, near: frozenset[str]) -> Effect | None:
        takes, refuses = (old, new) if kept == "old" else (new, old)
        run = told_apart(takes, refuses, near)
        if run is None:
            return None
        owed = [each for each in run.owed if each in near] or (list(run.owed) if run.missing else [])
        # What is owed is owed by its sender to its receiver; what comes is sent by one and read by the other.
        arrow, at = (owed[0], refuses) if owed else (run.arrows[-1], takes)
        drawn = at.diagram.arrows[at.numbers[arrow] - 1]
        flow = self._old if at is old else self._new
        end = drawn.source if kept == "old" else drawn.target
        does: Does = "sends" if kept == "old" else "awaits" if owed else "reads"
        lines = tuple(takes.diagram.describe(takes.numbers[each]) for each in run.arrows)
        value = Told(takes.outcome, run, old, new, lines)
        name = f"{'run' if run.missing else 'beginning'} of outcome {takes.outcome}, {len(lines)} arrows"
        got = lines[-1] if lines else "nothing"
        expected = _verdict(refuses, run) or f"no {got}"
        return Effect(role(end, flow.diagram, flow.roles), does, Witness(name, kept, value, expected, got))

    def _reading(self, flow: _Flow, order: Order, outcome: str, side: int) -> Reading:
        arrows = ((self._id(match), match.old if side == 0 else match.new) for match in self._matches)
        return Reading(flow.diagram, order, outcome, {name: each.number for name, each in arrows if each is not None})

    def _id(self, match: Match) -> str:
        return f"{match.old.number if match.old else '-'}/{match.new.number if match.new else '-'}"

    def _placed(self, match: Match) -> tuple[int, str, str]:
        """Line, place and words."""
        if match.new is None:
            assert match.old is not None
            number = match.old.number
            return match.old.line, f"arrow {number} (old)", f"removed: {self._old.diagram.describe(number)}"
        told = self._new.diagram.describe(match.new.number)
        what = "added" if match.old is None else f"moved, was arrow {match.old.number}"
        return match.new.line, f"arrow {match.new.number}", f"{what}: {told}"

    def _in_block(self, match: Match) -> bool:
        for flow, arrow in ((self._old, match.old), (self._new, match.new)):
            if arrow is not None and any(arrow in block.arrows for block in flow.diagram.blocks):
                return True
        return False


def _verdict(refuses: Reading, run: Run) -> str:
    """What the oracle says against a run; empty where it knows an arrow of it not at all."""
    try:
        sightings = refuses.sightings(run.arrows)
    except KeyError:
        return ""
    order = refuses.order
    found = judge(
        Processes(refuses.diagram, order), refuses.outcome, sightings, derived=order.derived, closed=run.missing
    )
    if found.forbidden is not None:
        return found.forbidden.reason
    return found.missing[0].reason if found.missing else ""


def _numbers(value: Any) -> list[int]:
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


def _blocks(diagram: Diagram) -> list[tuple[str, str, int]]:
    return [(block.kind, block.label, len(block.arrows)) for block in diagram.blocks]


def _of_blocks(old: list[tuple[str, str, int]], new: list[tuple[str, str, int]]) -> str:
    words = [f"+ {kind} {label}" for kind, label, _ in new if (kind, label) not in [each[:2] for each in old]]
    words += [f"- {kind} {label}" for kind, label, _ in old if (kind, label) not in [each[:2] for each in new]]
    return "; ".join(words) or "other arrows inside"


def _skeleton(flow: _Flow) -> list[Any]:
    """All that has a meaning: not lines, styles and notes."""
    return [flow.diagram.participants and [each.label for each in flow.diagram.participants], _bare(flow.diagram.body)]


def _bare(items: tuple[Item, ...]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if isinstance(item, Block):
            found.append((item.kind, [(section.label, _bare(section.items)) for section in item.sections]))
        elif type(item).__name__ not in ("Note", "Autonumber"):
            found.append(replace(item, line=0, column=0))
    return found
