from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.remediations_ui.poller import State
from fakes.remediations_ui.run_view import view

NOW = datetime(2026, 11, 23, 18, 0, 30, tzinfo=UTC)
TASK = "TASK [Write] ***\nok: [localhost]\r\n"


def state(status: str = "running", log: str = TASK, **more: Any) -> State:
    run = {"status": status, "created_at": "2026-11-23T18:00:00.000Z"}
    systems = [{"system_id": "1", "system_name": "web", "status": status}]
    return State(run, systems, {"1": log}, 1, **more)


def test_a_run_that_goes_on() -> None:
    shown = view(state(), NOW)
    assert (shown.words, shown.summary, shown.duration) == ("Running", "0 of 1 system done.", "for 30 seconds")
    [system] = shown.systems
    assert (system.words, system.progress, system.reason) == ("Running", "1 task so far, now: Write", "")
    assert system.log == "TASK [Write] ***\nok: [localhost]\n"


def test_a_run_that_is_over() -> None:
    shown = view(state("success", done=True, ended=NOW.timestamp()))
    assert (shown.words, shown.summary, shown.duration) == (
        "Succeeded",
        "1 of 1 system done: web succeeded.",
        "in 30 seconds",
    )
    assert shown.systems[0].progress == "1 task run."
    assert view(state("success", done=True)).duration == "", "nobody saw it end"


@pytest.mark.parametrize(
    ("status", "log", "reason"),
    [
        ("failure", "another playbook is already running", "busy"),
        ("failure", "", "lost its connection"),
        ("failure", "it says something", "The end of the log says more."),
        ("timeout", TASK, "took too long"),
        ("canceled", TASK, "was cancelled"),
    ],
)
def test_what_did_not_succeed_has_a_reason(status: str, log: str, reason: str) -> None:
    assert reason in view(state(status, log, done=True)).systems[0].reason


def test_what_nobody_knows_yet() -> None:
    shown = view(State(error="no answer"))
    assert (shown.words, shown.trouble, shown.duration) == ("Not known yet", "no answer", "")
    assert shown.summary == "Waiting for the systems to begin."
    assert view(State({"status": "new"}, done=True)).summary == "The run is over. No system took part."
    assert view(state("pending", "")).systems[0].progress == "Waiting for the first task."
    assert view(state("failure", "")).systems[0].progress == "Nothing was run."
