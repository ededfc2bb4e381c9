from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hopcheck.conform.junit import junit
from hopcheck.conform.model import ClauseReport

Make = Callable[..., Any]
Wrong = Callable[[bytes], list[str]]


def test_every_state_is_valid(
    make_report: Make, make_failure: Make, all_states: tuple[ClauseReport, ...], wrong_by_schema: Wrong
) -> None:
    assert wrong_by_schema(junit(make_report())) == []
    report = make_report(
        *all_states, others=(make_failure(),), neighbours=(make_failure(role="s3"),), troubles=("no port",)
    )
    assert wrong_by_schema(junit(report)) == []


def test_hostile_text_is_valid(
    make_report: Make, make_clause: Make, make_failure: Make, hostile: str, wrong_by_schema: Wrong
) -> None:
    failure = make_failure(expected=hostile, got=hostile, kind=hostile)
    clauses = [make_clause(hostile, state, why=hostile, failures=(failure,)) for state in ("fail", "skip", "pass")]
    report = make_report(*clauses, role=hostile, others=(failure,), troubles=(hostile,), seeds=(hostile,))
    assert wrong_by_schema(junit(report)) == []
