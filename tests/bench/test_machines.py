from __future__ import annotations

import pytest

from hopcheck.bench import machines
from hopcheck.bench.child import ChildError
from hopcheck.bench.machines import Rounds, measure, report
from hopcheck.topology.containers.engine import EngineError

PARTS = dict.fromkeys(("booted", "watched", "worker", "rhc", "cpu", "stop"), 0.5)


def flow(seconds):
    return {"flow": seconds, "runner": 4.0, "ready": 1.0, "stop": 0.5}


def rounds(**more):
    return Rounds(
        built=[{"warm": 0.1, "layer_cold": 2.0, "layer_warm": 0.05}] * 3,
        one=[{**PARTS, "connected": seconds} for seconds in (1.2, 1.4, 1.9)],
        several=[{"connected": 3.0, "cpu": 0.9, "stop": 1.0}] * 3,
        flows={"containers": [flow(s) for s in (6.0, 5.5, 7.5)], "process": [flow(s) for s in (5.0, 5.0, 6.0)]},
        weighed=[
            {"idle": {"charged": 40 << 10, "pss": 45 << 10}, "peak": {"charged": kb << 10, "pss": 170 << 10}}
            for kb in (150, 170, 160)
        ],
        **more,
    )


def words(lines, label):
    return next(each for each in lines if label in each).split()


def test_report_has_medians_and_the_aims_beside():
    lines = report("docker 20.10, cgroup v1", rounds())
    assert lines[0].startswith("3 rounds on ")
    assert "docker 20.10, cgroup v1" in lines[0]
    assert words(lines, "one host, start to connected")[-7:] == ["1.40", "1.20", "1.90", "s", "under", "2", "s"]
    assert words(lines, "flow in containers / beside")[-7:] == ["1.20", "1.10", "1.25", "x", "at", "most", "1.3"]
    assert words(lines, "3 hosts side by side")[-7:] == ["3.00", "3.00", "3.00", "s", "under", "4", "s"]
    assert words(lines, "peak with Ansible")[-4:] == ["160.0", "150.0", "170.0", "MB"]


def test_what_was_not_built_anew_is_said():
    assert any("--cold" in each for each in report("e", rounds()))
    lines = report("e", rounds(cold=[{"cold": 95.0}]))
    assert not any("--cold" in each for each in lines)
    assert words(lines, "everything anew")[-4:] == ["95.00", "95.00", "95.00", "s"]


@pytest.fixture
def taken(monkeypatch):
    """The children that were asked for, in order."""
    asked = []

    def run(module, what, *more, timeout=0.0):
        asked.append((module.rpartition(".")[2], what, *more[1:]))
        return {
            "anew": {"cold": 1.0},
            "layer": {"warm": 1.0, "layer_cold": 1.0, "layer_warm": 1.0},
            "started": {**PARTS, "connected": 1.0},
            "timed": flow(2.0),
            "weighed": {**rounds().weighed[0], "samples": 3},
        }[what]

    monkeypatch.setattr(machines, "run", run)
    monkeypatch.setattr(machines, "sweep", list)
    monkeypatch.setattr(machines, "ensure", lambda client, *, progress: asked.append("ensure"))
    monkeypatch.setattr(machines.Engine, "connect", lambda: type("Engine", (), {"client": None})())
    return asked


def test_runtimes_take_turns_in_coming_first(taken, capsys):
    assert measure(2, cold=False) == 0
    flows = [each[-1] for each in taken if each[1] == "timed"]
    assert flows == ["containers", "process", "process", "containers"]
    assert [each[-1] for each in taken if each[1] == "started"] == ["1", "3"] * 2
    assert "2 rounds" in capsys.readouterr().out


def test_everything_is_built_anew_once_and_before_all_else(taken, capsys):
    assert measure(2, cold=True) == 0
    assert [each for each in taken if each[1] == "anew"] == [("built", "anew")]
    assert taken[0] == ("built", "anew")
    assert "takes minutes" in capsys.readouterr().err


def test_without_an_engine_its_own_words_are_told(monkeypatch, capsys):
    def none():
        raise EngineError("no container engine answers at unix:///nowhere; start one")

    monkeypatch.setattr(machines.Engine, "connect", none)
    assert measure(1, cold=False) == 3
    assert "no container engine answers at unix:///nowhere" in capsys.readouterr().err


def test_a_part_that_fails_ends_the_measurement(taken, monkeypatch, capsys):
    def run(*_arguments, **_more):
        raise ChildError("hopcheck.bench.built: ended with status 1")

    monkeypatch.setattr(machines, "run", run)
    assert measure(1, cold=False) == 3
    assert "ended with status 1" in capsys.readouterr().err


def test_no_rounds_are_refused(capsys):
    assert measure(0, cold=False) == 2
    assert "--runs" in capsys.readouterr().err


@pytest.mark.containers
def test_a_host_is_started_and_measured(tmp_path):
    taken = machines.run(machines.HOSTED, "started", str(tmp_path / "one"), "1")
    assert taken["booted"] + taken["watched"] + taken["rhc"] == pytest.approx(taken["connected"], abs=1e-6)
    assert 0 < taken["worker"] <= taken["connected"]
    assert taken["cpu"] > 0
