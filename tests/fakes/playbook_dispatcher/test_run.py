from __future__ import annotations

from typing import Any

import pytest

from fakes.playbook_dispatcher.run import FINAL, STATUSES, Run, RunHost, host_of, timestamp


def test_statuses_and_those_that_stay() -> None:
    assert set(STATUSES) == {"running", "success", "failure", "timeout", "canceled"}
    assert set(FINAL) == {"success", "failure"}


def test_runs_and_hosts_begin_running() -> None:
    run = Run("r", "1", "c", "k", "u", "s", "n", "w", "p", 60)
    host = RunHost("r", "h")
    assert (run.status, run.labels, run.sat_id, run.sat_org_id) == ("running", {}, None, None)
    assert (host.status, host.log) == ("running", "")


@pytest.mark.parametrize(
    ("item", "host"),
    [
        ({"ansible_host": "localhost", "inventory_id": "i"}, RunHost("r", "localhost", inventory_id="i")),
        ({"inventory_id": "i"}, RunHost("r", "i", inventory_id="i")),
        ({"ansible_host": "h"}, RunHost("r", "h")),
        (
            {"inventory_id": "i", "subscription_manager_id": "s"},
            RunHost("r", "i", inventory_id="i", subscription_manager_id="s"),
        ),
        ({}, RunHost("r", "")),
    ],
)
def test_a_host_is_named_by_ansible_host_else_by_inventory_id(item: dict[str, Any], host: RunHost) -> None:
    assert host_of("r", item) == host


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_000_000_000_000_000, "2001-09-09T01:46:40Z"),
        (1_234_567_890_123_456, "2009-02-13T23:31:30.123456Z"),
        (1_710_881_855_753_560, "2024-03-19T20:57:35.753560Z"),
    ],
)
def test_timestamps_are_utc_to_the_microsecond(microseconds: int, text: str) -> None:
    assert timestamp(microseconds) == text
