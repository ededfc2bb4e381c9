from __future__ import annotations

import pytest

from hopcheck.bench import flow
from hopcheck.bench.load import Measured
from hopcheck.bench.mitm import MITM
from hopcheck.bench.prism import PRISM
from hopcheck.bench.rounds import report, tapped
from hopcheck.bench.tap import CHECK, CONNECTIONS, DIRECT, STORE, Figures

TIMED = dict.fromkeys(("ready", "stop", "before", "verify", "runner", "collect"), 0.5)


def figures(*ways):
    rates = {DIRECT: 40000.0, STORE: 9000.0, CHECK: 7000.0, PRISM: 1000.0, MITM: 500.0}
    return Figures(
        {(way, n): [Measured(100, rates[way], 1e6 / rates[way], 900.0)] * 3 for way in ways for n in CONNECTIONS},
        judged=12345,
    )


def line(lines, label):
    return next(each for each in lines if each.strip().startswith(label)).split()


def test_report():
    timed = [{**TIMED, "flow": flow_s} for flow_s in (5.0, 6.0, 7.5)]
    weighed = [
        {"bare": 5.0, "idle": {"kit": 1024, "s3": 3072}, "peak": {"kit": 2048, "s3": 4096, "ansible-runner": kb}}
        for kb in (1024, 10240, 2048)
    ]
    lines = report(timed, weighed, figures(DIRECT, STORE, CHECK, PRISM))
    assert line(lines, "flow / bare")[3:] == ["1.20", "1.00", "1.50", "x"]
    assert line(lines, "main flow")[-4:] == ["6.00", "5.00", "7.50", "s"]
    assert line(lines, "peak: sum")[2:] == ["8", "7", "16", "MB"]
    assert line(lines, "idle: sum")[2:] == ["4", "4", "4", "MB"]
    assert line(lines, "checked tap / Prism, 8")[-7:] == ["7.0", "7.0", "7.0", "x", "at", "least", "8"]
    assert "12,345" in lines[-1]
    assert "ansible-core 2." in lines[0]


def test_everybody_who_was_measured_is_compared():
    lines = tapped(figures(DIRECT, STORE, CHECK, PRISM, MITM))
    assert line(lines, "checked tap / mitmproxy, 1")[-4:] == ["14.0", "14.0", "14.0", "x"]
    assert line(lines, "checked tap / Prism, 1")[-7:-3] == ["7.0", "7.0", "7.0", "x"]


def test_without_prism_nobody_is_compared():
    timed, weighed = [{**TIMED, "flow": 5.0}], [{"bare": 5.0, "idle": {"kit": 1}, "peak": {"kit": 1}}]
    assert not any("rism" in each for each in report(timed, weighed, figures(DIRECT, STORE, CHECK)))


def test_no_rounds_are_refused(capsys: pytest.CaptureFixture[str]):
    assert flow(0) == 2
    assert "--runs" in capsys.readouterr().err
