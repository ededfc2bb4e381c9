from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hopcheck.checks.verdict import ClauseResult
from hopcheck.home import CONTRACTS
from hopcheck.report.page.clauses import EVIDENCE, choices, read, rows, state_filters

Make = Callable[..., Any]
CATALOGUE = read(CONTRACTS)


def test_a_row_has_sentence_source_level_roles_and_evidence(make_verdict: Make) -> None:
    page = rows(make_verdict(clauses={"H-032": ClauseResult("fail", tuple(range(40)))}), CATALOGUE)
    rule = CATALOGUE["H-032"]
    assert f'data-state="fail" data-level="{rule.level}" data-roles="{" ".join(rule.roles)}"' in page
    assert rule.source.split()[0] in page
    assert page.count("data-event=") == EVIDENCE


def test_failures_stand_first(make_verdict: Make) -> None:
    states = {"H-001": "pass", "H-002": "harness_error", "H-003": "fail", "unknown": "pass"}
    page = rows(make_verdict(clauses={name: ClauseResult(state) for name, state in states.items()}), CATALOGUE)
    assert re.findall(r'id="clause-([\w-]+)"', page) == ["H-003", "H-002", "H-001", "unknown"]


def test_only_states_that_there_are_can_be_chosen(make_verdict: Make) -> None:
    assert re.findall(r'data-state="(\w+)"', state_filters(make_verdict())) == ["pass", "not_exercised"]
    assert choices(["a", "b", "b", "<"]) == "<option>b</option><option>a</option><option>&lt;</option>"


def test_a_disabled_clause_says_why_and_the_others_are_as_their_generation_has_them(make_verdict: Make) -> None:
    verdict = make_verdict(clauses={"H-017": ClauseResult("pass"), "H-022": ClauseResult("disabled")})
    verdict = replace(verdict, generation="rhel-8-9", disabled={"H-022": "it came <later>"})
    page = rows(verdict, read(CONTRACTS, verdict.generation))
    assert "it came &lt;later&gt;" in page
    assert "follows every connect" in page
    assert "No connection-status follows a reconnect" not in page
