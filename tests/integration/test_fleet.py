"""Several real hosts in one run: started side by side, one plan, one press, each judged alone."""

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.topology.settings import WITHOUT_ANSIBLE, Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import ALONE, COMPLETE, FAILED, Story, System

QUICK = (
    System("web", FAILED.issues, "failed", uploads=0),
    System("mail", outcome="not_connected", connected=False, uploads=0),
)


@pytest.mark.slow
def test_a_plan_on_every_host_is_one_press_and_a_run_on_each(tmp_path):
    with Stage(Settings(report=tmp_path, hosts=2, commands=WITHOUT_ANSIBLE)) as stage:
        assert sorted(stage.topology.hosts) == ["host-1", "host-2"]
        played = stage.play(COMPLETE)
        fleet = stage.play(Story("a plan on two systems", systems=QUICK))
        assert sorted(stage.topology.hosts) == ["host-1", "host-2", "web"]
    assert [member.identity.name for member in played.cast] == ["host-1", "host-2"]
    assert (played.status, fleet.status) == (201, 201)
    assert len(stage.trace.where(protocol="kit", op="stimulus")) == 2
    verdict = Judge(CONTRACTS).judge(stage.trace)
    assert verdict.findings == ()
    assert [(run.host_name, run.outcome, run.ok) for run in verdict.runs] == [
        ("host-1", "complete", True),
        ("host-2", "complete", True),
        ("web", "failed", True),
        ("mail", "not_connected", True),
    ]


@pytest.mark.slow
def test_with_one_host_both_sentences_tell_one_story(tmp_path):
    with Stage(Settings(report=tmp_path, commands=WITHOUT_ANSIBLE)) as stage:
        assert stage.play(COMPLETE) is stage.play(ALONE)
        assert len(stage.topology.hosts) == 1
