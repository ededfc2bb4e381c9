from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pytest

from hopcheck.life import up
from hopcheck.life.called import called
from hopcheck.life.leftovers import tell_sweep
from hopcheck.life.run import Unclear
from hopcheck.topology import sweep
from hopcheck.topology.process import StartError
from hopcheck.topology.record import HostRecord


def test_a_report_that_a_live_run_writes_is_refused(made):
    run = made(owner=os.getpid())
    with pytest.raises(Unclear, match="is the report of hc-one"):
        up._claim(Path(run.record.report), 1)


def test_the_logs_of_an_earlier_run_make_room_and_nothing_else_does(made):
    run = made(kept=True)
    report = Path(run.record.report)
    for name in ("logs/a.log", "logs/host-1.journal", "logs/notes", "trace.jsonl"):
        (report / name).touch()
    up._claim(report, 1)
    assert sorted(str(path.relative_to(report)) for path in report.rglob("*")) == ["logs", "logs/notes", "trace.jsonl"]


def test_a_report_that_cannot_be_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match="a file of that name is there"):
        up._claim(tmp_path / "file", 1)


def test_what_is_typed_next_is_what_was_typed(monkeypatch):
    monkeypatch.delenv("HOPCHECK_CALLED", raising=False)
    assert called() == "hopcheck"
    monkeypatch.setenv("HOPCHECK_CALLED", "./kit")
    assert called() == "./kit"


def test_what_comes_next_begins_with_the_page(made, monkeypatch):
    monkeypatch.delenv("HOPCHECK_CALLED", raising=False)
    run = made(hosts=(HostRecord("host-1", "id", None, ()),))
    assert up._next(run) == [
        "next: open http://127.0.0.1:1/ and execute the plan",
        "      hopcheck status",
        "      hopcheck logs host-1 --follow",
        "      hopcheck shell host-1",
        "      hopcheck down hc-one",
    ]


def test_what_a_start_removes_is_told(monkeypatch, capsys):
    monkeypatch.setattr(sweep, "sweep", lambda: ["hc-a", "/tmp/hc-a"])
    tell_sweep()
    assert capsys.readouterr().err.splitlines() == [
        f"hopcheck: removed {name}, left by a run that was killed" for name in ("hc-a", "/tmp/hc-a")
    ]


def test_an_owner_that_ends_at_once_has_its_log_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(up, "module", lambda *_: [sys.executable, "-c", "raise SystemExit('no')"])
    monkeypatch.setattr(up.shared, "given", lambda _: [])
    assert up._wait(*up._started(argparse.Namespace(), tmp_path), tmp_path / up.OWNER_LOG) == 3
    assert f"ended with status 1; {tmp_path}/owner.log has what it said" in capsys.readouterr().err
    assert (tmp_path / "owner.log").read_text() == "no\n"
