"""Which arrow of one diagram is which of another: what is new, gone, moved, or only called otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from hopcheck.flow import Arrow, Diagram


@dataclass(frozen=True, slots=True)
class Match:
    """One arrow, in one diagram or in both; ``moved``: other arrows have come between what stood beside it."""

    old: Arrow | None
    new: Arrow | None
    moved: bool = False

    @property
    def renamed(self) -> bool:
        """Whether its text alone differs."""
        return self.old is not None and self.new is not None and _text(self.old) != _text(self.new)


Ends = tuple[str, str, bool]


def matched(old: Diagram, new: Diagram, roles: tuple[Mapping[str, str], Mapping[str, str]]) -> list[Match]:
    """Every arrow once; ``roles`` are those of the two diagrams' lifelines by label."""
    before = [(ends(each, old, roles[0]), each) for each in old.arrows]
    after = [(ends(each, new, roles[1]), each) for each in new.arrows]
    one, other = ([(*between, _text(arrow)) for between, arrow in each] for each in (before, after))
    found: list[Match] = []
    gone: list[tuple[Ends, Arrow]] = []
    come: list[tuple[Ends, Arrow]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        left, right = before[i1:i2], after[j1:j2]
        if tag in ("equal", "replace") and [each for each, _ in left] == [each for each, _ in right]:
            found += [Match(a, b) for (_, a), (_, b) in zip(left, right, strict=True)]
        else:
            gone += left
            come += right
    for between, arrow in gone:
        same = next((each for each in come if each[0] == between and _text(each[1]) == _text(arrow)), None)
        if same is not None:
            come.remove(same)
        found.append(Match(arrow, None if same is None else same[1], moved=same is not None))
    return [*found, *(Match(None, arrow) for _, arrow in come)]


def ends(arrow: Arrow, diagram: Diagram, roles: Mapping[str, str]) -> Ends:
    """Sender and receiver as roles, and whether it is an answer."""
    return role(arrow.source, diagram, roles), role(arrow.target, diagram, roles), arrow.dashed


def role(participant: str, diagram: Diagram, roles: Mapping[str, str]) -> str:
    """The role of a lifeline; its label where nothing says more."""
    label = diagram.participant(participant).label
    return roles.get(label, label)


def _text(arrow: Arrow) -> str:
    return " ".join(arrow.text.split())
