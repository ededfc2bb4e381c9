"""Finding a legal place for every sighting, where observers may have lagged (rule 14)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hopcheck.flow.pending import Pending
from hopcheck.flow.process import Process, State
from hopcheck.flow.verdict import Sighting


@dataclass(frozen=True, slots=True)
class Reading:
    """The furthest that any placement gets: ``length`` sightings are legal, ``state`` is one state after them.

    ``states`` are all states found there, for what else would have been legal.
    """

    length: int
    states: tuple[State, ...]

    @property
    def state(self) -> State:
        """The state of the first placement that got this far."""
        return self.states[0]


@dataclass(frozen=True, slots=True)
class _Node:
    """The sightings up to ``place`` have happened, and those in ``ahead`` although their place is later."""

    place: int
    ahead: frozenset[int]
    state: State


def read(
    process: Process, sightings: Sequence[Sighting], *, disturbed_after: int | None = None, closed: bool = True
) -> Reading:
    """Read the sightings, each exact one at its place, each observed one there or earlier, in its observer's order.

    An observed sighting goes ahead only where it can matter to the one at hand; all else commutes. A reading that
    is not ``closed`` may also count on what an observer has not told yet.
    """
    pending = Pending(process, sightings, closed=closed)
    end = len(sightings)
    stack = [_Node(0, frozenset(), process.start())]
    tried: set[object] = set()
    furthest, states = -1, [stack[0].state]
    while stack:
        node = _settle(process, stack.pop(), sightings, disturbed_after)
        if node.place > furthest:
            furthest, states = node.place, [node.state]
        elif node.place == furthest and len(states) < 8:
            states.append(node.state)
        if node.place == end:
            break
        branches = list(_branches(process, node, sightings, pending))
        if len(branches) > 1:
            mark = node.place, node.ahead, node.state.identity()
            if mark in tried:
                continue
            tried.add(mark)
        stack.extend(reversed(branches))
    return Reading(furthest, tuple(states))


def _settle(process: Process, node: _Node, sightings: Sequence[Sighting], disturbed_after: int | None) -> _Node:
    place, ahead, state = node.place, node.ahead, node.state
    while place < len(sightings) and place in ahead:
        ahead, place = ahead - {place}, place + 1
    if (
        disturbed_after is not None
        and not state.relaxed
        and place < len(sightings)
        and sightings[place].seq > disturbed_after
    ):
        state = process.relax(state)
    return _Node(place, ahead, state)


def _branches(process: Process, node: _Node, sightings: Sequence[Sighting], pending: Pending) -> Iterator[_Node]:
    for index in pending.candidates(node.place, node.ahead, node.state):
        early = pending.sighting(index)
        state = process.step(node.state, early.arrow, early.key)
        if state is not None:
            yield _Node(node.place, node.ahead | {index}, state)
    here = sightings[node.place]
    state = process.step(node.state, here.arrow, here.key)
    if state is not None:
        yield _Node(node.place + 1, node.ahead, state)
