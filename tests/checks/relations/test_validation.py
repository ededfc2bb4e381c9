import pytest
from checks_scenes import complete
from checks_world import STREAM, jsonl, stream_form


def given(*events):
    """A good run whose first upload has these events."""
    data = jsonl(list(events))
    return complete().bend("17:u1", payload=stream_form(data)).bend("21:u1", payload=data)


def with_more():
    return given(STREAM[0], {**STREAM[1], "runner_ident": "it"})


def refused(world):
    return world.body("valid:u1", lambda b: b.update(validation="failure"))


def test_broken(state):
    assert state(with_more(), "SRV-066") == "pass"
    assert state(refused(with_more()), "SRV-066") == "fail"


def test_attributes_of_the_data_count_too(state):
    more = {**STREAM[1], "event_data": {**STREAM[1]["event_data"], "res": "x"}}
    assert state(refused(given(STREAM[0], more)), "SRV-066") == "fail"


@pytest.mark.parametrize(
    "wrong",
    [
        {"counter": "1"},
        {"start_line": -1},
        {"event": "on"},
        {"event": None},
        {"stdout": 7},
        {"event_data": None},
        {"event_data": {"host": None}},
        {"event_data": {"playbook": ""}},
    ],
)
def test_what_is_wrong_besides_may_be_refused(state, wrong):
    world = refused(given(STREAM[0], {**STREAM[1], "runner_ident": "it", **wrong}))
    assert state(world, "SRV-066") == "not_exercised"


def test_an_upload_that_its_schema_describes_proves_nothing(state):
    assert state(complete(), "SRV-066") == "not_exercised"


def test_what_was_not_fetched_whole_may_be_refused(state):
    assert state(refused(with_more().bend("21:u1", payload=b"x")), "SRV-066") == "not_exercised"
