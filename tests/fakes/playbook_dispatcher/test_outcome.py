from __future__ import annotations

from typing import Any

import pytest

from fakes.playbook_dispatcher.outcome import console, host_names, host_status, run_hosts, run_status


def event(
    name: str, host: str | None = None, *, counter: int = 0, stdout: str | None = None, lines: int = 0, **data: str
) -> dict[str, Any]:
    return {
        "event": name,
        "counter": counter,
        "stdout": stdout,
        "start_line": 0,
        "end_line": lines,
        "event_data": data | ({} if host is None else {"host": host}),
    }


@pytest.mark.parametrize(
    ("names", "status"),
    [
        ("executor_on_start", "running"),
        ("runner_on_failed", "running"),
        ("playbook_on_stats", "success"),
        ("executor_on_failed", "failure"),
        ("runner_on_failed playbook_on_stats", "failure"),
        ("runner_on_ok playbook_on_stats", "success"),
        ("runner_on_unreachable playbook_on_stats", "success"),
    ],
)
def test_run_status(names: str, status: str) -> None:
    assert run_status([event(name) for name in names.split()]) == status


def test_each_host_by_its_own_events() -> None:
    events = [event("runner_on_ok", "b"), event("runner_on_failed", "a"), event("playbook_on_stats")]
    assert host_names(events) == ["a", "b"]
    assert [host_status(events, name) for name in ("a", "b")] == ["failure", "success"]
    assert [(host.run, host.host) for host in run_hosts("r", events)] == [("r", "a"), ("r", "b")]


def test_localhost_where_no_host_is_named() -> None:
    assert host_names([event("executor_on_start")]) == ["localhost"]


def test_console_by_counter_with_line_ends() -> None:
    events = [
        event("c", counter=2, stdout="two"),
        event("b", counter=1, stdout="one", lines=1),
        event("a", counter=-1),
        event("d", counter=3, lines=1),
    ]
    assert console(events) == "one\ntwo\n"


def test_console_ends_with_the_error_details() -> None:
    failed = event("executor_on_failed", crc_dispatcher_error_details="why")
    assert console([event("a", stdout="text"), failed]) == "text\nwhy"
    assert console([failed]) == "why"
