from __future__ import annotations

import pytest

from hopcheck.bench import checks
from hopcheck.bench.checks import report
from hopcheck.bench.kinds import LINES, Rate
from hopcheck.bench.load import Measured
from hopcheck.bench.mitm import MITM
from hopcheck.bench.offline import Judged
from hopcheck.bench.prism import PRISM
from hopcheck.bench.tap import CHECK, CONNECTIONS, DIRECT, STORE, Figures

RATES = {DIRECT: 40000.0, STORE: 9000.0, CHECK: 7000.0, PRISM: 1000.0, MITM: 500.0}
FIGURES = Figures({(way, n): [Measured(9, rate, 1.0, 9.0)] * 3 for way, rate in RATES.items() for n in CONNECTIONS})
KB = [40960, 45056, 49152, 50176, 51200]


def line(lines, label):
    return next(each for each in lines if each.strip().startswith(label)).split()


def test_report():
    rates = [{"kafka": Rate(300, 0.01, 20.0, 90.0), LINES: Rate(500, seconds, 20.0, 90.0)} for seconds in (0.1, 0.2)]
    judged = [Judged(20_000, 40, read, 1.0, 1.5) for read in (0.4, 0.6, 0.8)]
    lines = report(rates, judged, KB, FIGURES)
    assert line(lines, "Kafka: AsyncAPI (300)")[-4:] == ["30,000", "30,000", "30,000", "/s"]
    assert line(lines, "job event lines")[-4:] == ["3,750", "2,500", "5,000", "/s"]
    assert line(lines, "both ")[-6:] == ["0.80", "0.70", "0.90", "s", "under", "1"]
    assert line(lines, "after half")[-2:] == ["48", "MB"]
    # 2,048 kB more over the last 50,000 events.
    assert line(lines, "growth")[5] == "42"
    assert line(lines, "checked tap / mitmproxy, 8")[-2:] == ["14.0", "x"]


def test_no_rounds_are_refused(capsys: pytest.CaptureFixture[str]):
    assert checks(0) == 2
    assert "--runs" in capsys.readouterr().err
