"""Whom a missing arrow is held against: who broke the chain, not everybody who then had nothing to do."""

from __future__ import annotations

from collections.abc import Collection

from hopcheck.flow import Arrow, Diagram


def broken_at(diagram: Diagram, missing: Collection[int], derived: Collection[int] = ()) -> dict[int, int]:
    """For each missing arrow the one where its chain broke.

    Whoever sends an arrow waits for the arrow before it on its own lifeline; where that is missing too, the blame is
    that one's. A derived arrow has no sender that could have kept it back, and breaks no chain.
    """
    real = [arrow for arrow in diagram.arrows if arrow.number not in derived]
    found: dict[int, int] = {}
    for number in sorted(missing):
        before = _before(real, diagram.arrows[number - 1])
        found[number] = found.get(before, number) if before is not None else number
    return found


def _before(arrows: list[Arrow], arrow: Arrow) -> int | None:
    earlier = [each.number for each in arrows if each.number < arrow.number and arrow.source in each.lifelines]
    return earlier[-1] if earlier else None
