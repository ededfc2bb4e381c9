from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hopcheck.checks.verdict import ClauseResult, Finding
from hopcheck.report.junit import junit

Make = Callable[..., Any]
Wrong = Callable[[bytes], list[str]]


def test_the_schema_can_say_no(wrong_by_schema: Wrong) -> None:
    assert wrong_by_schema(b"<testsuites><testsuite name='x' tests='1' failures='0'/></testsuites>")
    assert wrong_by_schema(b"<testsuites skipped='1'/>")
    assert wrong_by_schema(b"<testsuites><testcase name='x'/></testsuites>")


def test_a_pass_is_valid(make_verdict: Make, wrong_by_schema: Wrong) -> None:
    assert wrong_by_schema(junit(make_verdict())) == []


@pytest.mark.parametrize("text", ["x", "\x00\x1b\ud800\uffff]]>&<failure/>\"'\r\n"])
def test_every_kind_of_case_is_valid(make_verdict: Make, make_run: Make, wrong_by_schema: Wrong, text: str) -> None:
    run = make_run(
        *(Finding("missing", text, text, arrow=3), Finding("outcome", text, text)),
        states={3: "missing", 22: "not_demanded"},
        label=text,
        expected=text,
    )
    verdict = make_verdict(
        Finding("clause", text, text, clause="H-001", level="SHOULD"),
        Finding("harness", text, text, clause="H-003"),
        Finding("unmapped", text, text, role=text),
        runs=(run,),
        clauses={
            "H-001": ClauseResult("fail"),
            "H-002": ClauseResult("not_exercised"),
            "H-003": ClauseResult("harness_error"),
            "H-004": ClauseResult("disabled"),
        },
    )
    document = junit(verdict)
    assert {tag for tag in (b"<failure", b"<error", b"<skipped", b"<system-out") if tag not in document} == set()
    assert wrong_by_schema(document) == []


def test_nothing_at_all_is_valid(make_verdict: Make, wrong_by_schema: Wrong) -> None:
    assert wrong_by_schema(junit(make_verdict(runs=(), clauses={}))) == []
