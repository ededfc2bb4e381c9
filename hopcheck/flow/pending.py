"""The sightings of lagging observers that may have happened before their place in the trace."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from hopcheck.flow.process import Process, State
from hopcheck.flow.verdict import Sighting

Token = tuple[int, str | None]


class Pending:
    """Observed sightings by observer and by what they may matter to.

    Where the trace is not ``closed``, an arrow that observers see late and have not told counts as an observer of
    its own, whose place is beyond the end.
    """

    def __init__(self, process: Process, sightings: Sequence[Sighting], *, closed: bool) -> None:
        self._process = process
        self._all: list[Sighting] = [*sightings, *(() if closed else _untold(process, sightings))]
        self._chains: dict[str, list[int]] = defaultdict(list)
        self._by_token: dict[Token, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._by_arrow: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index, sighting in enumerate(self._all):
            if sighting.observer is not None:
                self._chains[sighting.observer].append(index)
                self._by_token[sighting.arrow, sighting.key][sighting.observer].append(index)
                self._by_arrow[sighting.arrow][sighting.observer].append(index)

    def sighting(self, index: int) -> Sighting:
        """The sighting at this place, or an untold one."""
        return self._all[index]

    def candidates(self, place: int, ahead: frozenset[int], state: State) -> Iterator[int]:
        """The next sighting of each observer that may have to happen in ``state`` before the one at ``place``."""
        if not self._chains:
            return
        # the observer of the one at hand tells in order, so nothing of its own can go before
        own = self._all[place].observer
        wanted: dict[str, int] = {}
        open_targets = [place]
        while open_targets:
            for observer, last in self._related(self._all[open_targets.pop()], place, ahead, state):
                known = wanted.get(observer, place)
                if last > known and observer != own:
                    wanted[observer] = last
                    chain = self._chains[observer]
                    new = chain[bisect_right(chain, known) : bisect_right(chain, last)]
                    open_targets += [index for index in new if index not in ahead]
        for observer in sorted(wanted):
            chain = self._chains[observer]
            at = bisect_right(chain, place)
            while chain[at] in ahead:
                at += 1
            yield chain[at]

    def _related(self, target: Sighting, place: int, ahead: frozenset[int], state: State) -> Iterator[tuple[str, int]]:
        process = self._process
        for arrow, same_key in process.earlier(target.arrow):
            inside = process.loop_of.get(arrow)
            if same_key and inside is not None:
                lists = self._by_token.get((arrow, target.key))
                if lists and not process.waits_in_pass(state, inside, arrow, target.key):
                    continue
            else:
                lists = self._by_arrow.get(arrow)
                if lists and inside is None and not process.waits(state, arrow):
                    continue
            # what happens once is done with its first sighting: a later one helps nobody
            once = (same_key or inside is None) and not process.recurs(arrow)
            for observer, indices in (lists or {}).items():
                if indices[-1] > place:
                    later = (index for index in indices[bisect_right(indices, place) :] if index not in ahead)
                    needed = next(later, -1) if once else max(later, default=-1)
                    if needed > place:
                        yield observer, needed


def _untold(process: Process, sightings: Sequence[Sighting]) -> Iterator[Sighting]:
    seen = {(s.arrow, s.key if s.arrow in process.loop_of else None) for s in sightings}
    for arrow in sorted(process.order.observed):
        loop = process.loop_of.get(arrow)
        keys = [None] if loop is None else sorted({key for number, key in seen if number in loop.arrows}, key=str)
        for key in keys:
            if (arrow, key) not in seen:
                yield Sighting(0, arrow, key, f"untold {arrow} {key}")
