from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from fakes.remediations_ui.app import Service, create_app
from fakes.remediations_ui.client import Answer
from fakes.remediations_ui.poller import Poller

REFUSED = {"errors": [{"status": 422, "code": "NO_EXECUTORS", "title": "nobody <here>"}]}


@pytest.fixture
def browser(client: Any) -> Iterator[FlaskClient]:
    client.say_run("success")
    client.say("plans", {"data": [{"id": "p", "name": "<i>plan</i>", "system_count": 1, "issue_count": 1}]})
    client.say(
        "plan",
        {
            "id": "p",
            "name": "<i>plan</i>",
            "issues": [
                {"systems": [{"id": "s1", "display_name": "<host>"}]},
                {"systems": [{"id": "s1", "display_name": "<host>"}]},
            ],
        },
    )
    client.say("connection_status", {"data": [{"connection_status": "connected", "system_ids": ["s1"]}]})
    poller = Poller(client, 60)
    yield create_app(Service(client, poller)).test_client()
    poller.stop()


def over(client: Any) -> None:
    with client.moved:
        assert client.moved.wait_for(lambda: ("close",) in client.calls or "system" in client.names(), 5)


def test_pages_escape_everything(browser: FlaskClient, client: Any) -> None:
    assert "&lt;i&gt;plan&lt;/i&gt;" in browser.get("/").text
    page = browser.get("/plans/p").text
    assert page.count("&lt;host&gt;") == 1
    assert '<td class="connection">connected</td>' in page
    client.script["system"] = client.script["system"][1:]
    browser.get("/runs/p/r")
    over(client)
    browser.application.extensions["remediations-ui"].poller.stop()
    page = browser.get("/runs/p/r").text
    assert "&lt;b&gt;last&lt;/b&gt;" in page
    assert '<strong id="status">success</strong>' in page
    assert 'http-equiv="refresh"' not in page
    assert "/cancel" not in page, "it is over"


def test_the_button_leads_to_the_run(browser: FlaskClient, client: Any) -> None:
    client.say("execute", {"id": "r"}, status=201)
    answer = browser.post("/plans/p/execute", headers={"Origin": "http://localhost"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/runs/p/r")
    over(client)
    assert ("run", "p", "r") in client.calls


def test_the_other_button_asks_for_the_end(browser: FlaskClient, client: Any) -> None:
    client.say("cancel", {}, status=202)
    client.say("cancel", {"errors": [{"title": "gone"}]}, status=404)
    answer = browser.post("/runs/p/r/cancel")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/runs/p/r")
    answer = browser.post("/runs/p/r/cancel")
    assert (answer.status_code, "gone" in answer.text) == (404, True)
    assert client.calls == [("cancel", "p", "r")] * 2


def test_only_what_is_not_over_can_be_cancelled(browser: FlaskClient, client: Any) -> None:
    client.script["run"].clear()
    client.say_run("running", running=1)
    assert "/runs/p/r/cancel" in browser.get("/runs/p/r").text


def test_another_site_cannot_press_it(browser: FlaskClient, client: Any) -> None:
    assert browser.post("/plans/p/execute", headers={"Origin": "http://evil"}).status_code == 403
    assert "execute" not in client.names()


def test_errors_in_words(browser: FlaskClient, client: Any) -> None:
    client.say("execute", REFUSED, status=422)
    answer = browser.post("/plans/p/execute")
    assert (answer.status_code, "Remediations refused (422): nobody &lt;here&gt;" in answer.text) == (422, True)
    client.script["plans"] = [Answer(502, "refused")]
    answer = browser.get("/")
    assert (answer.status_code, "cannot be reached" in answer.text) == (502, True)
    client.script["connection_status"] = [Answer(503, "")]
    assert "Remediations answered 503: nothing" in browser.get("/plans/p").text


def test_the_steps_as_json(browser: FlaskClient, client: Any) -> None:
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
    over(client)
    browser.application.extensions["remediations-ui"].poller.stop()
    state = browser.get("/api/runs/p/r").get_json()
    assert (state["run"]["status"], state["done"], state["logs"]) == ("success", True, {"s1": "first"})
