import pytest
from checks_scenes import complete, failed, failing, listed, viewed
from checks_world import INVENTORY, PLAN, STREAM, jsonl, stream_form

from hopcheck.checks.relations.run_state import aggregate


def run_says(tag, status):
    return lambda w: w.body(tag, lambda b: b["data"][0].update(status=status))


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("SRV-081", complete, run_says("9:p3", "failure")),
        ("SRV-081", complete, run_says("9:p3", "running")),
        ("SRV-082", failing, run_says("9:p3", "success")),
        ("SRV-083", complete, run_says("9:p2", "success")),
        ("SRV-110", complete, lambda w: w.body("10:p2", lambda b: b.update(status="success"))),
        ("SRV-110", complete, lambda w: w.body("10:p2", lambda b: b.update(id=PLAN))),
        ("SRV-110", complete, lambda w: w.without("10:p2")),
        ("SRV-110", listed, lambda w: w.body("10:view", lambda b: b["data"][0].update(status="failure"))),
        ("SRV-110", listed, lambda w: w.body("10:view", lambda b: b["data"][0].update(system_id=PLAN))),
        (
            "SRV-111",
            viewed,
            lambda w: w.body("9:view", lambda b: b["data"][0].update(inventory_id=INVENTORY, stdout="x")),
        ),
        ("SRV-111", viewed, lambda w: w.body("10:view", lambda b: b.update(console="other"))),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


def test_the_last_poll_may_stay_unanswered(state):
    late = complete().only(lambda tag: tag == "7:p3").other({"rid-p3": "rid-p4"}, "'")
    assert state(complete().insert(late, before="closed"), "SRV-110") == "pass"


def test_a_poll_may_wait_for_the_dispatcher(judged):
    asked = [tag for tag in complete().tags if tag.startswith("9:p2")]
    findings = judged(complete().without("10:p2", *asked)).findings
    assert "SRV-110" not in {each.clause for each in findings}


def test_final_status_stays(state):
    late = complete().only(lambda tag: tag.endswith(":p3")).other({"rid-p3": "rid-p4"}, "'")
    assert state(complete().insert(late, before="closed"), "SRV-084") == "pass"
    late = complete().only(lambda tag: tag.endswith(":p3")).other({"rid-p3": "rid-p4"}, "'")
    world = complete().insert(late, before="closed")
    assert state(run_says("9:p3'", "running")(world), "SRV-084") == "fail"


def test_the_end_that_was_told_first_stays(state):
    late = [*STREAM, *failed("UNDEFINED_ERROR")[1:]]
    world = sends(sends(complete(), "17:u1", "21:u1", STREAM), "25:u2", "30:u2", late)
    assert state(world, "SRV-082") == "pass"
    assert state(sends(complete(), "25:u2", "30:u2", late), "SRV-082") == "fail"


def sends(world, post, got, events):
    """Let an upload carry other events, all the way to the dispatcher."""
    return world.bend(post, payload=stream_form(jsonl(events))).bend(got, payload=jsonl(events))


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        ([], "pending"),
        (["running"], "running"),
        (["success", "running"], "running"),
        (["success"], "success"),
        (["success", "timeout"], "failure"),
        (["failure", "running"], "failure"),
        (["canceled"], "canceled"),
    ],
)
def test_direct_hosts_fold_into_one_executor(statuses, shown):
    assert aggregate(statuses) == shown
