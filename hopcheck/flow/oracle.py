"""The judgement of one run on one host against the diagram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from hopcheck.flow.order import KeyedLoop
from hopcheck.flow.placement import Reading, read
from hopcheck.flow.process import Process, Processes
from hopcheck.flow.reason import reason
from hopcheck.flow.verdict import ArrowState, FlowVerdict, Forbidden, Missing, Sighting


def judge(
    processes: Processes,
    outcome: str,
    sightings: Sequence[Sighting],
    *,
    derived: Collection[int] = (),
    demanded_passes: Mapping[str, int] | None = None,
    disturbed_after: int | None = None,
    closed: bool = True,
    repeatable: Collection[int] = (),
) -> FlowVerdict:
    """Judge one (run, host) by a diagram under its order.

    ``derived`` are the arrows without a transfer that hold all the same (rule 9). ``demanded_passes`` says how many
    whole passes a loop needs, by its name in hops.yaml or its label. ``disturbed_after`` is the sequence number of
    the declared fault; it counts where the outcome excuses what follows one. ``repeatable`` are arrows whose effect
    may recur because a declared fault repeats it (rule 11). Nothing is missing until the trace is ``closed``.

    Raises KeyError for an unknown outcome or loop.
    """
    process = processes.of(outcome, repeatable)
    diagram, order, kind = process.diagram, process.order, process.outcome
    passes = {order.loop(name).name: count for name, count in (demanded_passes or {}).items()}
    sightings = sorted(sightings, key=lambda sighting: sighting.seq)
    fault = disturbed_after if kind.excuses_after_fault else None
    reading = read(process, sightings, disturbed_after=fault, closed=closed)
    forbidden = _forbidden(process, reading, sightings)
    counts = Counter(sighting.arrow for sighting in sightings)
    holding = frozenset(derived) & order.derived
    demanded = kind.demanded if fault is None else kind.demanded & (counts.keys() | holding)
    unseen = [_unseen(process, number) for number in sorted(demanded - counts.keys() - holding)]
    for loop in order.loops:
        if loop.name in passes:
            demanded |= frozenset(loop.arrows) if passes[loop.name] else frozenset()
            unseen += _short(process, loop, passes[loop.name], sightings)
    missing = tuple(sorted(unseen, key=lambda item: item.arrow)) if closed else ()
    states = {arrow.number: _state(arrow.number, counts, holding, missing, forbidden) for arrow in diagram.arrows}
    return FlowVerdict(states, dict(sorted(counts.items())), frozenset(demanded), missing, forbidden)


def _forbidden(process: Process, reading: Reading, sightings: Sequence[Sighting]) -> Forbidden | None:
    if reading.length == len(sightings):
        return None
    sighting = sightings[reading.length]
    expected = frozenset().union(*(process.expected(state) for state in reading.states))
    earlier = sightings[: reading.length]
    return Forbidden(
        sighting,
        sighting.arrow,
        process.diagram.arrows[sighting.arrow - 1].line,
        (*earlier, sighting),
        tuple(sorted(expected)),
        reason(process, reading.state, sighting, earlier),
    )


def _unseen(process: Process, number: int) -> Missing:
    if number in process.order.derived:
        why = "has no transfer of its own, and what would show it does not hold"
    else:
        why = f"was not seen, and a run whose outcome is {process.outcome.name!r} demands it"
    line = process.diagram.arrows[number - 1].line
    return Missing(number, line, f"arrow {process.diagram.describe(number)} (line {line}) {why}")


def _short(process: Process, loop: KeyedLoop, demanded: int, sightings: Sequence[Sighting]) -> Iterator[Missing]:
    keys: dict[int, set[str | None]] = {number: set() for number in loop.arrows}
    for sighting in sightings:
        if sighting.arrow in keys:
            keys[sighting.arrow].add(sighting.key)
    whole = len(set.intersection(*keys.values()))
    short = [number for number in loop.arrows if len(keys[number]) < demanded]
    for number in short or (loop.arrows[-1:] if whole < demanded else ()):
        line = process.diagram.arrows[number - 1].line
        yield Missing(
            number,
            line,
            f"arrow {process.diagram.describe(number)} (line {line}) was seen in "
            f"{len(keys[number])} passes of {loop.block.label!r}, of which {whole} are whole; "
            f"the scenario demands {demanded}",
        )


def _state(
    number: int,
    counts: Mapping[int, int],
    derived: Collection[int],
    missing: Sequence[Missing],
    forbidden: Forbidden | None,
) -> ArrowState:
    if forbidden is not None and forbidden.arrow == number:
        return "forbidden"
    if number in derived:
        return "derived"
    if number in counts:
        return "seen"
    return "missing" if any(item.arrow == number for item in missing) else "not_demanded"
