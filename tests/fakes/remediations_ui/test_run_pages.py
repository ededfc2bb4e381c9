from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient


def test_a_run_that_is_over(browser: FlaskClient, client: Any, over: Callable[[], None]) -> None:
    client.script["system"] = client.script["system"][1:]
    browser.get("/runs/p/r")
    over()
    page = browser.get("/runs/p/r").text
    assert "&lt;b&gt;last&lt;/b&gt;" in page
    assert '<span class="badge" id="status" data-state="success">Succeeded</span>' in page
    assert 'http-equiv="refresh"' not in page
    assert "/cancel" not in page, "it is over"


def test_only_what_is_not_over_can_be_cancelled(browser: FlaskClient, client: Any) -> None:
    client.script["run"].clear()
    client.say_run("running", running=1)
    page = browser.get("/runs/p/r").text
    assert "/runs/p/r/cancel" in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_the_state_as_the_page_shows_it(browser: FlaskClient, over: Callable[[], None]) -> None:
    browser.get("/runs/p/r/state")
    over()
    answer = browser.get("/runs/p/r/state")
    assert (answer.get_json()["words"], answer.get_json()["done"]) == ("Succeeded", True)
    assert [system["name"] for system in answer.get_json()["systems"]] == ["<host>"]
    again = browser.get("/runs/p/r/state", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_cancelling_asks_first(browser: FlaskClient, client: Any) -> None:
    assert "Let it run" in browser.get("/runs/p/r/cancel").text
    assert "cancel" not in client.names()


def test_the_other_button_asks_for_the_end(browser: FlaskClient, client: Any) -> None:
    client.say("cancel", {}, status=202)
    client.say("cancel", {"errors": [{"title": "gone"}]}, status=404)
    answer = browser.post("/runs/p/r/cancel")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/runs/p/r?cancelling=1")
    assert "Cancelling was asked for." in browser.get(answer.headers["Location"]).text
    answer = browser.post("/runs/p/r/cancel")
    assert (answer.status_code, "gone" in answer.text) == (404, True)
    assert client.names().count("cancel") == 2


def test_a_run_whose_plan_is_gone_is_still_shown(browser: FlaskClient, client: Any) -> None:
    client.script.pop("plan")
    client.say("plan", "Not Found", status=404)
    assert "Run of This plan" in browser.get("/runs/p/r").text
