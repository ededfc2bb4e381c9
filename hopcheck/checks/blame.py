"""Whom a missing or early arrow is held against: who broke the chain, not everybody who then went on without it."""

from __future__ import annotations

from collections.abc import Collection

from hopcheck.flow import Diagram


def broken_at(
    diagram: Diagram, missing: Collection[int], derived: Collection[int] = (), loops: Collection[Collection[int]] = ()
) -> dict[int, int]:
    """For each missing arrow the one where its chain broke.

    Whoever sends an arrow waits for the arrows before it on its own lifeline; where one of those is missing too, the
    blame is that one's. What runs in a loop keeps back nothing outside it, and a derived arrow nothing at all.
    """
    found: dict[int, int] = {}
    for number in sorted(missing):
        source = diagram.arrows[number - 1].source
        before = [
            each
            for each in found
            if each not in derived
            and source in diagram.arrows[each - 1].lifelines
            and all(each not in loop or number in loop for loop in loops)
        ]
        found[number] = found[before[-1]] if before else number
    return found


def too_early_for(diagram: Diagram, number: int, absent: Collection[int]) -> int | None:
    """The absent arrow that an early one came before without its sender's knowing; None where the sender jumped.

    ``absent`` are missing arrows that would have been legal in its place. A sender knows what touches its own lifeline.
    """
    early = diagram.arrows[number - 1]
    before = [diagram.arrows[each - 1] for each in sorted(absent) if each < number]
    before = [each for each in before if each.lifelines & early.lifelines]
    unknown = all(early.source not in each.lifelines for each in before)
    return before[0].number if before and unknown else None
