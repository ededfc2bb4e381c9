"""Hosts of RHEL 8 and 9, brought up, played on and judged: by their own contracts, and by the present ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.checks.generation import PRESENT
from hopcheck.checks.judge import Judge
from hopcheck.conform.plan import STORIES
from hopcheck.home import CONTRACTS
from hopcheck.topology.profile import of_generation
from hopcheck.topology.settings import QUICK, Settings
from hopcheck.topology.stage import Stage
from hopcheck.trace import Trace, load

NAME = "rhel-8-9"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    report: Path = tmp_path_factory.mktemp(NAME)
    settings = Settings(report=report, commands=QUICK, generation=NAME, profiles=of_generation(NAME))
    judge = Judge(CONTRACTS, NAME)
    with Stage(settings) as stage:
        stage.play(STORIES["complete"])
        stage.ask([judge.cases.by_id["a command to reconnect in a second"]])
    return load(report / "trace.jsonl")


def test_it_passes_under_its_own_contracts_and_says_what_it_does_not_speak_of(played: Trace) -> None:
    verdict = Judge(CONTRACTS).judge(played)
    assert [each for each in verdict.findings if each.fails] == []
    assert (verdict.verdict, verdict.generation, len(verdict.not_judged)) == ("pass", NAME, 2)
    assert {name: verdict.clauses[name].state for name in ("H-010", "H-013", "H-017", "H-047", "H-022", "H-032")} == {
        "H-010": "pass",
        "H-013": "pass",
        "H-017": "pass",
        "H-047": "pass",
        "H-022": "disabled",
        "H-032": "disabled",
    }
    states = {each.number: each.state for each in verdict.runs[0].arrows}
    assert {n for n, state in states.items() if state not in ("seen", "derived")} == {2, 13}
    assert {2, 13, 16, 24}.isdisjoint(verdict.runs[0].demanded)


def test_it_fails_under_the_present_ones_where_nobody_saw_a_bus(played: Trace) -> None:
    verdict = Judge(CONTRACTS).of(PRESENT).judge_as_own(played)
    missing = {(each.arrow, each.role) for each in verdict.findings if each.kind == "missing"}
    assert {(2, "rhc-worker-playbook"), (13, "rhc-worker-playbook")} <= missing
    assert verdict.clauses["H-058"].state == "fail"
    assert verdict.verdict == "fail"
