"""Why a sighting is forbidden, in plain words that name the diagram's lines."""

from __future__ import annotations

from collections.abc import Sequence

from hopcheck.flow.process import Process, State
from hopcheck.flow.verdict import Sighting


def reason(process: Process, state: State, sighting: Sighting, earlier: Sequence[Sighting]) -> str:
    """One sentence on the sighting that has no legal place after ``state``; ``earlier`` came before it."""
    arrow = sighting.arrow
    return f"{_named(process, arrow)} {_cause(process, state, sighting, earlier)}"


def _cause(process: Process, state: State, sighting: Sighting, earlier: Sequence[Sighting]) -> str:
    arrow, key = sighting.arrow, sighting.key
    if arrow in process.order.derived:
        return "has no transfer of its own, so nobody can have seen it"
    if arrow in process.outcome.forbidden:
        return f"does not happen in a run whose outcome is {process.outcome.name!r}"
    blockers = process.blockers(state, arrow)
    if blockers:
        return "came before " + " and before ".join(_named(process, other) for other in blockers)
    if process.agree(state, arrow, key) is None:
        return f"carries the key {key!r}, but the last upload has {process.group_key(state, arrow)!r}"
    loop = process.loop_of.get(arrow)
    before = [s for s in earlier if s.arrow == arrow and (loop is None or s.key == key)]
    if loop is not None:
        if arrow in state.shut:
            later = next(then for first, then in loop.before if first == arrow)
            return f"came after {_named(process, later)}"
        left = process.pass_choices(state, loop, key)
        legal = [number for number in loop.arrows if process.strict.step_all(left, number)]
        expected = " or ".join(_named(process, number) for number in legal) or "nothing more"
        again = f", and it was already seen at #{before[-1].seq}" if before and arrow not in legal else ""
        return f"is out of turn in {loop.block.label!r} with key {key!r}, where {expected} may come next{again}"
    if before:
        return f"happened already at #{before[-1].seq}, and the diagram has it once"
    after = [s for s in earlier if s.arrow > arrow and process.keeps_order(arrow, s.arrow)]
    if after:
        return f"came after {_named(process, after[0].arrow)} at #{after[0].seq}"
    return "has no place here"


def _named(process: Process, number: int) -> str:
    line = process.diagram.arrows[number - 1].line
    return f"arrow {process.diagram.describe(number)} (line {line})"
