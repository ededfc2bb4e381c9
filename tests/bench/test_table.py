from __future__ import annotations

from hopcheck.bench.series import Series
from hopcheck.bench.table import Row, render


def test_columns_are_aligned():
    lines = render("Time", [Row("ready", Series.of([1.0, 2.5, 3.0]), "s"), Row("rate", Series.of([12345.6]), "/s", 0)])
    assert lines == [
        "Time     median     min     max",
        "  ready    2.50    1.00    3.00 s",
        "  rate   12,346  12,346  12,346 /s",
    ]


def test_aims_stand_behind_the_units():
    lines = render("Hosts", [Row("one", Series.of([1.0]), "s", aim="under 2 s"), Row("rate", Series.of([2.0]), "/s")])
    assert lines == [
        "Hosts   median   min   max     aim",
        "  one     1.00  1.00  1.00 s   under 2 s",
        "  rate    2.00  2.00  2.00 /s",
    ]
