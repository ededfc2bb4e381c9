from __future__ import annotations

import pytest

from hopcheck.flow import Sighting
from hopcheck.flow.pending import Pending
from hopcheck.flow.process import Process


@pytest.fixture(scope="module")
def process(flow, order):
    return Process(flow, order, order.outcome("complete"))


def candidates(process, sightings, place, ahead=(), closed=True, state=None):
    pending = Pending(process, sightings, closed=closed)
    found = [pending.sighting(index) for index in pending.candidates(place, frozenset(ahead), state or process.start())]
    return [(s.arrow, s.key) for s in found]


def test_only_what_may_matter_goes_ahead(process):
    told = [Sighting(1, 14), Sighting(2, 13, None, "dbus"), Sighting(3, 19, "u", "kafka")]
    assert candidates(process, told, 0) == [(13, None)]
    assert candidates(process, told[:1], 0) == []
    assert candidates(process, [Sighting(1, 3), *told[1:]], 0) == []


def test_the_observers_order_is_kept(process):
    told = [Sighting(1, 14), Sighting(2, 2, None, "dbus"), Sighting(3, 13, None, "dbus")]
    assert candidates(process, told, 0) == [(2, None)]
    assert candidates(process, told, 0, [1]) == [(13, None)]
    assert candidates(process, told, 0, [1, 2]) == []


def test_what_has_happened_is_no_candidate(process):
    state = process.start()
    for arrow in (1, 2, 3, 4, 5, 6, 11, 12, 13):
        state = process.step(state, arrow, None)
    assert candidates(process, [Sighting(1, 14), Sighting(2, 13, None, "dbus")], 0, state=state) == []


def test_an_observer_does_not_overtake_itself(process):
    assert candidates(process, [Sighting(1, 16, None, "shim"), Sighting(2, 15, None, "shim")], 0) == []


def test_what_the_needed_one_needs_is_found_at_other_observers(process):
    told = [
        Sighting(1, 20, "u"),
        Sighting(2, 19, "u", "kafka"),
        Sighting(3, 17, "u", "wire"),
        Sighting(4, 13, None, "dbus"),
    ]
    assert candidates(process, told, 0) == [(13, None), (19, "u"), (17, "u")]
    assert candidates(process, [told[0], Sighting(2, 19, "v", "kafka")], 0) == []


def test_inside_what_recurs_a_later_arrow_may_go_first(process):
    assert candidates(process, [Sighting(1, 8, "p"), Sighting(2, 9, "p", "late")], 0) == [(9, "p")]
    assert candidates(process, [Sighting(1, 20, "u"), Sighting(2, 21, "u", "late")], 0) == [(21, "u")]
    assert candidates(process, [Sighting(1, 7, "p"), Sighting(2, 10, "p", "late")], 0) == []


def test_before_closure_an_observer_may_have_more_to_tell(process):
    assert candidates(process, [Sighting(1, 14)], 0, closed=False) == [(13, None), (2, None)]
    assert (19, "u") in candidates(process, [Sighting(1, 20, "u")], 0, closed=False)
