from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from fakes.remediations_ui.client import Answer

REFUSED = {"errors": [{"status": 422, "code": "NO_EXECUTORS", "title": "nobody <here>"}]}


def test_pages_escape_everything(browser: FlaskClient) -> None:
    assert "&lt;i&gt;plan&lt;/i&gt;" in browser.get("/").text
    page = browser.get("/plans/p").text
    assert page.count("&lt;host&gt;") == 1
    assert '<span class="badge" data-state="connected">Connected</span>' in page
    assert "<i>plan" not in page


def test_a_plan_whose_connection_nobody_knows_is_shown_and_says_so(browser: FlaskClient, client: Any) -> None:
    client.script["connection_status"] = [Answer(503, "")]
    answer = browser.get("/plans/p")
    assert (answer.status_code, "failed with status 503" in answer.text) == (200, True)
    assert 'data-state="unknown"' in answer.text


def test_the_question_bears_the_tag_of_what_it_shows(browser: FlaskClient) -> None:
    page = browser.get("/plans/p/execute").text
    assert 'name="seen" value="&#34;tag&#34;"' in page
    assert "Execute on 1 system<" in page
    assert "<html" in page
    assert "<html" not in browser.get("/plans/p/execute", headers={"X-Part": "1"}).text


def test_nobody_to_reach_is_nothing_to_press(browser: FlaskClient, client: Any) -> None:
    client.script["connection_status"] = [Answer(200, {"data": []}, '"tag"')]
    page = browser.get("/plans/p/execute").text
    assert "no system of this plan can be reached" in page
    assert "<button" not in page


def test_the_button_leads_to_the_run(browser: FlaskClient, client: Any) -> None:
    client.say("execute", {"id": "r"}, status=201)
    answer = browser.post("/plans/p/execute", data={"seen": '"tag"'}, headers={"Origin": "http://localhost"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/runs/p/r")
    with client.moved:
        assert client.moved.wait_for(lambda: ("run", "p", "r") in client.calls, 5)
    assert ("execute", "p", None, '"tag"') in client.calls


def test_what_changed_is_asked_again(browser: FlaskClient, client: Any) -> None:
    client.say("execute", "Precondition Failed", status=412)
    answer = browser.post("/plans/p/execute", data={"seen": '"old"'})
    assert answer.status_code == 412
    assert "Nothing was executed." in answer.text
    assert 'value="&#34;tag&#34;"' in answer.text


def test_a_refused_press_says_why(browser: FlaskClient, client: Any) -> None:
    client.say("execute", REFUSED, status=422)
    answer = browser.post("/plans/p/execute")
    assert (answer.status_code, "422 NO_EXECUTORS: nobody &lt;here&gt;" in answer.text) == (422, True)


def test_history(browser: FlaskClient, client: Any) -> None:
    assert "Press Execute" in browser.get("/plans/p/history").text
    client.script["runs"] = [
        Answer(200, {"data": [{"id": "r", "status": "failure", "created_at": "2026-11-23T18:00:00Z", "executors": []}]})
    ]
    for path in ("/history", "/plans/p/history"):
        page = browser.get(path).text
        assert 'href="/runs/p/r"' in page
        assert 'title="2026-11-23 18:00:00 UTC"' in page


@pytest.mark.parametrize(
    ("form", "status"),
    [({}, 400), ({"name": "n", "issue": "a"}, 400), ({"name": "n", "issue": "a", "system": "s1"}, 303)],
)
def test_a_new_plan_is_made_where_nothing_lacks(
    browser: FlaskClient, client: Any, form: dict[str, str], status: int
) -> None:
    client.say("create", {"id": "made"}, status=201)
    assert browser.post("/plans/new", data=form).status_code == status
    assert ("create" in client.names()) == (status == 303)


def test_a_refused_plan_keeps_what_was_filled_in(browser: FlaskClient, client: Any) -> None:
    client.say("create", {"errors": [{"code": "UNKNOWN_SYSTEM", "title": "x"}]}, status=400)
    answer = browser.post("/plans/new", data={"name": "mine", "issue": "a", "system": "s1"})
    assert (answer.status_code, "A system is not known" in answer.text) == (400, True)
    assert 'value="mine"' in answer.text
    assert answer.text.count(" checked") == 2


def test_a_new_plan_like_another(browser: FlaskClient) -> None:
    assert browser.get("/plans/new").text.count(" checked") == 0
    assert browser.get("/plans/new?like=p").text.count(" checked") == 3
