from __future__ import annotations

import argparse
import os
import sys

import pytest

from hopcheck.life import down
from hopcheck.life.run import Unclear
from hopcheck.topology import scratch


def go(run: str | None = None, everything: bool = False) -> int:
    return down.down(argparse.Namespace(run=run, all=everything))


def test_the_only_run_is_taken_down_and_again_is_no_error(made, process, capsys):
    owner = process()
    run = made(owner=owner.pid)
    assert go() == 0
    assert owner.wait() == -15
    assert not run.directory.exists()
    assert f"hc-one: ended process {owner.pid} (hopcheck up); removed {run.directory}" in capsys.readouterr().out
    assert go() == 0
    assert capsys.readouterr().out == "nothing to take down\n"


def test_one_that_does_not_end_is_killed(made, process, monkeypatch, capsys):
    ignores = "import signal; signal.signal(15, signal.SIG_IGN); print(flush=True); signal.pause()"
    owner = process(sys.executable, "-c", ignores)
    run = made(owner=owner.pid)
    monkeypatch.setattr(down, "GRACE_S", 0.2)
    # It may not have come to ignore it yet, and then it simply ends.
    assert go() == 0
    assert owner.wait() in (-9, -15)
    assert not run.directory.exists()


@pytest.mark.parametrize("kept", [True, False])
def test_what_kept_and_dead_runs_left_is_removed(made, kept, capsys):
    run = made(kept=kept)
    assert go("hc-one") == 0
    assert not run.directory.exists()
    out = capsys.readouterr().out
    assert "ended process" not in out
    assert "report stays" in out


def test_a_pid_that_is_somebody_elses_by_now_is_left_alone(made, process):
    other = process()
    run = made(owner=other.pid)
    (run.directory / "owner").write_text(f"{other.pid}:1")
    assert go("hc-one") == 0
    assert other.poll() is None


def test_several_are_listed_and_left(made):
    runs = [made("hc-a", kept=True), made("hc-b", kept=True)]
    with pytest.raises(Unclear, match=r"(?s)hc-a  kept.*hc-b  kept"):
        go()
    assert all(run.directory.exists() for run in runs)


def test_a_run_under_way_needs_its_name(made, process, capsys):
    owner = process()
    run = made(owner=owner.pid, verb="run")
    assert go() == 0
    assert "under way:\n  hc-one  running, run" in capsys.readouterr().out
    assert owner.poll() is None
    assert run.directory.exists()
    assert go("hc-one") == 0
    assert owner.wait() == -15


def test_all_is_all(made, process, capsys):
    owner = process()
    runs = [made("hc-a", kept=True), made("hc-b"), made("hc-c", owner=owner.pid, verb="run")]
    assert go(everything=True) == 0
    assert owner.wait() == -15
    assert not any(run.directory.exists() for run in runs)
    assert go(everything=True) == 0
    assert capsys.readouterr().out.endswith("no run is there\n")


def test_a_name_that_is_nobodys_changes_nothing_and_tells_what_there_is(made, capsys):
    made("hc-a", kept=True)
    assert go("hc-z") == 0
    assert capsys.readouterr().out == "hc-z: nothing of it is there\nruns:\n  hc-a  kept, up, process 999999999\n"


def test_its_processes_are_waited_for(made, process):
    role = process()
    made(roles={"ingress": scratch.mark(role.pid), "gone": "999999999:1", "never": ":"})
    os.kill(role.pid, 15)
    down._gone([scratch.mark(role.pid), "999999999:1", ":"])
    assert role.wait() == -15
