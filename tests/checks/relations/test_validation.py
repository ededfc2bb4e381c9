import gzip
import lzma

import pytest
from checks_scenes import complete
from checks_world import STREAM, job_event, jsonl, stream_form


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


def uploaded(data, size=100, verdict="success", update=True):
    """A good run whose first upload has this content."""
    world = complete().bend("17:u1", payload=stream_form(data)).bend("21:u1", payload=data)
    world.body("19:u1", lambda b: b.update(size=size)).body("valid:u1", lambda b: b.update(validation=verdict))
    return world if update else world.without("update:u1")


def not_fetched(world):
    return world.without("20:u1", "21:u1")


@pytest.mark.parametrize("size", [0, 3_145_729])
def test_wrong_sizes_are_refused_and_not_fetched(state, size):
    def announced(**how):
        return uploaded(jsonl(STREAM[:2]), size, **how)

    assert state(not_fetched(announced(verdict="failure", update=False)), "SRV-062") == "pass"
    assert state(announced(verdict="failure", update=False), "SRV-062") == "fail"
    assert state(not_fetched(announced(verdict="failure")), "SRV-062") == "fail"
    assert state(not_fetched(announced(update=False)), "SRV-062") == "fail"
    assert state(not_fetched(announced(update=False)).without("valid:u1"), "SRV-062") == "fail"


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress])
def test_compressed_uploads_are_taken(state, compress):
    data = compress(jsonl(STREAM[:2]))
    assert state(uploaded(data), "SRV-064") == "pass"
    assert state(uploaded(data, verdict="failure", update=False), "SRV-064") == "fail"
    assert state(uploaded(data, update=False), "SRV-064") == "fail"


@pytest.mark.parametrize(
    "data", [jsonl(STREAM[:2]), gzip.compress(b"{", mtime=0), gzip.compress(b"", mtime=0), b"\x1f\x8b no gzip"]
)
def test_what_is_plain_or_bad_says_nothing_of_compression(state, data):
    assert state(uploaded(data, verdict="failure", update=False), "SRV-064") == "not_exercised"


@pytest.mark.parametrize(
    "line",
    [
        b"{\n",
        b"[]\n",
        jsonl([{**STREAM[1], "counter": True}]),
        jsonl([{**STREAM[1], "start_line": -1}]),
        jsonl([{**STREAM[1], "event": "on"}]),
        jsonl([{**STREAM[1], "event_data": {"host": None}}]),
        jsonl([{name: value for name, value in STREAM[1].items() if name != "uuid"}]),
    ],
)
def test_one_bad_line_makes_a_bad_upload(state, line):
    data = jsonl(STREAM[:2]) + line
    assert state(uploaded(data, verdict="failure", update=False), "SRV-065") == "pass"
    assert state(uploaded(data), "SRV-065") == "fail"
    assert state(uploaded(gzip.compress(data)), "SRV-065") == "fail"


@pytest.mark.parametrize("data", [b"{", b"\x9e"])
def test_of_one_byte_nobody_is_told(state, data):
    told_nobody = uploaded(data, update=False).without("valid:u1")
    assert [state(told_nobody, clause) for clause in ("SRV-065", "SRV-067")] == ["not_exercised"] * 2


def test_blank_lines_do_no_harm(state):
    data = jsonl(STREAM[:1]) + b"\n \n" + jsonl(STREAM[1:2])
    assert state(uploaded(data), "SRV-065") == "pass"
    assert state(uploaded(data, verdict="failure", update=False), "SRV-065") == "fail"
    assert state(complete(), "SRV-065") == "not_exercised"


@pytest.mark.parametrize(
    "data",
    [
        b"\n\n",
        jsonl(STREAM[1:]),
        jsonl([{**STREAM[0], "event_data": {"crc_dispatcher_correlation_id": "7"}}, *STREAM[1:]]),
        jsonl([job_event("executor_on_failed", 1)]),
    ],
)
def test_an_upload_of_no_run_is_refused(state, data):
    assert state(uploaded(data, verdict="failure", update=False), "SRV-067") == "pass"
    assert state(uploaded(data), "SRV-067") == "fail"


def test_an_upload_of_a_run_says_nothing_of_those_without(state):
    assert state(complete(), "SRV-067") == "not_exercised"
