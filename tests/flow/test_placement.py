from __future__ import annotations

import pytest
from hypothesis import given, settings
from runs import legal, often, rngs

from hopcheck.flow import Sighting
from hopcheck.flow.placement import read
from hopcheck.flow.process import Process


@pytest.fixture(scope="module")
def process(flow, order):
    return Process(flow, order, order.outcome("failed"))


def some_placement(process, state, left):
    """Try every order that rule 14 allows: what comes next is the first one left, or an observer's first one left."""
    if not left:
        return True
    told = set()
    for place, s in enumerate(left):
        if place == 0 or (s.observer and s.observer not in told):
            after = process.step(state, s.arrow, s.key)
            if after is not None and some_placement(process, after, [*left[:place], *left[place + 1 :]]):
                return True
        told.add(s.observer)
    return False


@settings(often, max_examples=400)
@given(rng=rngs)
def test_a_reading_is_found_exactly_where_some_placement_is_legal(process, rng):
    run = legal(rng, "failed")
    start = rng.randint(0, max(0, len(run) - 7))
    head, window = run[:start], run[start : start + 7]
    for a in range(len(window) - 1):
        if rng.random() < 0.4:
            window[a], window[a + 1] = window[a + 1], window[a]
    observers = {arrow: rng.choice("abc") for arrow in range(1, 31) if rng.random() < 0.35}
    told = [
        Sighting(seq, arrow, key, observers.get(arrow) if seq >= start else None)
        for seq, (arrow, key, _) in enumerate([*head, *window])
    ]
    whole = read(process, told).length == len(told)
    assert whole == some_placement(process, process.start(), told)


def test_the_furthest_place_is_reported(flow, order):
    process = Process(flow, order, order.outcome("complete"))
    reading = read(process, [Sighting(1, 3), Sighting(2, 4), Sighting(3, 6), Sighting(4, 5)])
    assert reading.length == 2
    assert process.step(reading.state, 5, None) is not None


def test_an_optional_arrow_told_late_is_placed_before_its_successor(flow, order):
    process = Process(flow, order, order.outcome("not_connected"))
    assert read(process, [Sighting(1, 3), Sighting(2, 4), Sighting(3, 5), Sighting(4, 5, None, "late")]).length == 3
    process = Process(flow, order, order.outcome("failed"))
    head = [Sighting(n, a) for n, a in enumerate([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16])]
    assert read(process, [*head, Sighting(20, 24), Sighting(21, 22, None, "late")]).length == 14
    assert read(process, [*head, Sighting(20, 24), Sighting(21, 22)]).length == 13


@pytest.mark.parametrize("closed", [True, False])
def test_no_sightings_are_read(flow, order, closed):
    assert read(Process(flow, order, order.outcome("complete")), [], closed=closed).length == 0
