"""The shortest run that one version of the diagram allows and another does not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hopcheck.flow import Diagram, Order, Sighting
from hopcheck.flow.process import Process, State

KEY = "1"
"""The key of the one pass of a loop, or the one upload, that is looked at."""
LONGEST = 60
STATES = 30_000
"""How many states of both versions together are looked at before no run is thought to tell them apart."""


@dataclass(frozen=True)
class Reading:
    """A diagram under its order and one outcome; ``numbers`` are its arrows by the ids that both versions share."""

    diagram: Diagram
    order: Order
    outcome: str
    numbers: Mapping[str, int]

    @cached_property
    def process(self) -> Process:
        """The same as states and steps."""
        return Process(self.diagram, self.order, self.order.outcome(self.outcome))

    def key(self, arrow: str) -> str | None:
        """The key that an arrow has in the runs here."""
        return KEY if self.numbers[arrow] in self.process.loop_of else None

    def step(self, state: State, arrow: str) -> State | None:
        """The state after an arrow; None where it is not legal, or not there at all."""
        if arrow not in self.numbers:
            return None
        return self.process.step(state, self.numbers[arrow], self.key(arrow))

    def complete(self, state: State) -> bool:
        """Whether nothing that is demanded is still to come."""
        return any(self.process.terms.nullable(term) for term in state.main)

    def sightings(self, run: Sequence[str]) -> list[Sighting]:
        """A run as the oracle takes it. Raises KeyError for an arrow that is not there."""
        return [Sighting(seq, self.numbers[arrow], self.key(arrow)) for seq, arrow in enumerate(run, 1)]


@dataclass(frozen=True, slots=True)
class Run:
    """Arrows in order. ``missing``: the run is complete to one version and not to the other; else its last arrow is
    legal to one alone. ``owed`` are arrows of the version that refuses that should have been there before.
    """

    arrows: tuple[str, ...]
    missing: bool
    owed: tuple[str, ...]


def told_apart(takes: Reading, refuses: Reading, near: frozenset[str]) -> Run | None:
    """The shortest run that ``takes`` allows and ``refuses`` does not; of those that end in or lack an arrow ``near``,
    where there are such. None where none is found.
    """
    first: Run | None = None
    for run in _runs(takes, refuses, near):
        if {run.arrows[-1] if run.arrows and not run.missing else "", *run.owed} & near:
            return run
        first = first or run
    return first


def _runs(takes: Reading, refuses: Reading, near: frozenset[str]) -> Iterator[Run]:
    alphabet = _alphabet(takes, near)
    start = takes.process.start(), refuses.process.start()
    waiting: deque[tuple[tuple[str, ...], State, State]] = deque([((), *start)])
    seen = {(start[0].identity(), start[1].identity())}
    while waiting and len(seen) < STATES:
        run, state, other = waiting.popleft()
        if takes.complete(state) and not refuses.complete(other):
            yield Run(run, True, _owed(refuses, other))
        for arrow in alphabet:
            after = takes.step(state, arrow)
            if after is None:
                continue
            beside = refuses.step(other, arrow)
            if beside is None:
                yield Run((*run, arrow), False, _before(refuses, other, arrow))
                continue
            mark = after.identity(), beside.identity()
            if mark not in seen and len(run) < LONGEST:
                seen.add(mark)
                waiting.append(((*run, arrow), after, beside))


def _alphabet(takes: Reading, near: frozenset[str]) -> list[str]:
    """The arrows to try: those of a loop of passes only where one of them is near, as they multiply the states."""
    loops = [{arrow.number for arrow in loop.arrows} for loop in takes.diagram.loops]
    inside = [{arrow for arrow, number in takes.numbers.items() if number in loop} for loop in loops]
    far = {arrow for loop in inside if not loop & near for arrow in loop}
    return sorted(set(takes.numbers) - far, key=takes.numbers.__getitem__)


def _owed(refuses: Reading, state: State) -> tuple[str, ...]:
    process = refuses.process
    return tuple(
        arrow
        for arrow, number in refuses.numbers.items()
        if number in process.outcome.demanded and process.waits(state, number)
    )


def _before(refuses: Reading, state: State, arrow: str) -> tuple[str, ...]:
    """What should have come before an arrow that is refused."""
    if arrow not in refuses.numbers:
        return ()
    blockers = refuses.process.blockers(state, refuses.numbers[arrow])
    return tuple(each for each, number in refuses.numbers.items() if number in blockers)
