"""The Remediations UI as people use it: with eyes or a screen reader, a keyboard, a phone, or without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from fakes.remediations_ui.client import Answer
from tests.browser.keyboard import press
from tests.browser.remediations import DATABASE, MAIL, PLAN, RUN, WEB, Api, console, passed, scripted, served

Open = Callable[..., Page]
STILL = {"reduced_motion": "reduce"}
NARROW = {"width": 390, "height": 844}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
expect.set_options(timeout=15_000)


@pytest.fixture
def api() -> Api:
    return scripted()


@pytest.fixture
def ui(api: Api) -> Iterator[str]:
    with served(api) as address:
        yield address


@pytest.fixture
def open_page(ui: str, open_page: Open) -> Open:
    """Pages are closed before their server is, as they go on asking it."""
    return open_page


@pytest.fixture
def forgiving(ui: str, browser: Browser) -> Iterator[Page]:
    """A page for what the console rightly complains about: refusals, and servers that are gone."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def accessible(page: Page) -> None:
    """WCAG A and AA, contrast also in the dark, and nothing wider than the window."""
    for scheme, rules in (("light", {"runOnly": WCAG}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, options={**rules, "resultTypes": ["violations"]})
        assert not found.response["violations"], f"{scheme}: {found.generate_report()}"
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert fits(page)


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def two_running(api: Api) -> None:
    api.systems_ = {
        WEB: ("running", console("Gathering Facts", "Make the scratch directory", "Write the setting")),
        DATABASE: ("running", console("Gathering Facts")),
    }


def test_plans_and_history(open_page: Open, ui: str, api: Api, screenshots) -> None:
    page = open_page(**STILL)
    page.goto(ui)
    expect(page.get_by_role("cell", name="Harden the web shop")).to_be_visible()
    accessible(page)
    screenshots.compare(page, "ui-plans")
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("History")
    assert page.locator("tbody .badge").all_inner_texts() == ["Succeeded", "Cancelled", "Failed", "Succeeded"]
    screenshots.compare(page, "ui-history")
    narrow = open_page(NARROW, has_touch=True, is_mobile=True, **STILL)
    for path in ("/", "/history", f"/plans/{PLAN}", "/plans/new", f"/plans/{PLAN}/execute"):
        narrow.goto(ui + path)
        assert fits(narrow), path
    api.plans_.clear()
    page.goto(ui)
    expect(page.get_by_text("There is no plan yet.")).to_be_visible()
    page.goto(f"{ui}/history")
    expect(page.get_by_text("Nothing was executed yet.")).to_be_visible()


def test_executing_by_keyboard_alone(open_page: Open, ui: str, api: Api, screenshots) -> None:
    two_running(api)
    page = open_page(**STILL)
    page.goto(ui)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    press(page, "Harden the web shop")
    expect(page.get_by_role("heading", level=1)).to_have_text("Harden the web shop")
    expect(page.get_by_role("link", name="2 hours ago")).to_be_visible()
    accessible(page)
    screenshots.compare(page, "ui-plan", full=True)
    press(page, "Execute")
    dialog = page.get_by_role("dialog", name="Execute “Harden the web shop”?")
    expect(dialog.get_by_role("heading", level=2)).to_be_focused()
    expect(dialog.get_by_role("heading", level=3)).to_have_text(["Reached: 2", "Left out: 2"])
    expect(dialog.get_by_text("Its rhc is known, but not connected now.")).to_be_visible()
    accessible(page)
    screenshots.compare(page, "ui-confirm")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#execute")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    press(page, "Execute on 2 systems")
    page.wait_for_url(f"**/runs/{PLAN}/{RUN}")
    assert api.executed == [(PLAN, None, '"1"')]


def test_pressing_twice_executes_once(open_page: Open, ui: str, api: Api) -> None:
    page = open_page()
    page.goto(f"{ui}/plans/{PLAN}/execute")
    page.get_by_role("button", name="Execute on 2 systems").dblclick()
    page.wait_for_url("**/runs/**")
    assert len(api.executed) == 1


def test_what_changed_meanwhile_is_shown_and_not_executed(forgiving: Page, ui: str, api: Api) -> None:
    forgiving.goto(f"{ui}/plans/{PLAN}/execute")
    api.ways[DATABASE], api.tag = "disconnected", '"2"'
    forgiving.get_by_role("button", name="Execute on 2 systems").click()
    expect(forgiving.get_by_role("alert")).to_contain_text("Nothing was executed.")
    expect(forgiving.get_by_role("heading", level=3)).to_have_text(["Reached: 1", "Left out: 3"])
    forgiving.get_by_role("button", name="Execute on 1 system").click()
    forgiving.wait_for_url("**/runs/**")
    assert [seen for *_, seen in api.executed] == ['"1"', '"2"']


def test_a_run_live(open_page: Open, ui: str, api: Api, screenshots) -> None:
    two_running(api)
    page, narrow = open_page(**STILL), open_page(NARROW, has_touch=True, is_mobile=True, **STILL)
    for each, name in ((page, "ui-run-wide"), (narrow, "ui-run-narrow")):
        each.goto(f"{ui}/runs/{PLAN}/{RUN}")
        expect(each.get_by_text("3 tasks so far, now: Write the setting")).to_be_visible()
        screenshots.compare(each, name, full=True)
    accessible(narrow)
    log = page.get_by_role("region", name="Log of web-1")
    long = [f"Fix number {number}" for number in range(40)]
    api.systems_[WEB] = ("running", console(*long))
    expect(page.get_by_text("40 tasks so far, now: Fix number 39")).to_be_visible()
    assert log.evaluate("e => e.scrollHeight - e.scrollTop - e.clientHeight") < 2, "follows the end"
    log.evaluate("e => { e.scrollTop = 100 }")
    api.systems_[WEB] = ("success", console(*long, "The last one"))
    expect(log).to_contain_text("The last one")
    assert log.evaluate("e => e.scrollTop") == 100, "stays where somebody reads"
    expect(page.get_by_role("status")).to_have_text("1 of 2 systems done: web-1 succeeded.")
    api.systems_[DATABASE], api.status = ("success", console("Gathering Facts")), "success"
    expect(page.locator("#status")).to_have_text("Succeeded")
    expect(page).to_have_title("Succeeded: Harden the web shop · Remediations")
    expect(page.locator("#duration")).to_have_text(re.compile(r"in \d+ seconds"))
    expect(page.get_by_role("link", name="Cancel")).to_have_count(0)


def test_a_log_is_copied(open_page: Open, ui: str, api: Api) -> None:
    two_running(api)
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{ui}/runs/{PLAN}/{RUN}")
    button = page.locator(".card", has_text="database-1").get_by_role("button", name="Copy")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert "TASK [Gathering Facts]" in page.evaluate("navigator.clipboard.readText()")


def test_cancelling_asks_first(open_page: Open, ui: str, api: Api) -> None:
    two_running(api)
    page = open_page(**STILL)
    page.goto(f"{ui}/runs/{PLAN}/{RUN}")
    press(page, "Cancel")
    expect(page.get_by_role("dialog")).to_contain_text("cannot be stopped")
    accessible(page)
    press(page, "Let it run")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert api.cancelled == 0
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Cancel the run").click()
    expect(page.get_by_text("Cancelling was asked for.")).to_be_visible()
    assert api.cancelled == 1


def test_a_refused_run_says_why(open_page: Open, ui: str, api: Api, screenshots) -> None:
    refused = "cannot verify playbook: code=1 stdout=Play 'Write the configuration' has invalid signature\n stderr="
    api.systems_ = {WEB: ("failure", refused), MAIL: ("failure", "another playbook is already running")}
    api.status, api.began = "failure", passed(hours=2)
    page = open_page(**STILL)
    page.goto(f"{ui}/runs/{PLAN}/{RUN}")
    expect(page.get_by_text("the signature of “Write the configuration” is not valid")).to_be_visible()
    expect(page.get_by_text("was busy with another playbook")).to_be_visible()
    accessible(page)
    screenshots.compare(page, "ui-error", full=True)


def test_lost_connections_are_told_and_taken_up_again(forgiving: Page, ui: str, api: Api) -> None:
    two_running(api)
    api.refusing["run"] = Answer(502, "connection refused")
    forgiving.goto(f"{ui}/runs/{PLAN}/{RUN}")
    trouble = forgiving.get_by_role("alert")
    expect(trouble).to_have_text("The Remediations API did not answer. connection refused Trying again.")
    api.refusing.clear()
    expect(trouble).to_be_hidden()
    forgiving.route("**/state", lambda route: route.abort())
    expect(trouble).to_have_text("The connection to this page's server is lost. Trying again.")
    forgiving.unroute("**/state")
    expect(trouble).to_be_hidden()
    expect(forgiving.get_by_text("0 of 2 systems done.")).to_be_visible()


def test_refusals_in_words(forgiving: Page, ui: str, api: Api) -> None:
    error = {"code": "FORBIDDEN", "title": "Access forbidden"}
    lacking = "Permission remediations:remediation:execute is required for this operation"
    api.refusing["connection_status"] = Answer(403, {"errors": [error | {"details": {"message": lacking}}]})
    forgiving.goto(f"{ui}/plans/{PLAN}")
    expect(forgiving.get_by_role("alert")).to_contain_text("lacks the permission remediations:remediation:execute.")
    forgiving.locator("#execute").click()
    dialog = forgiving.get_by_role("dialog", name="You may not do this")
    expect(dialog).to_contain_text("lacks the permission remediations:remediation:execute.")
    accessible(forgiving)
    forgiving.keyboard.press("Escape")
    forgiving.goto(f"{ui}/plans/nobody")
    expect(forgiving.get_by_role("heading", level=1)).to_have_text("This is not there")
    api.refusing["plans"] = Answer(502, "connection refused")
    forgiving.goto(ui)
    expect(forgiving.get_by_role("heading", level=1)).to_have_text("Remediations cannot be reached")


def test_a_new_plan(forgiving: Page, ui: str, api: Api) -> None:
    forgiving.goto(f"{ui}/plans/new")
    forgiving.get_by_role("button", name="Make the plan").click()
    expect(forgiving.get_by_role("alert").get_by_role("listitem")).to_have_count(3)
    accessible(forgiving)
    forgiving.get_by_label("Name").fill("Only the web")
    forgiving.get_by_label("Write the configuration").check()
    forgiving.get_by_label("web-1").check()
    forgiving.get_by_role("button", name="Make the plan").click()
    expect(forgiving.get_by_role("heading", level=1)).to_have_text("Only the web")
    issues = [{"id": "test:write-config", "systems": [WEB]}]
    assert api.made == [{"name": "Only the web", "auto_reboot": False, "add": {"issues": issues}}]


def test_without_scripts(open_page: Open, ui: str, api: Api) -> None:
    two_running(api)
    page = open_page(java_script_enabled=False)
    page.goto(f"{ui}/plans/{PLAN}")
    page.get_by_role("link", name="Show the runs of this plan").click()
    page.go_back()
    page.get_by_role("link", name="Execute").click()
    page.get_by_role("button", name="Execute on 2 systems").click()
    page.wait_for_url("**/runs/**")
    # The page comes again by itself.
    expect(page.get_by_text("3 tasks so far, now: Write the setting")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cancel this run of “Harden the web shop”?")
