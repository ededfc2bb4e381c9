from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient


def test_another_site_cannot_press_it(browser: FlaskClient, client: Any) -> None:
    assert browser.post("/plans/p/execute", headers={"Origin": "http://evil"}).status_code == 403
    assert "execute" not in client.names()


def test_nothing_is_loaded_from_elsewhere(browser: FlaskClient) -> None:
    answer = browser.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-cache"
    with browser.get("/static/page.js") as script:
        assert script.status_code == 200
    for text in ("style=", "onclick", "<script>", "https://", "//"):
        assert text not in answer.text


def test_a_refusal_is_a_page_with_its_status(browser: FlaskClient, client: Any) -> None:
    client.script.pop("plans")
    client.say("plans", "refused", status=502)
    client.say("plans", "<html>", status=200)
    answer = browser.get("/")
    assert (answer.status_code, "Remediations cannot be reached" in answer.text) == (502, True)
    answer = browser.get("/")
    assert (answer.status_code, "This answer is not understood" in answer.text) == (502, True)
