from __future__ import annotations

import pytest

from hopcheck.bench.series import Series


@pytest.mark.parametrize(("values", "median"), [((3.0, 1.0, 2.0), 2.0), ((4.0, 1.0, 2.0, 3.0), 2.5), ((7.0,), 7.0)])
def test_median(values, median):
    series = Series.of(values)
    assert (series.median, series.least, series.most) == (median, min(values), max(values))


def test_ratio_and_difference_pair_the_rounds():
    flow, bare = Series.of([6.0, 9.0, 4.0]), Series.of([3.0, 3.0, 4.0])
    assert flow.over(bare).values == (2.0, 3.0, 1.0)
    assert flow.less(bare).values == (3.0, 6.0, 0.0)
    assert flow.over(bare).median == 2.0


def test_nothing_measured():
    with pytest.raises(ValueError, match="nothing"):
        Series.of([])


def test_a_round_without_its_partner():
    with pytest.raises(ValueError, match="zip"):
        Series.of([1.0, 2.0]).over(Series.of([1.0]))
