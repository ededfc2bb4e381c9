"""Reports made of small traces that are written here: a case of Ingress's, kept or broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hopcheck.checks.cases import HEADER
from hopcheck.checks.judge import Judge
from hopcheck.conform.judge import NoReport, report
from hopcheck.conform.model import Report, part_directory
from hopcheck.conform.plan import Rules
from hopcheck.home import CONTRACTS
from hopcheck.trace import Draft, Redactor, Store

CASE = "an upload without an identity"
CLAUSE = "ING-02"
TOLD: dict[str, Any] = {
    "role": "ingress",
    "left": [CASE],
    "kind": "cmd",
    "given": "./ingress",
    "identity": {"./ingress": "sha256:0"},
    "foreign": True,
    "capabilities": ["core", "satellite", "cancel", "connector-v1"],
    "deviations": [],
    "only": [],
    "command": "hopcheck conform ingress --sut=ingress=cmd:./ingress",
    "contracts": "sha256:1",
    "kit": "0.1.0",
    "runtime": "process",
    "seed": "ab",
}


def kit(op: str, **attrs: Any) -> Draft:
    return Draft("kit", "kit", "kit", op, "hopcheck", "hopcheck", attrs=attrs)


def http(op: str, source: str, to: str, **attrs: Any) -> Draft:
    headers = [["content-type", "text/plain"], *attrs.pop("headers", [])]
    payload = attrs.pop("payload", b"Bad Request")
    more = {"http_version": "1.1", "headers": headers, "trailers": [], "complete": True, **attrs}
    return Draft("http:case", "hopcheck>ingress", "http", op, source, to, "x1", attrs=more, payload=payload)


def asked(status: int) -> list[Draft]:
    path = "/api/ingress/v1/upload"
    target = {"method": "POST", "target": path, "path": path, "query": []}
    return [
        kit("item", name=CASE),
        kit("case", case=CASE),
        http("request", "hopcheck", "ingress", headers=[[HEADER, CASE]], payload=b"", **target),
        http("response", "ingress", "hopcheck", status=status, reason="x"),
    ]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(CONTRACTS)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.load(CONTRACTS / "conformance.yaml")


@pytest.fixture
def made(tmp_path: Path, judge: Judge, rules: Rules):
    def make(*parts: list[Draft], told: dict[str, Any] | None = None, closed: bool = True) -> Report:
        for number, drafts in enumerate(parts, 1):
            store = Store(part_directory(tmp_path, number), Redactor(b"key", []))
            for draft in [kit("conform", **TOLD | (told or {})), *drafts, *([kit("closed")] if closed else [])]:
                store.append(draft)
            store.close()
        return report(tmp_path, judge, rules)

    return make


def clause(made: Report, name: str = CLAUSE):
    return next(each for each in made.clauses if each.id == name)


def test_every_clause_that_binds_the_role_has_a_state_and_a_reason(made, judge):
    found = made(asked(400))
    assert [each.id for each in found.clauses] == [c.id for c in judge.catalogue.values() if "ingress" in c.roles]
    assert {each.state for each in found.clauses} == {"pass", "not_exercised"}
    assert all(each.why for each in found.clauses if each.state == "not_exercised")
    assert (clause(found).state, found.verdict) == ("pass", "pass")
    assert [each.seq for each in clause(found).evidence] == [4, 5]


def test_a_broken_clause_says_what_where_and_how_to_see_it_again(made):
    found = made(asked(202))
    broken = clause(found)
    assert (broken.state, found.verdict) == ("fail", "fail")
    [failure] = [each for each in broken.failures if each.kind == "clause"]
    assert (failure.item, failure.seq, failure.role) == (CASE, 5, "ingress")
    assert "202" in failure.got
    assert failure.reproduce == f"hopcheck conform ingress --sut=ingress=cmd:./ingress -k '{CASE}'"
    assert [each.seq for each in failure.exchanges] == [4, 5]


def test_parts_add_up(made):
    assert clause(made(asked(400), asked(202))).state == "fail"


def test_the_same_traces_give_the_same_report(made, judge, rules, tmp_path):
    assert made(asked(202)) == report(tmp_path, judge, rules)


@pytest.mark.parametrize(("expired", "state", "verdict"), [(False, "skip", "pass"), (True, "fail", "fail")])
def test_a_known_deviation_shows_as_such_until_it_expires(made, expired, state, verdict):
    known = {"clause": CLAUSE, "reason": "ticket 7", "expires": "2026-12-01", "expired": expired}
    found = made(asked(202), told={"deviations": [known]})
    assert (clause(found).state, "ticket 7" in clause(found).why) == (state, True)
    others = [failure for failure in found.failures if failure.clause != CLAUSE and failure.level == "MUST"]
    assert found.verdict == (verdict if not others else "fail")


def test_a_deviation_that_does_not_show_is_told(made):
    known = {"clause": CLAUSE, "reason": "ticket 7", "expires": "2026-12-01", "expired": False}
    found = clause(made(asked(400), told={"deviations": [known]}))
    assert (found.state, "take it off" in found.why) == ("pass", True)


def test_an_undeclared_capability_is_disabled_even_where_it_failed(made, judge, rules):
    found = made(asked(400), told={"role": "cloud-connector", "capabilities": ["core"]})
    disabled = [each.id for each in found.clauses if each.state == "disabled"]
    assert disabled == [
        each.id
        for each in judge.catalogue.values()
        if "cloud-connector" in each.roles and each.level != "QUIRK" and rules.capability(each.id) != "core"
    ]
    assert disabled


def test_what_does_not_bind_the_hosts_generation_is_disabled_with_its_reason(made):
    found = made([kit("run", runtime="process", generation="rhel-8-9"), *asked(400)], told={"role": "rhc"})
    assert (clause(found, "H-022").state, clause(found, "H-022").why) == ("disabled", "cancel came with 0.4.2")
    assert clause(found, "H-017").level == "MUST"
    assert (found.generation, len(found.not_judged)) == ("rhel-8-9", 2)
    assert found.result()["not_judged"] == list(found.not_judged)
    assert "not_judged" not in made(asked(400)).result()


def test_nothing_exercised_is_no_pass(made):
    assert made([kit("case", case="x")]).verdict == "error"


def test_what_does_not_come_is_the_components(made):
    trouble = {"item": CASE, "role": None, "kind": "TraceTimeout", "cause": "waited 20 s for x", "words": ""}
    found = made([*asked(400), kit("trouble", **trouble)])
    assert (found.verdict, found.troubles) == ("fail", ())
    [failure] = found.others
    assert (failure.kind, failure.got, failure.item) == ("stuck", "waited 20 s for x", CASE)


def test_what_the_kit_may_not_do_leaves_its_clauses_out(made, judge):
    case = next(each for each in judge.cases.by_id.values() if each.role == "ingress" and each.clauses == ("ING-18",))
    found = made([*asked(400), kit("left_out", name=case.id, why="it runs already")])
    told = next(each for each in found.clauses if each.id == "ING-18")
    assert (told.state, told.why) == ("not_exercised", f"{case.id!r} was left out: it runs already")
    assert found.troubles == ()


def test_a_neighbour_that_does_not_start_is_the_kits(made):
    trouble = {"item": None, "role": "s3", "kind": "StartError", "cause": "s3: not ready", "words": ""}
    found = made([kit("trouble", **trouble)], closed=False)
    assert (found.verdict, found.others) == ("error", ())
    assert found.troubles == ("part 1: the start: s3: not ready",)


def test_what_no_process_failed_at_is_the_kits(made):
    trouble = {"item": None, "role": None, "kind": "StartError", "cause": "there is no image x:1 here", "words": ""}
    found = made([kit("trouble", **trouble)], closed=False)
    assert (found.verdict, found.others) == ("error", ())
    assert found.troubles == ("part 1: the start: there is no image x:1 here",)


def test_a_component_that_does_not_start_failed(made):
    trouble = {"item": None, "role": "ingress", "kind": "StartError", "cause": "ingress: ended with 1", "words": ""}
    found = made([kit("trouble", **trouble)], closed=False)
    assert (found.verdict, found.troubles) == ("fail", ())
    assert [each.got for each in found.others] == ["ingress: ended with 1"]


def test_a_trace_that_breaks_off_is_the_kits_error(made):
    assert made(asked(400), closed=False).verdict == "error"


def test_a_clause_left_out_says_so(made):
    found = made(asked(400), told={"only": [CASE]})
    assert {each.why for each in found.clauses if each.state == "not_exercised"} == {"left out by -k"}


def test_what_is_no_conformance_run_is_refused(tmp_path, judge, rules):
    with pytest.raises(NoReport, match="hopcheck conform ROLE --report"):
        report(tmp_path, judge, rules)
    store = Store(part_directory(tmp_path, 1), Redactor(b"key", []))
    store.append(kit("closed"))
    store.close()
    with pytest.raises(NoReport, match="something else"):
        report(tmp_path, judge, rules)
