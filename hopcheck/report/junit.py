"""JUnit's XML: a test case for each demanded arrow of each run and for each clause."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as xml

from hopcheck.checks.verdict import Finding, RunVerdict, Verdict
from hopcheck.report.finding import explain

# Characters that XML 1.0 cannot hold, not even escaped.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def junit(verdict: Verdict) -> bytes:
    """The verdict as ``testsuites``: one suite a run, one for clauses, one for what belongs to no run."""
    root = xml.Element("testsuites", name="hopcheck")
    for run in verdict.runs:
        _run(root, run)
    suite = xml.SubElement(root, "testsuite", name="clauses")
    for clause, result in sorted(verdict.clauses.items()):
        case = xml.SubElement(suite, "testcase", classname="clauses", name=clause)
        mine = [finding for finding in verdict.findings if finding.clause == clause]
        if result.state in ("fail", "harness_error"):
            _fail(case, mine, "error" if result.state == "harness_error" else "failure", result.state)
        elif result.state != "pass":
            xml.SubElement(case, "skipped", message=result.state.replace("_", " "))
    _rest(root, verdict)
    for suite in root:
        _count(suite)
    _count(root)
    xml.indent(root)
    return bytes(xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _run(root: xml.Element, run: RunVerdict) -> None:
    suite = xml.SubElement(root, "testsuite", name=_clean(run.label))
    for arrow in run.arrows:
        case = xml.SubElement(suite, "testcase", classname=_clean(run.label),
                              name=f"arrow {arrow.number:02} {arrow.source} to {arrow.target}: {_clean(arrow.text)}")
        mine = [finding for finding in run.findings if finding.arrow == arrow.number]
        if arrow.state in ("missing", "forbidden") or arrow.contract == "fail" or mine:
            _fail(case, mine, "failure", arrow.state)
        elif arrow.state == "not_demanded":
            xml.SubElement(case, "skipped", message="not demanded by the outcome")
    case = xml.SubElement(suite, "testcase", classname=_clean(run.label), name=f"outcome {run.expected}")
    mine = [finding for finding in run.findings if finding.arrow is None]
    if mine:
        _fail(case, mine, "failure", run.outcome)


def _rest(root: xml.Element, verdict: Verdict) -> None:
    in_runs = {id(finding) for run in verdict.runs for finding in run.findings}
    rest = [f for f in verdict.findings if id(f) not in in_runs and f.clause not in verdict.clauses]
    suite = xml.SubElement(root, "testsuite", name="observations")
    case = xml.SubElement(suite, "testcase", classname="observations", name="every message is known and in order")
    faults = [f for f in rest if f.kind != "harness"]
    if faults:
        _fail(case, faults, "failure", "fail")
    for finding in rest:
        if finding.kind == "harness":
            case = xml.SubElement(suite, "testcase", classname="observations", name="the kit itself")
            _fail(case, [finding], "error", "harness error")


def _fail(case: xml.Element, findings: Iterable[Finding], tag: str, state: str) -> None:
    texts = [_clean(explain(finding)) for finding in findings] or [state]
    element = xml.SubElement(case, tag, message=texts[0].splitlines()[0], type=state)
    element.text = "\n\n".join(texts)


def _count(element: xml.Element) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
