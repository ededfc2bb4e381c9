import pytest
from checks_scenes import complete, not_connected


def still_running(run):
    """A failure shows while another system still runs."""
    run["status"] = "failure"
    run["executors"][0]["counts"].update(failure=1, running=1)


@pytest.mark.parametrize(
    ("clause", "bend"),
    [
        ("FLOW-001", lambda w: w.body("10:p3", lambda b: b.update(status="running"))),
        ("FLOW-001", lambda w: w.bend("10:p3", status=503)),
        ("FLOW-001", lambda w: w.body("10:p3", still_running)),
        ("FLOW-002", lambda w: w.move("22/exit", before="23")),
        ("FLOW-003", lambda w: w.move("24", before="22/exit")),
        ("FLOW-003", lambda w: w.without("22/exit")),
        ("FLOW-004", lambda w: w.without("22/exit")),
        ("FLOW-004", lambda w: w.bend("15", status=None, signal=None)),
        ("FLOW-004", lambda w: w.bend("24", status=None, signal=15)),
        ("FLOW-005", lambda w: w.repeat("3", "again", exchange="again")),
    ],
)
def test_broken(state, clause, bend):
    assert state(complete(), clause) == "pass"
    assert state(bend(complete()), clause) == "fail"


def test_host_that_is_away_has_no_end(state):
    assert state(not_connected(), "FLOW-001") == "not_exercised"


@pytest.mark.parametrize(
    ("tag", "role"), [("15", "insights-client"), ("22/exit", "insights-client"), ("24", "ansible-runner")]
)
def test_who_does_not_end_is_blamed(judged, tag, role):
    findings = judged(complete().without(tag)).findings
    assert [each.role for each in findings if each.clause == "FLOW-004"] == [role]


def test_a_run_waits_for_its_collection(judged):
    findings = judged(complete().without("22/exit", "24")).findings
    assert [each.role for each in findings if each.clause == "FLOW-004"] == ["insights-client"]


def test_what_crashes_has_ended(state):
    assert state(complete().bend("24", status=None, signal=11), "FLOW-004") == "pass"
