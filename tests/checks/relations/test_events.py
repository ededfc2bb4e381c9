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
        (("H-046", "SRV-070"), lambda w: sends(w, "17:u1", [RAN])),
        (("H-046", "SRV-070"), lambda w: sends(w, "17:u1", [{**START, "counter": 0}])),
        (("H-052",), lambda w: sends(w, "17:u1", [START, {**RAN, "pid": 7}])),
        (("H-052",), lambda w: sends(w, "17:u1", [START, {**RAN, "event_data": {**RAN["event_data"], "res": "x"}}])),
        (("H-052",), lambda w: sends(w, "17:u1", [START, {**RAN, "event_data": {}}])),
        (("H-055", "SRV-071"), lambda w: sends(w, "17:u1", [START, {**RAN, "stdout": "x"}])),
        (("H-056",), lambda w: w.without("T:u2", "25:u2")),
        (("H-056",), second_final),
    ],
)
def test_broken(state, clauses, bend):
    for clause in clauses:
        assert state(complete(), clause) == "pass"
        assert state(bend(complete()), clause) == "fail"
