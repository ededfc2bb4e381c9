from __future__ import annotations

from typing import Any

import pytest

from fakes.playbook_dispatcher.schema import (
    CANCEL,
    CONNECTION_STATUS,
    DISPATCH,
    EVENT,
    EVENT_FIELDS,
    RECIPIENTS,
    UPDATE,
)

V4, V5, V1 = (f"0a0b0c0d-0000-{version}000-8000-000000000000" for version in (4, 5, 1))
ITEM = {"recipient": V4, "org_id": "1", "principal": "u", "url": "https://h/p", "name": "n"}
RUN = {"run_id": V4, "org_id": "1", "principal": "u"}
RUNNER = {"event": "playbook_on_stats", "uuid": V4, "counter": 1, "start_line": 0, "end_line": 0}
SATELLITE = {"type": "playbook_run_update", "version": 3, "correlation_id": V4}
ENVELOPE = {"org_id": "1", "request_id": "q", "b64_identity": "e30=", "upload_timestamp": "2024-03-19T20:57:35Z"}


def event(**data: Any) -> dict[str, Any]:
    return RUNNER | {"event_data": data}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"org_id": "1234567890"},
        {"recipient": V4.replace("-8000", "-b000")},
        {"recipient": V4.replace("-8000", "-A000")},
        {"url": "http://h"},
        {"timeout": 0},
        {"timeout": 604800},
        {"labels": {}},
        {"labels": {"a": "b"}},
        {"hosts": []},
        {"hosts": [{}]},
        {"hosts": [{"ansible_host": "h", "inventory_id": V4, "subscription_manager_id": V4}]},
        {"recipient_config": {"sat_id": V4, "sat_org_id": "5"}},
        {"recipient_config": {"sat_id": V5, "sat_org_id": "5"}},
        {"web_console_url": "https://c"},
        {"unknown": 1},
    ],
)
def test_dispatch_takes(change: dict[str, Any]) -> None:
    assert DISPATCH.is_valid([ITEM, ITEM | change])


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": V5},
        {"recipient": V1},
        {"recipient": V4.upper()},
        {"recipient": V4.replace("-8000", "-7000")},
        {"recipient": V4.replace("-", "")},
        {"recipient": f" {V4}"},
        {"recipient": f"{V4}\n"},
        {"org_id": ""},
        {"org_id": "12345678901"},
        {"org_id": 1},
        {"principal": ""},
        {"name": ""},
        {"url": "ftp://h"},
        {"url": "a http://h"},
        {"web_console_url": "console.redhat.com"},
        {"timeout": -1},
        {"timeout": 604801},
        {"timeout": "60"},
        {"labels": {"a": 1}},
        {"hosts": [{"inventory_id": V5}]},
        {"hosts": [{"subscription_manager_id": "x"}]},
        {"hosts": [{"ansible_host": ""}]},
        {"recipient_config": {"sat_id": V1, "sat_org_id": "5"}},
        {"recipient_config": {"sat_id": V4, "sat_org_id": ""}},
    ],
)
def test_dispatch_refuses(change: dict[str, Any]) -> None:
    assert not DISPATCH.is_valid([ITEM, ITEM | change])


@pytest.mark.parametrize("validator", [DISPATCH, CANCEL])
def test_a_batch_has_one_to_fifty_items(validator: Any) -> None:
    item = ITEM | RUN
    assert [validator.is_valid([item] * size) for size in (0, 1, 50, 51)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("validator", "item", "name"),
    [
        *((DISPATCH, ITEM, name) for name in ("recipient", "org_id", "principal", "url", "name")),
        *((CANCEL, RUN, name) for name in ("run_id", "org_id", "principal")),
        *((RECIPIENTS, {"recipient": V4, "org_id": "1"}, name) for name in ("recipient", "org_id")),
    ],
)
def test_what_an_item_cannot_lack(validator: Any, item: dict[str, Any], name: str) -> None:
    assert validator.is_valid([item])
    assert not validator.is_valid([{key: value for key, value in item.items() if key != name}])


def test_a_cancel_names_a_run_of_version_4() -> None:
    assert not CANCEL.is_valid([RUN | {"run_id": V5}])


def test_any_number_of_recipients_but_none() -> None:
    assert [RECIPIENTS.is_valid([{"recipient": V4, "org_id": "1"}] * size) for size in (0, 1, 60)] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("body", "valid"),
    [
        ({"org_id": "1", "hosts": ["any text"]}, True),
        ({"org_id": "1", "hosts": ["h"] * 50}, True),
        ({"org_id": "1", "hosts": ["h"] * 51}, False),
        ({"org_id": "1", "hosts": []}, False),
        ({"org_id": "1", "hosts": [""]}, False),
        ({"org_id": "1"}, False),
        ({"hosts": ["h"]}, False),
    ],
)
def test_connection_status(body: dict[str, Any], valid: bool) -> None:
    assert CONNECTION_STATUS.is_valid(body) is valid


@pytest.mark.parametrize(
    ("line", "valid"),
    [
        (RUNNER, True),
        (RUNNER | {"counter": -1, "stdout": None, "unknown": 1}, True),
        (event(), True),
        (event(playbook="p", host="h", crc_dispatcher_correlation_id=V4, other=1), True),
        (RUNNER | {"event": "ab"}, False),
        (RUNNER | {"event": "e" * 51}, False),
        (RUNNER | {"counter": "1"}, False),
        (RUNNER | {"start_line": -1}, False),
        (RUNNER | {"end_line": -1}, False),
        (RUNNER | {"stdout": 1}, False),
        (RUNNER | {"event_data": None}, False),
        (event(playbook=""), False),
        (event(host=None), False),
        (event(crc_dispatcher_error_code=1), False),
        (event(crc_dispatcher_error_details=None), False),
        *(({key: value for key, value in RUNNER.items() if key != name}, False) for name in RUNNER),
    ],
)
def test_runner_line(line: dict[str, Any], valid: bool) -> None:
    assert EVENT["playbook"].is_valid(line) is valid


@pytest.mark.parametrize(
    ("line", "valid"),
    [
        (SATELLITE, True),
        (SATELLITE | {"type": "playbook_run_finished", "status": "canceled", "sequence": 0}, True),
        (SATELLITE | {"type": "playbook_run_completed", "execution_code": None, "connection_code": None}, True),
        (SATELLITE | {"satellite_connection_code": 1, "satellite_infrastructure_code": None}, True),
        (SATELLITE | {"type": "playbook_run_started"}, False),
        (SATELLITE | {"version": 2}, False),
        (SATELLITE | {"status": "running"}, False),
        (SATELLITE | {"sequence": -1}, False),
        (SATELLITE | {"execution_code": -1}, False),
        (SATELLITE | {"satellite_connection_code": 2}, False),
        (SATELLITE | {"satellite_connection_code": None}, False),
        (SATELLITE | {"satellite_infrastructure_code": 2}, False),
        *(({key: value for key, value in SATELLITE.items() if key != name}, False) for name in SATELLITE),
    ],
)
def test_satellite_line(line: dict[str, Any], valid: bool) -> None:
    assert EVENT["playbook-sat"].is_valid(line) is valid


@pytest.mark.parametrize(("service", "line"), [("playbook", RUNNER), ("playbook-sat", SATELLITE)])
def test_an_update_holds_lines_of_its_own_service(service: str, line: dict[str, Any]) -> None:
    validator = UPDATE[service]
    assert validator.is_valid(ENVELOPE | {"events": [line]})
    assert not validator.is_valid(ENVELOPE | {"events": []})
    assert not validator.is_valid(ENVELOPE | {"events": [line, {}]})
    for name in ENVELOPE:
        assert not validator.is_valid(
            {key: value for key, value in ENVELOPE.items() if key != name} | {"events": [line]}
        )


def test_fields_that_are_passed_on() -> None:
    assert set(EVENT_FIELDS["playbook"]) == {*RUNNER, "stdout", "event_data"}
    assert set(EVENT_FIELDS["playbook-sat"]) == {
        *SATELLITE,
        *("sequence", "host", "console", "status", "connection_code", "execution_code"),
        *("satellite_connection_code", "satellite_infrastructure_code"),
        *("satellite_connection_error", "satellite_infrastructure_error"),
    }
