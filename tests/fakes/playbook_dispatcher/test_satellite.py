from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fakes.playbook_dispatcher.run import RunHost
from fakes.playbook_dispatcher.satellite import GAP, hosts_after, run_status

A, B = RunHost("r", "a", inventory_id="1"), RunHost("r", "b", inventory_id="2")


def told(kind: str, host: str | None = None, **members: Any) -> dict[str, Any]:
    return {"type": f"playbook_run_{kind}", **({} if host is None else {"host": host}), **members}


@pytest.mark.parametrize(
    ("events", "whole", "in_part"),
    [
        ([told("update", "1")], "running", "running"),
        ([told("finished", "1", status="success"), told("update", "2")], "running", "running"),
        ([told("finished", "1", status="success")], "success", "running"),
        ([told("finished", "1", status="canceled"), told("finished", "2", status="success")], "canceled", "running"),
        ([told("finished", "1", status="failure"), told("finished", "2", status="canceled")], "failure", "running"),
        ([told("completed", status="canceled"), told("update", "1")], "canceled", "canceled"),
        ([], "running", "running"),
    ],
)
def test_a_run_ends_with_its_hosts_only_where_all_is_told(
    events: list[dict[str, Any]], whole: str, in_part: str
) -> None:
    assert (run_status(events, True), run_status(events, False)) == (whole, in_part)


def test_only_hosts_that_there_are_change() -> None:
    events = [told("update", "1", sequence=0, console="x"), told("update", "3", sequence=0, console="y")]
    assert hosts_after([A, B], events, True) == [replace(A, log="x", sat_sequence=0)]


def test_output_that_is_not_newer_is_ignored() -> None:
    stored = replace(A, log="x", sat_sequence=3)
    for full in (True, False):
        assert hosts_after([stored], [told("update", "1", sequence=3, console="y")], full) == []
        assert hosts_after([stored], [told("finished", "1", sequence=2, status="success")], full) == []


def test_whole_output_replaces_and_output_in_part_is_added() -> None:
    stored = replace(A, log="x", sat_sequence=3)
    events = [
        told("finished", "1", sequence=5, console="z", status="success"),
        told("update", "1", sequence=4, console="y"),
    ]
    assert hosts_after([stored], events, True) == [replace(A, log="yz", sat_sequence=5, status="success")]
    assert hosts_after([stored], events, False) == [replace(A, log="xyz", sat_sequence=5, status="success")]
    assert hosts_after([stored], events[:1], False)[0].log == f"x{GAP}z"


def test_what_was_added_before_is_not_added_again() -> None:
    events = [told("update", "1", sequence=3, console="x"), told("update", "1", sequence=4, console="y")]
    assert hosts_after([replace(A, log="x", sat_sequence=3)], events, False)[0].log == "xy"


def test_without_a_sequence_only_the_status_changes() -> None:
    event = told("finished", "1", console="x", status="failure")
    assert hosts_after([A], [event], True) == [replace(A, status="failure")]
    assert hosts_after([replace(A, status="failure")], [told("update", "1")], True) == []


def test_errors_of_the_satellite_are_in_the_log() -> None:
    events = [
        told("update", "1", sequence=0, console="x"),
        told("completed", status="failure", satellite_connection_code=1, satellite_connection_error="gone"),
        told("completed", status="failure", satellite_infrastructure_code=0, satellite_infrastructure_error="-"),
    ]
    assert hosts_after([A], events, True)[0].log == "x\ngone"
