"""JUnit's XML: a test case for each arrow of each run, for each clause, and for what belongs to no run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree as xml

from hopcheck.checks.verdict import Finding, RunVerdict, Verdict
from hopcheck.report.finding import explain
from hopcheck.report.sentences import Sentence

# Characters that XML 1.0 cannot hold, not even escaped.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def junit(verdict: Verdict, sentences: Sequence[Sentence] = ()) -> bytes:
    """The verdict as ``testsuites``: one suite a run, one for clauses, one for what belongs to no run, and where
    ``sentences`` of features do not hold one for these.

    ``failure`` is a component's fault, ``error`` the kit's. What fails nothing (a broken SHOULD) stands in
    ``system-out``. Every finding is in at least one case.
    """
    root = xml.Element("testsuites", name="hopcheck")
    labels = Counter(run.label for run in verdict.runs)
    for run in verdict.runs:
        _run(root, run, run.label if labels[run.label] == 1 else f"{run.label} on {run.place}", verdict)
    suite = _suite(root, "clauses")
    for clause, result in sorted(verdict.clauses.items()):
        mine = [finding for finding in verdict.findings if finding.clause == clause]
        case = _case(suite, "clauses", clause)
        if result.state in ("skip", "disabled", "not_exercised") and not mine:
            xml.SubElement(case, "skipped", message=result.state.replace("_", " "))
        elif result.state == "harness_error":
            _tell(case, mine, otherwise=("error", "the kit could not judge this clause"))
        else:
            _tell(case, mine, otherwise=("failure", "broken") if result.state == "fail" and not mine else None)
    _rest(root, verdict)
    if sentences:
        suite = _suite(root, "sentences")
        for each in sentences:
            case = _case(suite, each.file, f"{each.scenario}: {each.text}")
            element = xml.SubElement(case, "failure", message=clean(each.why or "it does not hold"), type="sentence")
            element.text = clean(str(each))
    for suite in root:
        _count(suite)
        suite.set("skipped", str(sum(1 for _ in suite.iter("skipped"))))
    _count(root)
    xml.indent(root)
    return bytes(xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _run(root: xml.Element, run: RunVerdict, name: str, verdict: Verdict) -> None:
    suite = _suite(root, name)
    for arrow in run.arrows:
        case = _case(
            suite, name, f"arrow {arrow.number:02} {arrow.source} to {arrow.target}: {' '.join(arrow.text.split())}"
        )
        mine = [finding for finding in run.findings if finding.arrow == arrow.number]
        mine += [
            finding
            for finding in verdict.findings
            if finding.kind == "breach" and finding.event in arrow.events and finding not in mine
        ]
        if arrow.state == "not_demanded" and not mine:
            xml.SubElement(case, "skipped", message="not demanded by the outcome")
            continue
        failed = arrow.state in ("missing", "forbidden")
        _tell(case, mine, otherwise=("failure", f"the arrow is {arrow.state}") if failed and not mine else None)
    numbers = {arrow.number for arrow in run.arrows}
    case = _case(suite, name, f"outcome {run.expected}")
    _tell(case, [finding for finding in run.findings if finding.arrow not in numbers])


def _rest(root: xml.Element, verdict: Verdict) -> None:
    told = {finding for run in verdict.runs for finding in run.findings}
    rest = [f for f in verdict.findings if f not in told and f.clause not in verdict.clauses]
    suite = _suite(root, "observations")
    _tell(
        _case(suite, "observations", "every message is known, in order and as its contract says"),
        [finding for finding in rest if finding.kind != "harness"],
    )
    _tell(_case(suite, "observations", "the kit itself"), [finding for finding in rest if finding.kind == "harness"])


def _suite(root: xml.Element, name: str) -> xml.Element:
    return xml.SubElement(root, "testsuite", name=clean(name))


def _case(suite: xml.Element, group: str, name: str) -> xml.Element:
    return xml.SubElement(suite, "testcase", classname=clean(group), name=clean(name))


def _tell(case: xml.Element, findings: Sequence[Finding], otherwise: tuple[str, str] | None = None) -> None:
    """At most one ``error`` or ``failure``, with every finding that decides; the others as ``system-out``."""
    harness = [finding for finding in findings if finding.kind == "harness"]
    deciding = harness or [finding for finding in findings if finding.fails]
    if deciding:
        texts = _texts(deciding)
        element = xml.SubElement(
            case, "error" if harness else "failure", message=texts[0].splitlines()[0], type=deciding[0].kind
        )
        element.text = "\n\n".join(texts)
    elif otherwise is not None:
        xml.SubElement(case, otherwise[0], message=otherwise[1], type=otherwise[1])
    others = [finding for finding in findings if finding not in deciding]
    if others:
        xml.SubElement(case, "system-out").text = "\n\n".join(_texts(others))


def _texts(findings: Sequence[Finding]) -> list[str]:
    """Each in words; those that differ in nothing but their place in the trace are told once, with all places."""
    same: dict[Finding, list[Finding]] = {}
    for each in findings:
        same.setdefault(replace(each, event=None, prefix=()), []).append(each)
    return [clean(explain(first) + _again(others)) for first, *others in same.values()]


def _again(others: Sequence[Finding]) -> str:
    seqs = ", ".join(str(each.event) for each in others if each.event)
    return f"\n  {len(others)} more like it{f': seq {seqs}' if seqs else ''}" if others else ""


def _count(element: xml.Element) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))


def clean(text: str) -> str:
    """The text with a replacement character for each that XML 1.0 cannot hold."""
    return _ILLEGAL.sub("\ufffd", text)
