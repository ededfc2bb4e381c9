from __future__ import annotations

from typing import Any

import pytest

from fakes.remediations.aggregate import executors, run_status


def run(id_: str, status: str) -> dict[str, Any]:
    return {"id": id_, "status": status, "url": f"https://{id_}"}


def host(id_: str, status: str, name: str = "localhost") -> dict[str, Any]:
    return {"run": {"id": id_}, "status": status, "host": name, "inventory_id": "i"}


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [
        ("running", "running"),
        ("success", "success"),
        ("failure running", "failure"),
        ("timeout", "failure"),
        ("success running", "running"),
        ("canceled", "canceled"),
        ("", "pending"),
    ],
)
def test_direct_runs_fold_into_one(statuses: str, whole: str) -> None:
    runs = [run(str(n), status) for n, status in enumerate(statuses.split())]
    found = executors("r", runs, [host(one["id"], "running") for one in runs])
    assert [(one.id, one.name) for one in found] == [("r", "Direct connected")] * bool(runs)
    assert run_status(found) == whole


def test_satellites_count_hosts() -> None:
    runs = [run("a", "running"), run("b", "success"), run("c", "running")]
    found = executors("r", runs, [host("a", "success", "x"), host("a", "failure", "y"), host("b", "success")])
    assert [(one.id, one.status) for one in found] == [("r", "success"), ("a", "failure")]
    assert found[1].counts == {"pending": 0, "running": 0, "success": 1, "failure": 1, "canceled": 0}
    assert run_status(found) == "failure"
