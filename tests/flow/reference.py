"""All traces of a small diagram by brute force: resolve choices, order by lifeline, enumerate linear extensions."""

from __future__ import annotations

from collections.abc import Iterator

from hopcheck.flow.model import Arrow, Block, Diagram

Order = tuple[tuple[Arrow, ...], frozenset[tuple[int, int]]]
NOTHING: Order = ((), frozenset())


def traces(diagram: Diagram, longest: int) -> set[tuple[int, ...]]:
    found: set[tuple[int, ...]] = set()
    for events, edges in set(_resolve(diagram.body, longest)):
        found |= set(_extensions(events, edges))
    return found


def _resolve(items, room) -> list[Order]:
    orders = [NOTHING]
    for item in items:
        options = _options(item, room)
        orders = list({_in_sequence(a, b) for a in orders for b in options if len(a[0]) + len(b[0]) <= room})
    return orders


def _options(item, room) -> list[Order]:
    if isinstance(item, Arrow):
        return [((item,), frozenset())]
    if not isinstance(item, Block):
        return [NOTHING]
    inside = [_resolve(section.items, room) for section in item.sections]
    if item.kind == "loop":
        once = [order for order in inside[0] if order[0]]
        reached, latest = {NOTHING}, {NOTHING}
        while latest:
            latest = {_in_sequence(a, b) for a in latest for b in once if len(a[0]) + len(b[0]) <= room} - reached
            reached |= latest
        return list(reached)
    if item.kind == "opt" or (item.kind == "alt" and len(inside) == 1):
        return [*inside[0], NOTHING]
    if item.kind == "alt":
        return [order for section in inside for order in section]
    orders = [NOTHING]
    for section in inside:
        orders = [_side_by_side(a, b) for a in orders for b in section if len(a[0]) + len(b[0]) <= room]
    return orders


def _side_by_side(one: Order, other: Order) -> Order:
    shift = len(one[0])
    return one[0] + other[0], one[1] | {(a + shift, b + shift) for a, b in other[1]}


def _in_sequence(one: Order, other: Order) -> Order:
    events, edges = _side_by_side(one, other)
    shift = len(one[0])
    across = {
        (a, b)
        for a in range(shift)
        for b in range(shift, len(events))
        if {events[a].source, events[a].target} & {events[b].source, events[b].target}
    }
    return events, edges | across


def _extensions(events, edges) -> Iterator[tuple[int, ...]]:
    def extend(done: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(done) == len(events):
            yield tuple(events[index].number for index in done)
        for index in range(len(events)):
            if index not in done and all(a in done for a, b in edges if b == index):
                yield from extend((*done, index))

    return extend(())
