from __future__ import annotations

import uuid

import pytest

from fakes.rhc_worker_playbook import event

RUNNER = {
    "uuid": "u",
    "counter": 3,
    "stdout": "ok",
    "start_line": 1,
    "end_line": 2,
    "runner_ident": "c",
    "pid": 9,
    "created": "now",
    "event": "runner_on_ok",
    "event_data": {"host": "h", "playbook": "p", "playbook_uuid": "q", "task": "t", "res": {"secret": 1}},
}


def test_own_events_have_exactly_these_fields():
    first, last = event.started("c"), event.failed("c", event.UNDEFINED_ERROR, "why")
    assert (str(uuid.UUID(first.pop("uuid"))) != last.pop("uuid")) is True
    assert first == {
        "event": "executor_on_start",
        "counter": -1,
        "stdout": "",
        "start_line": 0,
        "end_line": 0,
        "event_data": {"crc_dispatcher_correlation_id": "c"},
    }
    assert last == {
        "event": "executor_on_failed",
        "counter": -1,
        "start_line": 0,
        "end_line": 0,
        "event_data": {
            "crc_dispatcher_correlation_id": "c",
            "crc_dispatcher_error_code": "UNDEFINED_ERROR",
            "crc_dispatcher_error_details": "why",
        },
    }


def test_runner_events_are_narrowed():
    assert event.from_runner(RUNNER, "c") == {
        "uuid": "u",
        "counter": 3,
        "stdout": "ok",
        "start_line": 1,
        "end_line": 2,
        "runner_ident": "c",
        "event": "runner_on_ok",
        "event_data": {"crc_dispatcher_correlation_id": "c", "host": "h", "playbook": "p", "playbook_uuid": "q"},
    }


def test_required_fields_are_added_and_present_ones_kept():
    assert event.from_runner({"event": "e", "uuid": "u"}, "c") == {
        "event": "e",
        "uuid": "u",
        "runner_ident": "",
        "counter": -1,
        "start_line": 0,
        "end_line": 0,
        "event_data": {"crc_dispatcher_correlation_id": "c"},
    }
    theirs = event.from_runner(RUNNER | {"event_data": {"crc_dispatcher_correlation_id": "theirs"}}, "c")
    assert theirs["event_data"] == {"crc_dispatcher_correlation_id": "theirs"}


@pytest.mark.parametrize("odd", [{"counter": "3"}, {"stdout": 1}, {"event_data": {"host": ["h"]}}])
def test_odd_events_pass_whole_with_a_version(odd):
    passed = event.from_runner(RUNNER | odd, "c")
    assert passed["pid"] == 9
    assert passed["event_data"]["crc_message_version"] == 1
    assert passed["event_data"]["crc_dispatcher_correlation_id"] == "c"


def test_event_data_must_be_an_object():
    with pytest.raises(TypeError):
        event.from_runner({"event_data": []}, "c")


def test_null_fields_are_empty_and_whole_numbers_are_integers():
    narrowed = event.from_runner(RUNNER | {"stdout": None, "runner_ident": None, "counter": 4.0, "uuid": None}, "c")
    assert (narrowed["runner_ident"], narrowed["uuid"], repr(narrowed["counter"])) == ("", "", "4")
    assert "stdout" not in narrowed
    assert event.from_runner(RUNNER | {"counter": 1.5}, "c")["event_data"]["crc_message_version"] == 1
