from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from steps.remediations_ui import log_says, ui_is_answered, ui_shows

Make = Callable[..., Any]
RUN = "/api/remediations/v1/remediations/plan/playbook_runs/run"


def exchange(name: str, path: str, body: Any, method: str = "GET", status: int = 200) -> tuple[dict[str, Any], ...]:
    return (
        {"exchange": name, "method": method, "path": path},
        {"exchange": name, "op": "response", "status": status, "payload": json.dumps(body).encode()},
    )


def test_the_last_status_counts(world: Make) -> None:
    events = (
        *exchange("1", RUN, {"status": "running"}),
        *exchange("2", RUN, {"status": "success"}),
        *exchange("3", "/other/playbook_runs/another", {"status": "failure"}),
    )
    ui_shows(world(events=events), "success")
    with pytest.raises(AssertionError):
        ui_shows(world(events=events), "running")
    with pytest.raises(AssertionError, match="never asked for the status"):
        ui_shows(world(), "success")


def test_the_log_as_last_got(world: Make) -> None:
    made = world()
    path = f"{RUN}/systems/{made.played.identity.inventory_id}"
    events = (*exchange("1", path, {"console": ""}), *exchange("2", path, {"console": "TASK [x] ok"}))
    log_says(world(events=events), "TASK [x]")
    with pytest.raises(AssertionError, match=r"TASK \[x\] ok"):
        log_says(world(events=events), "TASK [y]")
    with pytest.raises(AssertionError, match="never asked for the log"):
        log_says(made, "x")


def test_the_answer_to_execute(world: Make) -> None:
    path = RUN.removesuffix("/run")
    events = exchange("1", path, {"errors": [{"code": "NO_EXECUTORS"}]}, "POST", 422)
    ui_is_answered(world(events=events), "422", "NO_EXECUTORS")
    for status, code in (("200", "NO_EXECUTORS"), ("422", "OTHER")):
        with pytest.raises(AssertionError):
            ui_is_answered(world(events=events), status, code)
    with pytest.raises(AssertionError):
        ui_is_answered(world(), "422", "NO_EXECUTORS")
