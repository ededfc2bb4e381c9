from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hopcheck.checks.clause import Clause
from hopcheck.checks.verdict import Finding
from hopcheck.report.page.head import facts, ordered, under_test, why
from hopcheck.trace import Trace
from tests.report.page.page_events import kit

Make = Callable[..., Any]
RULE = Clause("H-001", "MUST", "It answers.", ("rhc",), (), "facts 1", "read", "relation")


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (Finding("harness", "a", "b"), "The kit itself failed: expected a, got b."),
        (Finding("lost", "a", "status 3", role="s3"), "s3 ended by itself: status 3."),
        (Finding("outcome", "complete", "failed", run="a plan"), "a plan ended as failed, not as complete."),
        (
            Finding("missing", "x", "arrow 14 a ->> b: verify (line 50) was not seen", role="a", arrow=14),
            "a, arrow 14: was not seen.",
        ),
        (Finding("clause", "1", "2", role="rhc", clause="H-001"), "rhc broke H-001, “It answers”: expected 1, got 2."),
        (Finding("breach", "1", "2"), "Nobody in particular: a message broke its contract: expected 1, got 2."),
    ],
)
def test_the_reason_is_one_sentence(make_verdict: Make, finding: Finding, said: str) -> None:
    assert why(make_verdict(finding), {"H-001": RULE}) == said


def test_advice_is_no_reason_and_others_are_counted(make_verdict: Make) -> None:
    advice = Finding("clause", "1", "2", level="SHOULD")
    assert "ended as asserted" in why(make_verdict(advice), {})
    many = make_verdict(advice, Finding("lost", "a", "b", role="s3"), Finding("breach", "1", "2", event=3))
    assert why(many, {}).endswith(" 1 more finding below.")
    assert [each.fails for each in ordered(many)] == [True, True, False]


def test_the_cause_stands_first(make_verdict: Make) -> None:
    late, early = Finding("breach", "1", "2", role="s3", event=9), Finding("clause", "1", "2", role="rhc", event=3)
    assert ordered(make_verdict(late, early))[0] is early


def test_what_is_somebody_elses_is_under_test(make_verdict: Make) -> None:
    verdict = make_verdict(
        participants={
            "s3": {"kind": "stand-in", "version": "1"},
            "rhc": {"kind": "native", "version": "2"},
            "ingress": {"kind": "foreign", "version": "3"},
            "broker": {"kind": "real", "version": "4"},
            "remediations": {"kind": "stand-in", "version": "5"},
        }
    )
    assert [row.role for row in under_test(verdict, {})] == ["rhc", "ingress"]
    assert [row.role for row in under_test(verdict, {"sut": ["remediations=cmd:x"]})] == [
        "rhc",
        "ingress",
        "remediations",
    ]


def test_facts_are_those_that_were_recorded(make_verdict: Make) -> None:
    trace = Trace([kit(1, "run"), kit(4, "closed")])
    told = dict(facts(make_verdict(), trace, {"kit": "9.9", "contracts": "sha256:0123456789abcdef", "seed": "00ff"}))
    assert told["Date"] == "<time>2026-01-02 12:04:01 UTC</time>, 3.0 s"
    assert told["Kit"] == "hopcheck 9.9"
    assert told["Contracts"] == "<code>0123456789ab</code>"
    assert told["Seed"] == "<code>00ff</code>"
    assert "Contracts" not in dict(facts(make_verdict(), trace, {}))


def test_what_is_not_judged_is_told_with_the_hosts_generation(make_verdict: Make) -> None:
    told = dict(facts(replace(make_verdict(), generation="rhel-8-9", not_judged=("a<>b: c", "d")), Trace([]), {}))
    assert (told["Hosts"], told["Not judged"]) == ("rhel-8-9", "a&lt;&gt;b: c<br>d")
    assert "Not judged" not in dict(facts(make_verdict(), Trace([]), {}))
