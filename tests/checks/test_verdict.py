from dataclasses import replace

import pytest

from hopcheck.checks.verdict import ArrowResult, ClauseResult, Finding, RunVerdict, Verdict


def run(*findings, states=("seen", "derived", "missing", "forbidden", "not_demanded"), host="h", events=()):
    arrows = tuple(
        ArrowResult(n, "a", "b", "t", n, state, 1, None, events, "none") for n, state in enumerate(states, 1)
    )
    return RunVerdict("r", None, None, host, "complete", "complete", arrows, (1, 2, 3), findings)


def verdict(*findings):
    return Verdict(
        "process",
        {"s3": {"kind": "cmd", "version": None, "more": 1}},
        (run(*findings),),
        {"X": ClauseResult("pass", (1,)), "Y": ClauseResult("fail")},
        {"observed": 1},
        {},
        findings,
    )


@pytest.mark.parametrize(
    ("findings", "outcome"),
    [
        ((), "pass"),
        ((Finding("missing", "a", "b"),), "fail"),
        ((Finding("clause", "a", "b", level="SHOULD"),), "pass"),
        ((Finding("missing", "a", "b"), Finding("harness", "a", "b")), "error"),
    ],
)
def test_verdict(findings, outcome):
    assert verdict(*findings).verdict == outcome


def test_summary():
    summary = verdict(Finding("missing", "a", "b")).summary()
    assert summary["arrows"] == {"total": 5, "demanded": 3, "seen": 2, "missing": [3], "forbidden": [4]}
    assert summary["runs"][0]["verdict"] == "fail"
    assert summary["participants"] == {"s3": {"kind": "cmd", "version": None}}
    assert summary["clauses"]["pass"] == summary["clauses"]["fail"] == 1
    assert set(summary["clauses"]) == {"pass", "fail", "skip", "disabled", "not_exercised", "harness_error"}


def test_whole_verdict_is_json():
    document = verdict(Finding("missing", "a", "b", arrow=3)).as_dict()
    assert document["findings"][0]["arrow"] == 3
    assert document["clauses"]["X"] == {"state": "pass", "evidence": (1,)}
    assert len(document["runs"][0]["arrows"]) == 5


def test_no_run_has_no_arrows():
    assert Verdict(None, {}, (), {}, {}, {}).summary()["arrows"]["seen"] == 0


def test_a_host_is_named_where_it_has_a_name():
    assert run().place == "h"
    assert replace(run(), host_name="web").place == "web"


def test_arrows_are_counted_by_what_was_demanded():
    assert (run().seen, run().met) == (2, 2)
    assert run(states=("missing", "seen", "seen", "seen")).met == 2


def test_each_host_has_its_own_findings():
    """Its own, those of its messages, and those of its host that are of no run; what is told of another is not its."""
    own = Finding("missing", "a", "b", arrow=3, host="h")
    shared, others = Finding("breach", "a", "b", event=1), Finding("clause", "a", "b", event=1, host="g")
    stray, nobodys = Finding("unmapped", "a", "b", event=9, host="g"), Finding("unmapped", "a", "b", event=8)
    first, second = run(own, host="h", events=(1, 2)), run(host="g", events=(1, 3))
    both = Verdict(None, {}, (first, second), {}, {}, {}, (own, shared, others, stray, nobodys))
    assert both.of(first) == (own, shared)
    assert both.of(second) == (shared, others, stray)
    assert [each["findings"] for each in both.summary()["runs"]] == [2, 3]
    assert both.summary()["together"] == {"runs": 2, "as_asserted": 0, "wrong": 2, "demanded": 6, "met": 4}


def test_advice_alone_makes_no_run_wrong():
    advice = Finding("clause", "a", "b", level="SHOULD", host="h")
    told = Verdict(None, {}, (run(),), {}, {}, {}, (advice,))
    assert (told.of(told.runs[0]), told.ok(told.runs[0])) == ((advice,), True)


def test_participants_keep_their_hosts():
    rhc = {"kind": "stand-in", "version": "1", "hosts": {"web": {"kind": "stand-in", "version": "1"}}}
    assert Verdict(None, {"rhc": rhc}, (), {}, {}, {}).summary()["participants"] == {"rhc": rhc}
