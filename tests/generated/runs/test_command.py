from types import SimpleNamespace

import pytest

from hopcheck import cli
from hopcheck.checks.verdict import Finding
from hopcheck.generated.runs import command, play
from hopcheck.generated.runs.command import seeds
from hopcheck.generated.runs.plan import read
from hopcheck.generated.runs.play import Outcome
from hopcheck.topology.process import StartError

WRONG = Finding("clause", "this", "that", role="remediations", clause="SRV-106")


@pytest.fixture
def table(monkeypatch):
    """Every plan with a hold finds something; the plans that were played."""
    plays = []

    def played(plan, asked, judge):
        plays.append(plan)
        asked.report.mkdir(parents=True)
        found = (WRONG,) if any(tale.holds for tale in plan.tales) else ()
        return Outcome(plan, found, None, (), 0.0)

    monkeypatch.setattr(play, "play", played)
    monkeypatch.setattr("hopcheck.checks.judge.Judge", lambda _: SimpleNamespace())
    return plays


def run(tmp_path, *arguments: str) -> int:
    return cli.main(["fuzz-flow", "--report", str(tmp_path / "report"), *arguments])


def test_the_same_seed_plays_the_same_runs(table, tmp_path, capsys):
    run(tmp_path, "--seed", "a", "--runs", "5", "--as-found")
    once, table[:] = list(table), []
    run(tmp_path, "--seed", "a", "--runs", "5", "--as-found")
    assert table == once
    assert "seed a: 5 runs" in capsys.readouterr().out
    assert seeds("a.2", 1) == ["a.2"]
    table.clear()
    run(tmp_path, "--seed", "a.2", "--runs", "1", "--as-found")
    assert table == [once[1]]


def test_without_a_seed_one_is_printed(table, tmp_path, capsys):
    run(tmp_path, "--runs", "1", "--as-found")
    seed = capsys.readouterr().out.split(":")[0].removeprefix("seed ")
    assert table[0].seed == seed


def test_a_find_is_cut_down_stored_and_played_again(table, tmp_path, capsys):
    assert run(tmp_path, "--seed", "a", "--runs", "30") == 1
    out = capsys.readouterr().out
    assert "VERDICT: fail" in out
    [file, *_] = sorted((tmp_path / "report").rglob(command.FOUND))
    small = read(file)
    assert sum(len(tale.holds) for tale in small.tales) == 1
    assert f"hold {next(iter(small.tales)).holds[0]}" in out
    table.clear()
    assert run(tmp_path, "--schedule", str(file), "--times", "10", "--as-found") == 1
    assert table == [small] * 10
    assert "10 plays, 1 different ends" in capsys.readouterr().out


def test_nothing_found(table, tmp_path, capsys):
    plan = tmp_path / "plan.json"
    plan.write_text('{"seed": "own", "tales": [{"kind": "failed"}]}')
    assert run(tmp_path, "--schedule", str(plan)) == 0
    assert "1 of 1 runs as the diagram says" in capsys.readouterr().out
    assert not (tmp_path / "report" / "own").exists()


def test_what_cannot_be_read_and_what_does_not_come_up(table, tmp_path, monkeypatch, capsys):
    assert run(tmp_path, "--schedule", str(tmp_path / "none.json")) == 2

    def broken(*_):
        raise StartError("no broker")

    monkeypatch.setattr(play, "play", broken)
    assert run(tmp_path, "--runs", "1") == 3
    assert "no broker" in capsys.readouterr().err
