"""Hosts that are machines: brought up, played on, killed, and nothing of them left."""

from __future__ import annotations

import threading

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.topology.story import COMPLETE
from hopcheck.trace import TraceTimeout


def test_a_host_comes_up_and_goes_without_a_trace(stage, left):
    with stage() as up:
        run = up.topology.directory.name
        assert sorted(left(run)) == sorted([run, f"{run}-host-1"])
        connects = up.trace.where(protocol="mqtt", op="CONNECT", leg="host")
        assert [event.host for event in connects] == [up.topology.hosts["host-1"].identity.client_id]
    assert left(run) == []
    assert not up.topology.directory.exists()


def test_a_machine_that_is_killed_in_mid_run_is_named_by_error_and_verdict(stage, left, engine):
    with stage() as up:
        run = up.topology.directory.name
        engine.client.containers.get(f"{run}-host-1").kill()
        with pytest.raises(TraceTimeout, match="the machine host-1 ended by itself with status 137"):
            up.trace.wait_for(lambda event: False, what="anything", timeout=30)
    lost = [event.attrs for event in up.trace.where(protocol="kit", op="lost")]
    assert ("host-1", 137) in [(each["role"], each.get("status")) for each in lost]
    findings = Judge(CONTRACTS).judge(up.trace).findings
    assert any("the machine host-1 ended by itself" in finding.got for finding in findings)
    assert left(run) == []


def test_two_runs_at_once_both_pass(stage, left):
    failed: list[BaseException] = []
    verdicts, runs = [], []

    def play(report: str) -> None:
        try:
            with stage(report=report, timeout_s=500.0) as up:
                runs.append(up.topology.directory.name)
                up.play(COMPLETE)
            verdicts.append(Judge(CONTRACTS).judge(up.trace))
        except BaseException as error:
            failed.append(error)

    both = [threading.Thread(target=play, args=(report,)) for report in ("one", "two")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert failed == []
    assert [(verdict.verdict, len(verdict.runs)) for verdict in verdicts] == [("pass", 1)] * 2
    assert len(set(runs)) == 2
    assert [name for run in runs for name in left(run)] == []
