from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as xml

import pytest

from hopcheck.conform.junit import junit
from hopcheck.conform.model import ClauseReport, Component, Report

Make = Callable[..., Any]
OBSERVATIONS = [
    "every message is known, in order and as its contract says",
    "the trusted neighbours",
    "the kit itself",
]


def read(report: Report) -> xml.Element:
    root = xml.fromstring(junit(report))
    for group in [root, *root]:
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert group.get(name, str(len(list(group.iter(tag))))) == str(len(list(group.iter(tag))))
    # Who reads the counts alone comes to the same verdict.
    failed, erred = root.get("failures") != "0", root.get("errors") != "0"
    assert {"pass": not failed and not erred, "fail": failed, "error": erred and not failed}[report.verdict]
    return root


def told(root: xml.Element) -> dict[str, list[str]]:
    return {str(case.get("name")): [each.tag for each in case] for case in root.iter("testcase")}


def test_each_clause_is_a_case_with_its_state(make_report: Make, all_states: tuple[ClauseReport, ...]) -> None:
    root = read(make_report(*all_states))
    assert told(root) == {
        "ING-01": [],
        "ING-02": ["failure"],
        "ING-03": ["skipped", "system-out"],
        "ING-04": ["skipped"],
        "ING-05": ["skipped"],
        "ING-06": ["error"],
        "ING-07": ["system-out"],
        **{name: [] for name in OBSERVATIONS},
    }
    assert {case.get("classname") for case in root.iter("testcase")} == {"hopcheck.conform.ingress"}
    assert [each.get("message") for each in root.iter("skipped")] == [
        "known deviation: why ING-03",
        "disabled: why ING-04",
        "not exercised: why ING-05",
    ]
    assert [each.get("message") for each in root.iter("error")] == ["why ING-06"]


def test_a_failure_is_explained(make_report: Make, make_clause: Make, make_failure: Make) -> None:
    failures = (make_failure(), make_failure(got="501"), make_failure(level="SHOULD"))
    root = read(make_report(make_clause("ING-02", "fail", failures=failures)))
    (failure,) = root.iter("failure")
    assert (failure.get("message"), failure.get("type")) == ("expected 400, got 500", "clause")
    text = str(failure.text)
    assert text.count("CLAUSE arrow 17 ING-02 (MUST) [ingress]") == 2
    assert "  alone: hopcheck conform ingress --seed abc -k ingress/no-identity" in text
    assert [str(each.text).splitlines()[0] for each in root.iter("system-out")] == [
        "CLAUSE arrow 17 ING-02 (SHOULD) [ingress] a clause was broken"
    ]


def test_the_first_suite_says_what_was_tested(make_report: Make) -> None:
    root = read(make_report())
    assert {each.get("name"): each.get("value") for each in root.iter("property")} == {
        "verdict": "pass",
        "component": "cmd ./my-ingress --flag",
        "version": "my-ingress 1.2",
        "identity.sha256": "ab" * 32,
        "kit": "0.1.0",
        "contracts": "sha256:" + "cd" * 32,
        "runtime": "process",
        "seeds": "abc abd",
        "capabilities": "core",
    }


def test_what_belongs_to_no_clause_fails_too(make_report: Make, make_failure: Make) -> None:
    root = read(make_report(others=(make_failure(kind="lost", clause=None), make_failure(level="SHOULD"))))
    assert told(root)[OBSERVATIONS[0]] == ["failure", "system-out"]


@pytest.mark.parametrize("broken", [True, False])
def test_a_neighbour_alone_is_the_kits_error(
    make_report: Make, make_clause: Make, make_failure: Make, broken: bool
) -> None:
    clauses = (make_clause("ING-02", "fail", failures=(make_failure(),)),) if broken else ()
    root = read(make_report(*clauses, neighbours=(make_failure(role="s3"),)))
    assert told(root)[OBSERVATIONS[1]] == ["system-out" if broken else "error"]


def test_the_kits_troubles_are_errors(make_report: Make, make_clause: Make) -> None:
    assert told(read(make_report(troubles=("no port", "no disk"))))[OBSERVATIONS[2]] == ["error"]
    nothing = read(make_report(make_clause("ING-01", "disabled")))
    assert [each.get("message") for each in nothing.iter("error")] == ["no clause was exercised"]


def test_a_pass_may_have_a_remark(make_report: Make, make_clause: Make) -> None:
    root = read(make_report(make_clause(why="take it off the list")))
    assert [each.text for each in root.iter("system-out")] == ["take it off the list"]


def test_hostile_text_leaves_the_document_whole(
    make_report: Make, make_clause: Make, make_failure: Make, hostile: str
) -> None:
    hostile += "\uffff\uffff"
    failure = make_failure(expected=hostile, got=hostile, role=hostile, kind=hostile, reproduce=hostile)
    report = make_report(
        make_clause(hostile, "fail", failures=(failure,)),
        make_clause("ING-02", "skip", why=hostile, failures=(failure,)),
        component=Component(hostile, hostile, hostile, hostile, {hostile: hostile}),
        role=hostile,
        others=(failure,),
        neighbours=(failure,),
        troubles=(hostile,),
        seeds=(hostile,),
    )
    root = read(report)
    assert "\x1b" not in junit(report).decode()
    assert len(list(root.iter("testcase"))) == 5
    assert r"\x1b[2J\x00\u202e\ud800]]>" in str(next(root.iter("failure")).text)
