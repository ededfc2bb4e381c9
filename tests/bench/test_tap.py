from __future__ import annotations

import pytest

from hopcheck.bench.child import ChildError
from hopcheck.bench.load import Measured
from hopcheck.bench.tap import CHECK, DIRECT, Figures, prove
from hopcheck.bench.tapped import Counted


def test_a_backlog_is_an_error():
    prove(Counted(written=11, checked=10, breached=1), 10, check=True)
    prove(Counted(written=11), 10, check=False)


@pytest.mark.parametrize(
    "counted",
    [
        Counted(written=10, checked=10, breached=1),
        Counted(written=11, checked=9, breached=1),
        Counted(written=11, checked=10, breached=0),
        Counted(written=11, checked=11, breached=0),
        Counted(written=11, checked=10, breached=1, unknown=1),
    ],
)
def test_what_does_not_add_up(counted):
    with pytest.raises(ChildError, match="of 10 requests"):
        prove(counted, 10, check=True)


def test_what_the_tap_adds():
    figures = Figures()
    figures.taken[DIRECT, 1] = [Measured(1, 1.0, 20.0, 30.0), Measured(1, 1.0, 22.0, 30.0)]
    figures.taken[CHECK, 1] = [Measured(1, 1.0, 120.0, 130.0), Measured(1, 1.0, 132.0, 230.0)]
    assert figures.added_us().values == (100.0, 110.0)
    assert figures.series(CHECK, 1, "p99_us").most == 230.0
    assert figures.ways == [DIRECT, CHECK]
