import pytest

from hopcheck.checks.verdict import ArrowResult, ClauseResult, Finding, RunVerdict, Verdict


def run(*findings, states=("seen", "derived", "missing", "forbidden", "not_demanded")):
    arrows = tuple(ArrowResult(n, "a", "b", "t", n, state, 1, None, (), "none") for n, state in enumerate(states, 1))
    return RunVerdict("r", None, None, "h", "complete", "complete", arrows, (1, 2, 3), findings)


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
