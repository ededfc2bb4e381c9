import pytest
from checks_scenes import busy, complete, failing, fleet, not_connected, refused

from hopcheck.checks.outcome import choose, facts


@pytest.mark.parametrize(
    ("scene", "outcome"),
    [
        (complete, "complete"),
        (refused, "refused"),
        (failing, "failed"),
        (not_connected, "not_connected"),
    ],
)
def test_choose(told, judge, scene, outcome):
    assert choose(judge.hops, told(scene()).attribution.instances[0]) == outcome


def test_late_run_is_busy(told, judge):
    assert choose(judge.hops, told(busy()).attribution.instances[1]) == "busy"


def test_one_of_several_may_be_away(told, judge):
    assert choose(judge.hops, told(fleet()).attribution.instances[2]) == "not_connected"


def test_declared_fault_comes_first(told, judge):
    world = refused().bend("expect", fault="cut")
    assert choose(judge.hops, told(world).attribution.instances[0]) == "disturbed"


def test_facts_of_nothing(told):
    world = complete().only(lambda tag: tag in ("expect", "closed"))
    known = facts(told(world).attribution.instances[0])
    assert {name for name, value in known.items() if value not in (None, False, [])} == set()
