from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from steps.remediations_ui import (
    log_of_system_says,
    log_says,
    ui_does_not_list,
    ui_is_answered,
    ui_shows,
    ui_shows_for_system,
    ui_was_shown_as,
)

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


def test_a_good_answer_to_execute_has_no_error(world: Make) -> None:
    events = exchange("1", RUN.removesuffix("/run"), {"id": "run"}, "POST", 201)
    ui_is_answered(world(events=events), "201", None)
    with pytest.raises(AssertionError):
        ui_is_answered(world(events=events), "201", "NO_EXECUTORS")


def test_the_systems_of_a_run(world: Make, cast: Any) -> None:
    web = cast[0].identity.inventory_id
    events = exchange("1", f"{RUN}/systems", {"data": [{"system_id": web, "status": "failure"}]})
    made = world(events=events, cast=cast)
    ui_shows_for_system(made, "failure", "web")
    ui_does_not_list(made, "mail")
    for status, system in (("success", "web"), ("failure", "mail")):
        with pytest.raises(AssertionError, match="the UI shows"):
            ui_shows_for_system(made, status, system)
    with pytest.raises(AssertionError, match="the UI lists web"):
        ui_does_not_list(made, "web")
    with pytest.raises(AssertionError, match="never asked for the systems"):
        ui_does_not_list(world(cast=cast), "mail")


def test_a_log_is_one_systems(world: Make, cast: Any) -> None:
    events = exchange("1", f"{RUN}/systems/{cast[0].identity.inventory_id}", {"console": "TASK [x]"})
    log_of_system_says(world(events=events, cast=cast), "web", "TASK [x]")
    with pytest.raises(AssertionError, match="never asked for the log of host-2"):
        log_of_system_says(world(events=events, cast=cast), "mail", "TASK [x]")


def test_how_a_system_could_be_reached(world: Make, cast: Any) -> None:
    mail = cast[1].identity.inventory_id
    body = {"data": [{"connection_status": "disconnected", "system_ids": [mail]}]}
    events = exchange("1", "/api/remediations/v1/remediations/plan/connection_status", body)
    ui_was_shown_as(world(events=events, cast=cast), "mail", "disconnected")
    for system, status in (("mail", "connected"), ("web", "disconnected")):
        with pytest.raises(AssertionError, match="the UI was shown"):
            ui_was_shown_as(world(events=events, cast=cast), system, status)
    with pytest.raises(AssertionError, match="never asked how"):
        ui_was_shown_as(world(cast=cast), "mail", "disconnected")
