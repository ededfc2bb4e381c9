import csv
import gc
import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

from hopcheck.checks.verdict import Finding, Verdict
from hopcheck.soak import rounds as soak
from hopcheck.soak.rounds import A_ROUND, CASES_EACH, load_on, main
from hopcheck.soak.samples import PICTURE, TABLE
from hopcheck.soak.usage import Usage
from hopcheck.topology.process import StartError
from hopcheck.topology.story import ALONE
from hopcheck.trace import Trace

FALSE = Finding("clause", "this", "that", role="rhc", clause="H-001", level="SHOULD")


class Quiet:
    """A stage on which everything goes well."""

    stages: ClassVar[list] = []

    def __init__(self, settings):
        self.settings, self.told, self.asked = settings, [], []
        self.topology = SimpleNamespace(processes={})
        Quiet.stages.append(self)
        settings.report.mkdir(parents=True)
        (settings.report / "trace.jsonl").touch()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def play(self, story):
        self.told.append(story.label)

    def ask(self, cases):
        self.asked += cases


@pytest.fixture
def only_what_is_new():
    """A round's end looks several times through all that can be given back: what other tests keep is none of it."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def judged(monkeypatch, only_what_is_new):
    """Findings by number of the round, and what was spinning."""
    findings: dict[int, tuple[Finding, ...]] = {}
    Quiet.stages = []
    monkeypatch.setattr(soak, "Stage", Quiet)
    monkeypatch.setattr(soak, "load", lambda _: Trace([]))
    cases = {f"case {n}": SimpleNamespace(id=f"case {n}") for n in range(A_ROUND * CASES_EACH)}

    def judge(_):
        found = findings.get(len(Quiet.stages), ())
        return Verdict("process", {}, (), {}, {"observed": 7}, {}, found)

    monkeypatch.setattr(soak, "Judge", lambda _: SimpleNamespace(judge=judge, cases=SimpleNamespace(by_id=cases)))
    monkeypatch.setattr(soak, "load_on", lambda count: load_on(0 if count == 0 else 1))
    return findings


def test_flows_without_a_finding(judged, tmp_path: Path, capsys):
    assert main(25, "seed", tmp_path) == 0
    assert [len(stage.told) for stage in Quiet.stages] == [10, 10, 5]
    assert [len(stage.asked) for stage in Quiet.stages] == [20, 20, 10]
    assert len(set(Quiet.stages[0].told)) == 10
    out = capsys.readouterr().out
    assert "25 of 25 flows without a finding, 10 of them under load, 0 findings" in out
    assert sorted(each.name for each in tmp_path.iterdir()) == [TABLE, PICTURE]


def test_the_seed_decides_the_order(judged, tmp_path: Path):
    for name in ("one", "one", "two"):
        main(10, name, tmp_path / str(len(Quiet.stages)))
    one, again, two = (stage.told for stage in Quiet.stages)
    assert one == again
    assert one != two


def test_any_finding_is_an_alarm(judged, tmp_path: Path, capsys):
    judged[2] = (FALSE,)
    assert main(20, "seed", tmp_path) == 1
    out = capsys.readouterr().out
    assert "10 of 20 flows without a finding" in out
    assert "clause H-001 [rhc] that" in out
    assert [each.name for each in tmp_path.iterdir() if each.is_dir()] == ["round-2"]


def test_what_a_flow_found_stands_in_its_row(judged, tmp_path: Path, monkeypatch):
    judged[1] = (replace(FALSE, run=f"{ALONE.label} #1"),) * 2
    monkeypatch.setattr(soak, "STORIES", (ALONE,))
    main(3, "seed", tmp_path)
    rows = [row for row in csv.DictReader((tmp_path / TABLE).read_text().splitlines()) if row["role"] == "kit"]
    assert [(row["when"], row["flow"], row["findings"]) for row in rows] == [
        ("flow", "1", "2"),
        ("flow", "2", "0"),
        ("flow", "3", "0"),
        ("after", "3", "2"),
    ]


def test_what_grows_is_an_alarm(judged, tmp_path: Path, monkeypatch, capsys):
    taken = []
    monkeypatch.setattr(soak, "usages", lambda *_: taken.append(0) or {"kit": Usage(1, 20 + len(taken), 1, 1)})
    assert main(100, "seed", tmp_path) == 1
    out = capsys.readouterr().out
    assert "100 of 100 flows without a finding" in out
    assert "kit files: " in out
    assert "GROWS" in out


def test_a_round_that_does_not_get_to_its_end_is_none(judged, tmp_path: Path, monkeypatch, capsys):
    def broken(self, _):
        raise StartError("no broker")

    monkeypatch.setattr(Quiet, "play", broken)
    assert main(10, "seed", tmp_path) == 1
    assert "no broker" in capsys.readouterr().out


def test_quick_stand_ins_on_demand(judged, tmp_path: Path):
    main(1, "seed", tmp_path, quick=True)
    main(1, "seed", tmp_path, quick=False)
    quick, real = (stage.settings.commands for stage in Quiet.stages)
    assert quick["ansible-runner"][1:] == ("-m", "fakes.ansible_runner")
    assert quick["insights-client"][1:] == ("-m", "fakes.insights_client.quick")
    assert real == {}


def test_load_ends(monkeypatch):
    started = []
    popen = soak.subprocess.Popen
    monkeypatch.setattr(soak.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1])
    with load_on(2):
        assert all(each.poll() is None for each in started)
    assert [each.returncode for each in started] == [-9, -9]
    assert all(not os.path.exists(f"/proc/{each.pid}") for each in started)
