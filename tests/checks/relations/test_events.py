import pytest
from checks_scenes import complete
from checks_world import STREAM, jsonl, stream_form


def sends(world, tag, events):
    return world.bend(tag, payload=stream_form(jsonl(events)))


def second_final(world):
    return world.repeat(
        "25:u2",
        "late",
        exchange="late",
        headers=[["x-rh-insights-request-id", "u3"], ["content-type", "multipart/form-data; boundary=sep"]],
    )


START, RAN = STREAM[0], STREAM[1]


@pytest.mark.parametrize(
    ("clauses", "bend"),
    [
        (("SRV-070",), lambda w: sends(w, "17:u1", [RAN])),
        (("H-046",), lambda w: sends(w, "17:u1", [{**START, "counter": 0}])),
        (("SRV-070",), lambda w: sends(w, "25:u2", STREAM[1:])),
        (("H-052",), lambda w: sends(w, "17:u1", [START, {**RAN, "pid": 7}])),
        (("H-052",), lambda w: sends(w, "17:u1", [START, {**RAN, "event_data": {**RAN["event_data"], "res": "x"}}])),
        (("H-052",), lambda w: sends(w, "17:u1", [START, {**RAN, "event_data": {}}])),
        (("H-055",), lambda w: sends(w, "17:u1", [START, {**RAN, "stdout": "x"}])),
        (("SRV-071",), lambda w: sends(w, "25:u2", [START, RAN, STREAM[3]])),
        (("SRV-091",), lambda w: sends(sends(w, "17:u1", STREAM[:3]), "25:u2", [START])),
        (("SRV-091",), lambda w: sends(sends(w, "17:u1", STREAM[:3]), "25:u2", [START, STREAM[2]])),
        (("H-056",), lambda w: w.without("T:u2", "25:u2")),
        (("H-056",), second_final),
    ],
)
def test_broken(state, clauses, bend):
    for clause in clauses:
        assert state(complete(), clause) == "pass"
        assert state(bend(complete()), clause) == "fail"


def test_the_same_events_again_are_not_older(state):
    assert state(sends(complete(), "17:u1", STREAM), "SRV-091") == "pass"


def test_new_events_alone_are_not_older(state):
    world = sends(sends(complete(), "17:u1", STREAM[:3]), "25:u2", [START, STREAM[3]])
    assert state(world, "SRV-091") == "pass"
