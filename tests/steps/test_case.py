from types import SimpleNamespace

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from steps.case import is_asked


@pytest.fixture(scope="module")
def judge():
    return Judge(CONTRACTS)


@pytest.fixture
def world(judge):
    asked = []
    return SimpleNamespace(judge=judge, case=None, stage=SimpleNamespace(ask=asked.extend), asked=asked)


def test_the_roles_cases_are_played_together(world):
    is_asked(world, "Cloud Connector", "the status of an unknown host")
    assert world.case.id == "the status of an unknown host"
    assert {case.role for case in world.asked} == {"cloud-connector"}
    assert world.case in world.asked


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
