import random

import pytest

from hopcheck.soak.growth import COUNT, FEWEST, MEMORY, growth, slope


def test_what_climbs_grows():
    each = growth("files", [10 + number for number in range(40)], COUNT)
    assert each.grows
    assert each.gained == pytest.approx(19)
    assert "GROWS" in str(each)


def test_what_only_warms_up_does_not():
    assert not growth("memory", [*range(0, 50_000, 2_000), *[50_000] * 40], MEMORY).grows


def test_what_wavers_does_not():
    of = random.Random(1)
    assert not growth("memory", [100_000 + of.randint(-1_000, 1_000) for _ in range(100)], MEMORY).grows


def test_what_shrinks_does_not():
    assert not growth("files", list(range(40, 0, -1)), COUNT).grows


def test_a_share_of_much_is_allowed():
    assert not growth("memory", [1_000_000 + 400 * number for number in range(100)], MEMORY).grows
    assert growth("memory", [10_000 + 400 * number for number in range(100)], MEMORY).grows


def test_of_few_values_nothing_is_said():
    each = growth("files", [1, 100, 1_000], COUNT)
    assert (each.gained, each.grows) == (None, False)
    assert "too few" in str(each)
    assert growth("files", [number * 10 for number in range(FEWEST)], COUNT).grows


def test_slope():
    assert slope([3, 5, 7, 9]) == pytest.approx(2)
