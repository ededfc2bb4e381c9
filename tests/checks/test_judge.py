from __future__ import annotations

import json

import orjson
import pytest
from checks_scenes import busy, complete, executed, failing, not_connected, opened, pinged, refused, two_hosts
from checks_world import CONTRACTS, HOST, World, expect, kit, request, response

from hopcheck.checks.judge import judge, judge_file
from hopcheck.trace import Trace


def kinds(verdict):
    return {f.kind for f in verdict.findings}


def arrows(verdict, run=0):
    return {a.number: a.state for a in verdict.runs[run].arrows}


def test_good_run_has_all_thirty(judged):
    verdict = judged(complete())
    assert verdict.findings == ()
    assert verdict.summary()["arrows"] == {"total": 30, "demanded": 30, "seen": 30, "missing": [], "forbidden": []}
    assert arrows(verdict)[26] == "derived"
    assert {a.contract for a in verdict.runs[0].arrows if a.number != 26} == {"pass"}
    assert verdict.summary()["messages"] == {"observed": 96, "validated": 96, "unmapped": 0}
    assert verdict.timing == {"ready_s": 1.5, "flow_s": pytest.approx(0.076), "ansible_s": pytest.approx(0.029)}


@pytest.mark.parametrize(
    ("scene", "outcome"),
    [
        (refused, "refused"),
        (failing, "failed"),
        (not_connected, "not_connected"),
        (pinged, "complete"),
    ],
)
def test_other_outcomes(judged, scene, outcome):
    verdict = judged(scene())
    assert (verdict.verdict, verdict.runs[0].outcome, verdict.findings) == ("pass", outcome, ())


def test_each_host_of_a_run_is_judged(judged):
    verdict = judged(two_hosts())
    assert verdict.findings == ()
    assert {run.run_id for run in verdict.runs} == {verdict.runs[0].run_id}
    assert len({run.correlation_id for run in verdict.runs}) == len({run.host for run in verdict.runs}) == 2


def test_old_generation_verifies_through_insights_client(judged):
    old = {
        "program": "/usr/bin/insights-client",
        "argv": [
            "insights-client",
            "-m",
            "insights.client.apps.ansible.playbook_verifier",
            "--quiet",
            "--payload",
            "noop",
            "--content-type",
            "noop",
        ],
    }
    assert judged(complete().bend("14", **old).bend("15", **old)).findings == ()


def test_second_run_is_busy(judged):
    verdict = judged(busy())
    assert verdict.findings == ()
    assert [(run.label, run.outcome) for run in verdict.runs] == [("the run", "complete"), ("the late run", "busy")]


@pytest.mark.parametrize(
    ("tags", "arrow"),
    [
        (("6",), 6),
        (("13", "13/answer"), 13),
        (("14", "15"), 14),
        (("15",), 15),
        (("16",), 16),
        (("22", "22/exit"), 22),
        (("23", "23/answer"), 23),
        (("24",), 24),
        (("27:u2", "27:u2/answer"), 27),
        (("28:u2",), 28),
        (("30:u2",), 30),
        (("2/STARTED",), 2),
        (("1/SUBACK",), 1),
        (("1/online", "1/delivered", "1/PUBACK"), 1),
        (("4", "4/answer"), 4),
        (("25:u2", "T:u2"), 25),
        (("12",), 12),
    ],
)
def test_arrow_that_nobody_saw_is_missing(judged, tags, arrow):
    verdict = judged(complete().without(*tags))
    assert verdict.verdict == "fail"
    assert arrows(verdict)[arrow] == "missing"
    assert arrow in {f.arrow for f in verdict.findings if f.kind == "missing" and f.role and f.line}


@pytest.mark.parametrize(
    ("tag", "before", "arrow"),
    [
        ("13", "12", 13),
        ("16", "15", 16),
        ("6", "5", 6),
        ("11", "6", 11),
        ("23", "22", None),
        ("25:u2", "24", 25),
        ("20:u1", "18:u1", 20),
    ],
)
def test_wrong_order_is_forbidden(judged, tag, before, arrow):
    verdict = judged(complete().move(tag, before=before))
    assert verdict.verdict == "fail"
    wrong = next((f for f in verdict.findings if f.kind == "forbidden"), None)
    if arrow is not None:
        assert wrong is not None
        assert wrong.arrow == arrow
        assert wrong.prefix[-1] == wrong.event


def test_last_digest_decides_arrow_26(judged):
    verdict = judged(complete().bend("30:u2", payload=b"other"))
    assert arrows(verdict)[26] == "missing"


def test_second_dispatch_is_forbidden(judged):
    verdict = judged(complete().repeat("13", "again", before="14", exchange="again"))
    assert [f.arrow for f in verdict.findings if f.kind == "forbidden"] == [13]


def test_redelivery_is_the_same_occurrence(judged):
    assert judged(complete().repeat("6", "again", before="11", dup=True)).findings == ()


def test_unknown_traffic_is_unmapped(judged):
    world = complete().insert(World().add("odd", request("rhc>ingress", "GET", "/odd", "odd")), before="closed")
    verdict = judged(world)
    assert [f.kind for f in verdict.findings] == ["unmapped"]
    assert verdict.findings[0].event == world.seq("odd")
    assert verdict.messages["unmapped"] == 1


def test_wrong_outcome_cannot_excuse_itself(judged):
    verdict = judged(refused().bend("expect", outcome="complete"))
    assert {"outcome", "missing"} <= kinds(verdict)
    assert {16, 22, 24} <= {f.arrow for f in verdict.findings if f.kind == "missing"}


def test_undeclared_run_must_be_complete(judged):
    verdict = judged(refused().without("expect"))
    assert verdict.runs[0].expected == "complete"
    assert verdict.verdict == "fail"


def test_expected_run_that_never_came_is_missing(judged):
    verdict = judged(opened(World(), expect()).add("closed", kit("closed")))
    assert verdict.summary()["arrows"]["missing"][:2] == [3, 4]


def test_demanded_uploads_are_counted(judged):
    verdict = judged(complete().bend("expect", uploads=2))
    assert {(f.kind, f.arrow) for f in verdict.findings} <= {("missing", arrow) for arrow in range(17, 22)}
    assert verdict.verdict == "fail"


def test_refusal_before_dispatch_is_not_connected(judged):
    world = executed(opened(World(), expect("not_connected"), session=False))
    world = world.only(lambda tag: tag[0] not in "456").without("3/answer")
    error = {"errors": [{"status": 422, "title": "nobody", "code": "NO_EXECUTORS"}]}
    world.add("answer", response(world.draft("3"), 422, error)).add("closed", kit("closed"))
    assert judged(world).runs[0].outcome == "not_connected"


def test_lost_role_fails_and_lost_kit_part_is_an_error(judged):
    lost = kit("lost", role="ingress", status=1, cause="exited")
    verdict = judged(complete().insert(World().add("lost", lost), before="closed"))
    assert (verdict.verdict, [(f.kind, f.role) for f in verdict.findings]) == ("fail", [("lost", "ingress")])
    lost = kit("lost", role="gateway", status=1, cause="exited")
    assert judged(complete().insert(World().add("lost", lost), before="closed")).verdict == "error"


def test_trace_without_end_or_run_is_an_error(judged):
    assert judged(complete().without("closed")).verdict == "error"
    assert judged(World().add("closed", kit("closed"))).verdict == "error"


def test_a_visit_alone_is_something_to_judge(judged):
    visit = {"what": "a visitor", "client_id": HOST}
    world = World().add("visit", kit("visit", **visit)).add("left", kit("left", **visit)).add("closed", kit("closed"))
    assert judged(world).findings == ()
    assert "harness" in kinds(judged(world.without("closed")))
    assert "harness" in kinds(judged(World().add("left", kit("left", **visit)).add("closed", kit("closed"))))


def test_breach_names_contract_and_clause(judged):
    verdict = judged(complete().bend("1", clean_session=False))
    breach = next(f for f in verdict.findings if f.kind == "breach")
    assert (breach.clause, breach.role, breach.contract is not None) == ("H-002", "rhc", True)
    assert verdict.clauses["H-002"].state == "fail"
    assert next(a for a in verdict.runs[0].arrows if a.number == 1).contract == "fail"


def test_what_a_tap_bent_is_not_held_against_anybody(judged):
    assert "breach" not in kinds(judged(complete().bend("1", clean_session=False, fault="delay")))


def test_what_a_tap_bent_proves_nothing(judged):
    assert judged(complete()).clauses["H-029"].state == "pass"
    assert judged(complete().bend("11", fault="delay")).clauses["H-029"].state == "not_exercised"


def test_declared_fault_excuses_what_is_missing(judged):
    cut = complete().without("24", "END", "END/again", "T:u2", "T:u2/answer").only(lambda tag: ":u2" not in tag)
    cut.bend("expect", outcome="disturbed", fault="the worker is killed", uploads=0, passes=0)
    cut.bend("10:p3", payload=json.dumps({**json.loads(cut.draft("10:p3").payload), "status": "running"}).encode())
    cut.without("8:p3", "9:p3", "8h:p3", "9h:p3", "7:p3", "10:p3")
    verdict = judged(cut)
    assert [f for f in verdict.findings if f.fails] == []
    assert verdict.runs[0].outcome == "disturbed"


def test_same_trace_gives_the_same_verdict(tmp_path):
    trace = busy().trace()
    first, second = judge(trace, CONTRACTS), judge(Trace(list(trace.events)), CONTRACTS)
    assert first == second
    assert orjson.dumps(first.as_dict()) == orjson.dumps(second.as_dict())
    path = tmp_path / "trace.jsonl"
    path.write_bytes(b"".join(orjson.dumps(e.as_dict()) + b"\n" for e in trace))
    assert orjson.dumps(judge_file(path, CONTRACTS).as_dict()) == orjson.dumps(first.as_dict())


def test_every_role_and_clause_has_a_state(judged):
    verdict = judged(complete())
    assert set(verdict.participants) >= {"rhc", "s3"}
    assert sum(verdict.clause_counts.values()) == len(verdict.clauses)
    assert verdict.runs[0].host == HOST


def test_programs_of_several_hosts_are_kept_apart(judged):
    def on(name, version):
        return kit("participant", role="rhc", kind="stand-in", version=version, command="rhc", host_name=name)

    world = complete().insert(World().add("one", on("web", "1")).add("two", on("mail", "2")), before="ready")
    hosts = judged(world).participants["rhc"]["hosts"]
    assert {name: who["version"] for name, who in hosts.items()} == {"web": "1", "mail": "2"}
    assert "hosts" not in judged(complete()).participants["rhc"]


def test_a_finding_bears_its_hosts_name(judged):
    world = complete().bend("expect", host_name="web").without("13", "13/answer")
    assert {(f.host, f.host_name) for f in judged(world).findings if f.kind == "missing"} == {(HOST, "web")}


def test_a_role_that_is_lost_on_one_host_is_that_hosts(judged):
    lost = kit("lost", role="rhc", status=1, cause="exited", host_name="web")
    world = two_hosts().bend("expect", host_name="web").insert(World().add("lost", lost), before="closed")
    verdict = judged(world)
    assert [(f.kind, f.host, f.host_name) for f in verdict.findings] == [("lost", HOST, "web")]
    assert [verdict.ok(run) for run in verdict.runs] == [False, True]
