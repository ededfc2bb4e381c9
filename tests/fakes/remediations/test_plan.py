from __future__ import annotations

from collections.abc import Sequence
from dataclasses import FrozenInstanceError

import pytest

from fakes.remediations.plan import Creator, Issue, Plan

USER = Creator("tuser@redhat.com", "test", "user")


def plan(*systems: Sequence[str]) -> Plan:
    issues = [Issue(f"test:{n}", "fix", of_issue) for n, of_issue in enumerate(systems)]
    return Plan("p", "1", "n", True, USER, issues)


def test_systems_of_all_issues_are_sorted_and_distinct() -> None:
    assert plan(list("hgfedc"), ["b", "a"], [], ["c", "a"]).systems == list("abcdefgh")


@pytest.mark.parametrize("systems", [(), ([],), ([], [])])
def test_a_plan_may_have_no_system(systems: tuple[Sequence[str], ...]) -> None:
    assert plan(*systems).systems == []


def test_a_plan_stays_what_it_was() -> None:
    with pytest.raises(FrozenInstanceError):
        plan().name = "other"  # type: ignore[misc]
