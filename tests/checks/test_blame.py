import pytest
from checks_scenes import complete

from hopcheck.checks.blame import broken_at, too_early_for
from hopcheck.flow import parse

CHAIN = """sequenceDiagram
  a ->> b: one
  b ->> c: two
  c -->> b: three
  a ->> c: four
"""


@pytest.mark.parametrize(
    ("missing", "broken"),
    [
        ([2, 3], {2: 2, 3: 2}),
        ([3], {3: 3}),
        ([1, 2, 3, 4], dict.fromkeys([1, 2, 3, 4], 1)),
        ([1, 4], {1: 1, 4: 1}),
        ([2, 4], {2: 2, 4: 4}),
        ([1, 3], {1: 1, 3: 3}),
    ],
)
def test_chain_breaks_where_the_sender_could_go_on(missing, broken):
    assert broken_at(parse(CHAIN), missing) == broken


def test_loop_keeps_back_nothing_outside_it():
    assert broken_at(parse(CHAIN), [1, 2, 4], loops=[[1, 2]]) == {1: 1, 2: 1, 4: 4}


def test_derived_arrow_breaks_no_chain():
    assert broken_at(parse(CHAIN), [2, 3], derived=[2]) == {2: 2, 3: 3}


def test_whoever_broke_the_chain_is_to_blame(judged):
    world = complete().without("22", "22/exit", "23", "23/answer")
    assert {(f.arrow, f.role) for f in judged(world).findings if f.kind == "missing"} >= {
        (22, "ansible-runner"),
        (23, "ansible-runner"),
    }


@pytest.mark.parametrize(
    ("early", "absent", "blamed"),
    [
        (4, [2], 2),
        (4, [1], None),
        (4, [], None),
        (3, [2], None),
        (4, [2, 3], 2),
        (4, [1, 2], None),
        (2, [4], None),
    ],
)
def test_who_came_too_early_is_to_blame_where_it_knew(early, absent, blamed):
    assert too_early_for(parse(CHAIN), early, absent) == blamed


def roles(verdict, clause):
    return {finding.role for finding in verdict.findings if finding.clause == clause and finding.kind == "clause"}


def status(world, tag, value):
    return world.body(tag, lambda b: b.update(status=value))


@pytest.mark.parametrize(
    ("clause", "bend", "blamed"),
    [
        # What the store gives back as it was put is not the store's fault.
        ("STO-03", lambda w: w.bend("21:u1", headers=[["content-type", "text/plain"]]), {"s3"}),
        ("STO-03", lambda w: w.bend("18:u1", payload=b"other").bend("21:u1", payload=b"other"), set()),
        ("STO-01", lambda w: w.bend("18:u1", payload=b"other").bend("21:u1", payload=b"other"), {"ingress"}),
        ("STO-01", lambda w: w.bend("18:u1", path="/staging/uploads/u1"), {"ingress"}),
        # A body that nobody handed over was altered where another one was.
        ("H-058", lambda w: w.bend("17:u1", payload=w.draft("17:u1").payload.replace(b'{"', b'{ "', 1)), {"rhc"}),
        ("H-058", lambda w: w.without("T:u1", "T:u1/answer"), {"rhc-worker-playbook"}),
        # A call that breaks its contract is not to be obeyed.
        ("H-058", lambda w: w.without("17:u1", "17:u1/answer"), {"rhc"}),
        ("H-058", lambda w: w.without("17:u1", "17:u1/answer").bend("T:u1", signature="sssa{ss}s"), set()),
        (
            "SRV-081",
            lambda w: w.bend("30:u2", status=404).body("9:p3", lambda b: b["data"][0].update(status="running")),
            set(),
        ),
        ("ING-07", lambda w: w.bend("17:u1/answer", status=200), {"ingress"}),
        ("SRV-100", lambda w: w.move("3/answer", before="4"), {"remediations"}),
        ("H-043", lambda w: w.bend("2/call", args=["com.redhat.Yggdrasil1.Worker1.other", 4]), {"rhc-worker-playbook"}),
        # Who kept the end from the user.
        ("FLOW-001", lambda w: status(w, "10:p3", "running"), {"remediations"}),
        (
            "FLOW-001",
            lambda w: status(w, "10:p3", "running").body("9:p3", lambda b: b["data"][0].update(status="running")),
            {"playbook-dispatcher"},
        ),
        ("FLOW-001", lambda w: w.only(lambda tag: not tag.endswith(":p3")), {"remediations-ui"}),
    ],
)
def test_right_role_is_blamed(judged, clause, bend, blamed):
    assert roles(judged(bend(complete())), clause) == blamed


def test_announced_twice_may_be_fetched_twice(judged):
    def world():
        return (
            complete()
            .repeat("20:u1", "again", before="closed", exchange="again")
            .repeat("21:u1", "again/answer", before="closed", exchange="again")
        )

    assert roles(judged(world()), "SRV-063") == {"playbook-dispatcher"}
    assert roles(judged(world().repeat("19:u1", "announced again", before="again", offset=99)), "SRV-063") == set()


def test_foreign_ident_is_still_the_waiting_instances_run(judged):
    argv = ["python3", "-m", "ansible_runner", "run", "--ident", "odd", "--playbook", "/a.yaml", "/b"]
    verdict = judged(complete().bend("16", argv=argv).bend("24", files={}))
    assert roles(verdict, "H-061") == {"rhc-worker-playbook"}
    assert not any(finding.kind in ("missing", "unmapped") for finding in verdict.findings)
