import shutil
from dataclasses import replace

import pytest
from checks_world import CONTRACTS

from hopcheck.checks.cases import Cases, case_of, exchanges, is_case
from hopcheck.checks.clause import ClauseError, Seen, Violation, load_catalogue, relations
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.hops import load_hops
from hopcheck.checks.judge import Judge
from hopcheck.trace import Event, Payload, Trace

CASE = "the connections of an org that has none"
PATH = "/api/cloud-connector/v2/connections"
PAGE = b'{"meta": {"count": 0}, "links": {}, "data": []}'
JSON = [["content-type", "application/json; charset=UTF-8"]]


def event(seq, op, attrs, payload=None, source="hopcheck", target="cloud-connector"):
    return Event(
        seq=seq,
        t=seq,
        began=seq,
        wall="2026-01-01T00:00:00+00:00",
        tap="http:hopcheck>cloud-connector",
        edge="hopcheck>cloud-connector",
        protocol="http",
        op=op,
        source=source,
        target=target,
        exchange="x",
        host=None,
        attrs=attrs,
        payload=payload,
    )


def asked(case=CASE):
    headers = [["x-hopcheck-case", case]] if case else []
    return event(1, "request", {"method": "GET", "path": PATH, "query": [], "headers": headers})


def answered(status=200, body=PAGE, op="response"):
    attrs = {"status": status, "headers": JSON, "complete": True}
    return event(2, op, attrs, Payload(body), "cloud-connector", "hopcheck")


@pytest.fixture(scope="module")
def cases():
    return Cases(Documents(CONTRACTS))


def test_a_right_answer_exercises_the_clauses(cases):
    found = cases.judge(Trace([asked(), answered()]))
    assert set(found) == {"CON-16", "CON-17"}
    assert all(len(each) == 1 and isinstance(each[0], Seen) for each in found.values())


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        (answered(status=400), "it was answered 400"),
        (answered(body=PAGE.replace(b"0", b"1")), "1"),
        (answered(body=b"no JSON"), "null"),
        (answered(op="refused"), "it was not answered"),
        (None, "it was not answered"),
    ],
)
def test_any_other_answer_is_the_roles_fault(cases, answer, got):
    found = cases.judge(Trace([asked(), *([answer] if answer else [])]))
    [violation] = [each for each in found["CON-16"] if isinstance(each, Violation)]
    assert violation.role == "cloud-connector"
    assert violation.got == got
    assert repr(CASE) in violation.expected


@pytest.mark.parametrize("case", [None, "nobody's case"])
def test_what_is_no_case_judges_nothing(cases, case):
    assert cases.judge(Trace([asked(case), answered()])) == {}


def test_the_request_says_which_case_it_is():
    assert case_of(asked()) == CASE
    assert is_case(asked(), CASE)
    assert not is_case(asked(), "another")
    assert not is_case(answered(), CASE)
    request, answer = asked(), answered()
    assert list(exchanges(Trace([request, answer]))) == [(request, answer)]


@pytest.mark.parametrize(
    ("answer", "state"),
    [(answered(), "pass"), (answered(status=400, body=b'{"title": "", "detail": "", "status": 400}'), "fail")],
)
def test_a_case_counts_beside_whatever_else_judges_the_clause(answer, state):
    judge = Judge(CONTRACTS)
    verdict = judge.judge(Trace([asked(), answer]))
    assert verdict.clauses["CON-16"].state == state
    assert verdict.messages["unmapped"] == 0
    named = {finding.role for finding in verdict.findings if finding.clause == "CON-16"}
    assert named == (set() if state == "pass" else {"cloud-connector"})


def test_an_answer_keeps_its_operations_contract_and_a_request_need_not():
    judge = Judge(CONTRACTS)
    _, breaches, _ = judge.check(Trace([asked(), answered(body=b"{}")]))
    assert {breach.role for _, breach in breaches} == {"cloud-connector"}
    assert "required" not in {breach.place for _, breach in breaches if breach.place.startswith("request")}


@pytest.mark.parametrize(("clauses", "kind"), [((), "breach"), (("CON-16",), "clause")])
def test_a_wrong_answer_to_a_case_without_clauses_breaks_the_contract_of_its_operation(clauses, kind):
    judge = Judge(CONTRACTS)
    judge.cases.by_id[CASE] = replace(judge.cases.by_id[CASE], clauses=clauses)
    answer = answered(status=400, body=b'{"title": "", "detail": "", "status": 400}')
    [found] = [each for each in judge.judge(Trace([asked(), answer])).findings if repr(CASE) in each.expected]
    assert (found.kind, found.role, found.event, found.got) == (kind, "cloud-connector", 2, "it was answered 400")
    if not clauses:
        assert found.contract == "openapi/cloud-connector.yaml#listConnectionsV2"
    assert found.fails
    assert not [each for each in judge.judge(Trace([asked(), answered()])).findings if each.kind == kind]


@pytest.fixture
def contracts(tmp_path):
    shutil.copytree(CONTRACTS, tmp_path / "contracts")
    return tmp_path / "contracts"


def spoiled(contracts, old, new):
    path = next(file for file in sorted((contracts / "cases").iterdir()) if old in file.read_text())
    text = path.read_text()
    path.write_text(text.replace(old, new, 1))
    found = Cases(Documents(contracts))
    found.fit(
        load_catalogue(contracts / "clauses", relations(), ["rhc"]),
        load_hops(contracts / "hops.yaml").named.values(),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: dispatch nothing", "id: dispatch without a key", "is there twice"),
        ("    clauses: [SRV-003]\n", "", "fields differ"),
        ("role: ingress", "role: nobody", "unknown role 'nobody'"),
        ("clauses: [ING-02]", "clauses: [ING-99]", "the catalogue has no ING-99"),
        ("clauses: [ING-02]", "clauses: [H-074]", "the catalogue has no H-074, or has it judged nowhere"),
        ("clauses: [ING-02]", "clauses: [SRV-001]", "SRV-001 does not bind ingress"),
        ("clauses: [CON-12]", "clauses: []", "CON-12: no case puts it to the test"),
    ],
)
def test_contradictions_are_refused(contracts, old, new, said):
    with pytest.raises(ClauseError, match=said):
        spoiled(contracts, old, new)
