"""JUnit's XML of a conformance report: a test case for each clause, and for what belongs to no clause."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as xml

from hopcheck.conform.failure import explain, head
from hopcheck.conform.model import ClauseReport, Failure, Report
from hopcheck.printable import one_line, printable
from hopcheck.report.junit import clean

SKIPPED = {"skip": "known deviation", "disabled": "disabled", "not_exercised": "not exercised"}


def junit(report: Report) -> bytes:
    """The report as ``testsuites``: the clauses, and the observations that belong to none.

    ``failure`` is what the component broke, ``error`` the kit's, ``skipped`` has the reason. What fails nothing
    stands in ``system-out``.
    """
    root = xml.Element("testsuites", name=clean(f"hopcheck conform {report.role}"))
    suite = xml.SubElement(root, "testsuite", name=clean(f"{report.role}: clauses"))
    _properties(suite, report)
    for clause in report.clauses:
        _clause(_case(suite, report, clause.id), clause)
    suite = xml.SubElement(root, "testsuite", name=clean(f"{report.role}: observations"))
    _observations(suite, report)
    for suite in root:
        _count(suite)
        suite.set("skipped", str(sum(1 for _ in suite.iter("skipped"))))
    _count(root)
    xml.indent(root)
    return bytes(xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _properties(suite: xml.Element, report: Report) -> None:
    element = xml.SubElement(suite, "properties")
    component = report.component
    facts = (
        ("verdict", report.verdict),
        ("component", f"{component.kind} {component.given}"),
        ("version", component.version),
        *((f"identity.{name}", value) for name, value in sorted(component.identity.items())),
        ("kit", report.kit),
        ("contracts", report.contracts),
        ("runtime", report.runtime),
        ("seeds", " ".join(report.seeds)),
        ("capabilities", " ".join(report.capabilities)),
    )
    for name, value in facts:
        xml.SubElement(element, "property", name=clean(one_line(name)), value=clean(one_line(value)))


def _clause(case: xml.Element, clause: ClauseReport) -> None:
    deciding = [each for each in clause.failures if each.level == "MUST"]
    why = one_line(clause.why)
    if clause.state in SKIPPED:
        message = f"{SKIPPED[clause.state]}: {why}" if why else SKIPPED[clause.state]
        xml.SubElement(case, "skipped", message=clean(message))
        _remarks(case, "", clause.failures, clause)
    elif clause.state == "harness_error":
        xml.SubElement(case, "error", message=clean(why or "the kit could not judge this clause"), type="harness")
        _remarks(case, "", clause.failures, clause)
    elif clause.state == "fail" and (deciding or clause.level == "MUST"):
        _failure(case, deciding, clause)
        _remarks(case, why, [each for each in clause.failures if each not in deciding], clause)
    else:
        _remarks(case, why, clause.failures, clause)


def _observations(suite: xml.Element, report: Report) -> None:
    case = _case(suite, report, "every message is known, in order and as its contract says")
    deciding = [each for each in report.others if each.level == "MUST"]
    if deciding:
        _failure(case, deciding, None)
    _remarks(case, "", [each for each in report.others if each not in deciding], None)
    case = _case(suite, report, "the trusted neighbours")
    if report.neighbours and report.verdict == "error":
        texts = "\n\n".join(_text(each, None) for each in report.neighbours)
        xml.SubElement(case, "error", message=clean(head(report.neighbours[0])), type="neighbour").text = texts
    else:
        _remarks(case, "", report.neighbours, None)
    case = _case(suite, report, "the kit itself")
    if report.troubles:
        element = xml.SubElement(case, "error", message=clean(one_line(report.troubles[0])), type="harness")
        element.text = "\n".join(clean(printable(each)) for each in report.troubles)
    elif not report.exercised:
        xml.SubElement(case, "error", message="no clause was exercised", type="harness")


def _case(suite: xml.Element, report: Report, name: str) -> xml.Element:
    return xml.SubElement(suite, "testcase", classname=clean(f"hopcheck.conform.{report.role}"), name=clean(name))


def _failure(case: xml.Element, failures: Sequence[Failure], clause: ClauseReport | None) -> None:
    if not failures:
        xml.SubElement(case, "failure", message="broken", type="clause")
        return
    first = failures[0]
    message = one_line(f"expected {first.expected or 'nothing'}, got {first.got or 'nothing'}"[:500])
    element = xml.SubElement(case, "failure", message=clean(message), type=clean(first.kind))
    element.text = "\n\n".join(_text(each, clause) for each in failures)


def _remarks(case: xml.Element, why: str, failures: Sequence[Failure], clause: ClauseReport | None) -> None:
    texts = [clean(why)] if why else []
    texts += [_text(each, clause) for each in failures]
    if texts:
        xml.SubElement(case, "system-out").text = "\n\n".join(texts)


def _text(failure: Failure, clause: ClauseReport | None) -> str:
    return clean("\n".join(explain(failure, clause)))


def _count(element: xml.Element) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))
