from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as xml

import pytest

from hopcheck.checks.verdict import ClauseResult, Finding, RunVerdict, Verdict
from hopcheck.report.junit import junit

Make = Callable[..., Any]
# What the schemas of Jenkins, GitLab and Ant have in common.
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "error", "skipped", "system-out"},
    "failure": set(),
    "error": set(),
    "skipped": set(),
    "system-out": set(),
}
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"classname", "name"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "system-out": set(),
}


def read(verdict: Verdict) -> xml.Element:
    root = xml.fromstring(junit(verdict))
    for element in root.iter():
        assert {child.tag for child in element} <= CHILDREN[element.tag], element.tag
        assert set(element.attrib) == ATTRIBUTES[element.tag], element.tag
        assert "" not in element.attrib.values()
    for case in root.iter("testcase"):
        assert sum(child.tag != "system-out" for child in case) <= 1, case.attrib
    for group in [root, *root]:
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert group.get(name, str(len(list(group.iter(tag))))) == str(len(list(group.iter(tag))))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)
    return root


def told(root: xml.Element, tag: str) -> dict[str, str]:
    return {
        str(case.get("name")): case.find(tag).text or ""
        for case in root.iter("testcase")  # type: ignore[union-attr]
        if case.find(tag) is not None
    }


def test_what_differs_in_its_place_alone_is_told_once_with_all_places(make_verdict: Make) -> None:
    broken = [Finding("clause", "1", "2", role="s3", clause="STO-01", event=n) for n in (4, 5, 6)]
    other = replace(broken[0], got="3", event=7)
    text = told(read(make_verdict(*broken, other, clauses={"STO-01": ClauseResult("fail")})), "failure")["STO-01"]
    assert [line for line in text.splitlines() if "seq" in line or "got" in line] == [
        "  got: 2",
        "  event: trace.jsonl, seq 4",
        "  2 more like it: seq 5, 6",
        "  got: 3",
        "  event: trace.jsonl, seq 7",
    ]


def test_a_pass_has_no_failure(make_verdict: Make) -> None:
    root = read(make_verdict())
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("35", "0", "0")
    assert [suite.get("name") for suite in root] == ["a plan", "clauses", "observations"]
    assert list(told(root, "skipped")) == ["H-002"]


@pytest.mark.parametrize(
    ("finding", "case"),
    [
        (Finding("missing", "x", "y", arrow=18), "arrow 18 i to s3: playbook job event data"),
        (Finding("forbidden", "x", "y", arrow=18), "arrow 18 i to s3: playbook job event data"),
        (Finding("outcome", "complete", "failed"), "outcome complete"),
    ],
)
def test_what_a_run_did_wrong_fails_its_case(make_verdict: Make, make_run: Make, finding: Finding, case: str) -> None:
    root = read(make_verdict(runs=(make_run(finding, states={18: finding.kind}),)))
    assert list(told(root, "failure")) == [case]
    assert told(root, "failure")[case].startswith(finding.kind.upper())
    assert (root.get("failures"), root[0].get("failures")) == ("1", "1")


def test_a_missing_arrow_without_a_finding_fails_too(make_verdict: Make, make_run: Make) -> None:
    root = read(make_verdict(runs=(make_run(states={3: "missing", 22: "not_demanded"}),)))
    assert [name[:8] for name in told(root, "failure")] == ["arrow 03"]
    assert "arrow 22" in "".join(told(root, "skipped"))


def test_a_breach_fails_the_arrow_whose_message_it_was(make_verdict: Make, make_run: Make) -> None:
    run = make_run()
    broken = replace(run.arrows[18], contract="fail")
    run = replace(run, arrows=(*run.arrows[:18], broken, *run.arrows[19:]))
    root = read(make_verdict(Finding("breach", "$.size: an integer", "'3'", event=19), runs=(run,)))
    assert {name[:8] for name in told(root, "failure")} == {"arrow 19", "every me"}
    assert all("$.size: an integer" in text for text in told(root, "failure").values())


@pytest.mark.parametrize("kind", ["unmapped", "lost", "breach"])
def test_what_belongs_to_no_run_fails_the_observations(make_verdict: Make, kind: Any) -> None:
    root = read(make_verdict(Finding(kind, "x", "y", event=700)))
    assert list(told(root, "failure")) == ["every message is known, in order and as its contract says"]


def test_a_broken_clause_fails_its_case(make_verdict: Make) -> None:
    root = read(make_verdict(Finding("clause", "one", "two", clause="H-001"), clauses={"H-001": ClauseResult("fail")}))
    assert list(told(root, "failure")) == ["H-001"]
    assert "expected: one" in told(root, "failure")["H-001"]


def test_a_failed_clause_without_a_finding_fails_too(make_verdict: Make) -> None:
    assert list(told(read(make_verdict(clauses={"H-001": ClauseResult("fail")})), "failure")) == ["H-001"]


def test_advice_is_told_and_fails_nothing(make_verdict: Make) -> None:
    verdict = make_verdict(
        Finding("clause", "one", "two", clause="H-001", level="SHOULD"), clauses={"H-001": ClauseResult("fail")}
    )
    root = read(verdict)
    assert (verdict.verdict, root.get("failures"), root.get("errors")) == ("pass", "0", "0")
    assert "H-001 (SHOULD)" in told(root, "system-out")["H-001"]


def test_the_kits_own_failures_are_errors(make_verdict: Make) -> None:
    root = read(
        make_verdict(
            Finding("harness", "a closed trace", "none"),
            Finding("harness", "H-001 can be judged", "KeyError", clause="H-001"),
            clauses={"H-001": ClauseResult("harness_error"), "H-002": ClauseResult("harness_error")},
        )
    )
    assert set(told(root, "error")) == {"H-001", "H-002", "the kit itself"}
    assert (root.get("failures"), root.get("errors")) == ("0", "3")


def test_no_finding_is_lost(make_verdict: Make, make_run: Make) -> None:
    run = make_run(
        Finding("missing", "x", "in-run", arrow=3),
        Finding("outcome", "x", "of-run"),
        Finding("forbidden", "x", "no-such-arrow", arrow=99),
    )
    rest = (
        Finding("breach", "x", "unknown-clause", clause="H-999"),
        Finding("clause", "x", "passed", clause="H-001"),
        Finding("harness", "x", "kits"),
        Finding("unmapped", "x", "stranger"),
        Finding("lost", "x", "gone"),
    )
    text = junit(make_verdict(*rest, runs=(run,))).decode()
    assert all(finding.got in text for finding in (*run.findings, *rest))


def test_equal_labels_are_told_apart(make_verdict: Make, make_run: Make) -> None:
    root = read(make_verdict(runs=(make_run(), make_run(host="host-2"))))
    assert [suite.get("name") for suite in root][:2] == ["a plan on host-1", "a plan on host-2"]


def test_hostile_text_leaves_the_document_whole(make_verdict: Make, make_run: Make) -> None:
    hostile = "\x00\x1b\ud800\uffff]]>&<failure/>\"'"
    run: RunVerdict = make_run(Finding("outcome", hostile, hostile), label=hostile, expected=hostile)
    root = read(make_verdict(Finding("unmapped", hostile, hostile, role=hostile), runs=(run,)))
    assert root.get("failures") == "2"
    assert "]]>&<failure/>\"'" in next(iter(told(root, "failure").values()))


def test_nothing_at_all_is_a_document(make_verdict: Make) -> None:
    assert read(make_verdict(runs=(), clauses={})).get("tests") == "2"
