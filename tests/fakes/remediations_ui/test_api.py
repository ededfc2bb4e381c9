from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

REFUSED = {"errors": [{"status": 422, "code": "NO_EXECUTORS", "title": "nobody <here>"}]}


def test_the_steps_as_json(browser: FlaskClient, client: Any, over: Callable[[], None]) -> None:
    client.say("create", {"id": "p"}, status=201)
    client.say("execute", REFUSED, status=422)
    client.say("execute", {"id": "r"}, status=201)
    created = browser.post("/api/plans", json={"name": "n"})
    assert (created.status_code, created.get_json()) == (201, {"id": "p"})
    assert browser.post("/api/plans/p/execute").get_json() == {"status": 422, "error": REFUSED}
    assert browser.get("/api/runs/p/r").status_code == 404
    started = browser.post("/api/plans/p/execute", json={"exclude": ["RHC"]})
    assert (started.status_code, started.get_json()) == (201, {"status": 201, "run": "r"})
    assert ("execute", "p", ["RHC"]) in client.calls
    client.say("cancel", {}, status=202)
    ended = browser.post("/api/runs/p/r/cancel")
    assert (ended.status_code, ended.get_json()) == (202, {})
    over()
    state = browser.get("/api/runs/p/r").get_json()
    assert (state["run"]["status"], state["done"], state["logs"]) == ("success", True, {"s1": "first"})
