from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.topology.settings import Settings
from steps.case import is_asked


@pytest.fixture(scope="module")
def judge():
    return Judge(CONTRACTS)


@pytest.fixture
def world(judge):
    asked = []
    topology = SimpleNamespace(settings=Settings(report=Path("report")))
    return SimpleNamespace(
        judge=judge, case=None, stage=SimpleNamespace(ask=asked.extend, topology=topology), asked=asked
    )


def test_the_roles_cases_are_played_together(world):
    is_asked(world, "Cloud Connector", "the status of an unknown host")
    assert world.case.id == "the status of an unknown host"
    assert {case.role for case in world.asked} == {"cloud-connector"}
    assert world.case in world.asked


FATAL = "the status of a host whose status had wrong types before"


@pytest.mark.parametrize(("command", "spared"), [(("python", "-m", "fakes.faults", "x"), False), (("./cc",), True)])
def test_a_stranger_is_spared_what_is_fatal(world, command, spared):
    settings = replace(world.stage.topology.settings, commands={"cloud-connector": command})
    world.stage.topology.settings = settings
    is_asked(world, "Cloud Connector", "the status of an unknown host")
    with pytest.raises(pytest.skip.Exception, match="does not survive") if spared else nullcontext():
        is_asked(world, "Cloud Connector", FATAL)


@pytest.mark.parametrize(
    ("role", "case"),
    [
        ("Cloud Connector", "nothing"),
        ("Cloud Connector", "dispatch nothing"),
        ("Nobody", "dispatch nothing"),
    ],
)
def test_a_case_that_the_role_has_not_is_told_with_those_that_it_has(world, role, case):
    with pytest.raises(AssertionError, match=f"{role} has no case '{case}'; it has"):
        is_asked(world, role, case)
    assert world.asked == []
