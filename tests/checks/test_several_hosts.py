"""Several hosts in one run: what is moved from one to another is missing on the one and nobody's on the other."""

import pytest
from checks_scenes import fleet, two_hosts
from checks_world import HOST

OTHER = HOST[:-2] + "98"
AWAY = HOST[:-2] + "97"
# What goes over whole exchanges, and over single events whose answers stay behind.
ARROWS = [
    ("6'",),
    ("11'", "12'"),
    ("13'", "13/answer'"),
    ("14'", "15'"),
    ("16'", "24'"),
    ("22'", "22/exit'"),
    ("23'", "23/answer'"),
    ("25:u-b'", "25:u-b/answer'"),
    ("T:u-b'", "T:u-b/answer'"),
    ("BEGIN'",),
    ("END'",),
    ("11'",),
    ("12'",),
    ("13'",),
    ("14'",),
    ("15'",),
    ("16'",),
    ("24'",),
    ("25:u-b'",),
]


def failing(verdict, host):
    return [f for f in verdict.findings if f.fails and f.host == host]


@pytest.mark.parametrize("tags", ARROWS, ids=lambda tags: "+".join(tags))
@pytest.mark.parametrize(("source", "target", "mark"), [(OTHER, HOST, "'"), (HOST, OTHER, "")])
def test_what_happened_on_one_host_is_missing_there_and_nobodys_elsewhere(judged, tags, source, target, mark):
    tags = [tag.replace("u-b'", "u2").replace("u-b", "u2").replace("'", "") if not mark else tag for tag in tags]
    verdict = judged(two_hosts().on_host(target, *tags))
    assert verdict.verdict == "fail"
    lacking = failing(verdict, source)
    assert {f.kind for f in lacking} & {"missing", "clause", "unmapped"}
    assert {f.kind for f in failing(verdict, target)} & {"forbidden", "unmapped", "clause"}
    assert {run.host: verdict.ok(run) for run in verdict.runs} == {source: False, target: False}


@pytest.mark.parametrize(
    ("tags", "arrow"),
    [
        (("1", "1/CONNACK"), 1),
        (("1/CONNACK",), 1),
        (("1/SUBACK",), 1),
        (("2/call", "2"), 2),
        (("2/STARTED",), 2),
        (("6",), 6),
        (("11", "12"), 11),
        (("13", "13/answer"), 13),
        (("14", "15"), 14),
        (("16", "24"), 16),
        (("22", "22/exit"), 22),
        (("23", "23/answer"), 23),
        (("25:u2", "25:u2/answer"), 25),
    ],
)
def test_an_arrow_is_missing_on_the_host_that_lost_it_and_on_no_other(judged, tags, arrow):
    verdict = judged(two_hosts().on_host(OTHER, *tags))
    first, second = verdict.runs
    assert {a.number: a.state for a in first.arrows}[arrow] == "missing"
    assert arrow in {f.arrow for f in first.findings}
    assert "missing" not in {a.state for a in second.arrows}


def test_a_certificate_and_a_tap_that_disagree_prove_nothing(judged):
    tls = {"version": "TLSv1.3", "client_cn": OTHER}
    for tag in ("11", "25:u2", "23"):
        verdict = judged(two_hosts().bend(tag, attrs={"tls": tls}))
        assert (verdict.verdict, verdict.ok(verdict.runs[1])) == ("fail", True), tag
        assert "unmapped" in {f.kind for f in verdict.findings}


@pytest.mark.parametrize(
    ("bend", "clause"),
    [
        # Cloud Connector is asked to give one host the other's playbook.
        (lambda w: w.body("5'", lambda b: b.update(payload=b["payload"].replace("0098&", "00ff&"))), "SRV-023"),
        # Both hosts' items name one system.
        (lambda w: w.body("4", lambda b: b[1].update(hosts=b[0]["hosts"], url=b[0]["url"])), "SRV-104"),
        # One host gets two.
        (lambda w: w.body("4", lambda b: b.append(b[0])), "SRV-104"),
        # The one that is away gets one.
        (lambda w: w.body("4", lambda b: b.append({**b[0], "recipient": AWAY})), "SRV-104"),
        # A worker tells of a message that the other host was given.
        (lambda w: w.on_host(HOST, "BEGIN'"), "H-039"),
        # rhc dispatches a message that only the other host was sent.
        (lambda w: w.on_host(HOST, "13'", "13/answer'"), "H-032"),
        # One correlation id for both.
        (
            lambda w: w.body("5'", lambda b: b["metadata"].update(crc_dispatcher_correlation_id=_correlation(w))),
            "SRV-016",
        ),
        # The stored upload of one is announced as the other's.
        (lambda w: w.body("28:u-b'", lambda b: b.update(request_id="u2")), "ING-09"),
    ],
)
def test_what_a_server_mixes_up_breaks_a_clause(judged, bend, clause):
    assert judged(fleet()).findings == ()
    verdict = judged(bend(fleet()))
    assert verdict.clauses[clause].state == "fail"
    assert verdict.verdict == "fail"


def test_one_of_several_is_away(judged):
    verdict = judged(fleet())
    assert [(run.host, run.outcome, run.seen) for run in verdict.runs][2] == (AWAY, "not_connected", 13 - 8)
    assert verdict.runs[2].host_name == "away"


def test_a_host_that_could_be_reached_and_was_left_out_is_not_away(judged):
    world = fleet().body("recipients:within/answer", lambda b: b[2].update(status="connected"))
    verdict = judged(world)
    assert [(f.kind, f.host) for f in verdict.findings] == [("outcome", AWAY)]
    run = judged(world.bend("expect''", outcome="complete")).runs[2]
    assert ("missing", 4, "remediations") in {(f.kind, f.arrow, f.role) for f in run.findings}


def test_a_host_that_was_said_to_be_away_cannot_be_sent_anything(judged):
    world = fleet()
    world.repeat("6", "odd", before="closed").bend("odd", attrs={"topic": f"redhat/insights/{AWAY}/data/in"}, host=AWAY)
    assert ("unmapped", AWAY) in {(f.kind, f.host) for f in judged(world).findings}


def _correlation(world):
    import json

    return json.loads(world.draft("5").payload)["metadata"]["crc_dispatcher_correlation_id"]


def test_a_fault_declared_on_one_host_excuses_no_other(judged):
    """What is absent on the host that had no fault stays a breach there."""
    disturbed = {"outcome": "disturbed", "fault": "its worker is killed", "uploads": 0, "passes": 0}
    world = two_hosts().bend("expect", **disturbed)
    assert judged(world).verdict == "pass"
    assert judged(two_hosts().bend("expect", **disturbed).without("END/again")).clauses["H-041"].state == "pass"
    assert judged(two_hosts().bend("expect", **disturbed).without("END/again'")).clauses["H-041"].state == "fail"
