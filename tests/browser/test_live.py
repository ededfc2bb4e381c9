"""The live page while a trace grows, after it was closed, and of one that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.live import server as module
from hopcheck.live.address import listen
from hopcheck.live.server import Server
from tests.browser.conftest import NARROW, WIDE
from tests.browser.screenshot import Screenshots
from tests.live.written import Written

Serve = Callable[[Written], Server]
Open = Callable[..., Page]
WITHIN_MS = 20_000
"""For a page to have what was written: a judgement, on a machine that does much else."""


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(CONTRACTS)


@pytest.fixture
def serve(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    monkeypatch.setattr(module, "Judge", lambda _: judge)
    servers: list[Server] = []

    def start(written: Written) -> Server:
        servers.append(Server(listen(), written.path, CONTRACTS))
        servers[-1].start()
        return servers[-1]

    yield start
    for each in servers:
        each.end()


def drawn(page: Page, number: int, as_: str) -> None:
    expect(page.locator(f"#diagram [data-arrow='{number}']")).to_have_class(f"arrow {as_}", timeout=WITHIN_MS)


def told(page: Page, number: int, text: str) -> None:
    expect(page.locator(f"[data-item='{number}'] .told")).to_have_text(text, timeout=WITHIN_MS)


def says(page: Page, text: str) -> None:
    expect(page.locator("#verdict")).to_contain_text(text, timeout=WITHIN_MS)


def accessible(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert not found.response["violations"], found.generate_report()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@contextmanager
def unmoved(page: Page) -> Iterator[None]:
    """Nothing of the diagram changes its place."""
    places = "[...document.querySelectorAll('#diagram .arrow > path')].map((each) => each.getAttribute('d')).join()"
    before = page.evaluate(places)
    yield
    assert page.evaluate(places) == before


def test_arrows_fill_in_while_the_trace_grows(
    serve: Serve, open_page: Open, tmp_path: Path, screenshots: Screenshots
) -> None:
    written = Written(tmp_path / "report")
    server = serve(written)
    page = open_page(WIDE, reduced_motion="reduce")
    page.goto(server.url)
    says(page, "Waiting for somebody to press Execute")
    told(page, 1, "waiting")
    with unmoved(page):
        written.upto(written.before("stimulus") + 1)
        told(page, 2, "seen")
        says(page, "Under way. Nothing is wrong so far.")
        written.upto(200)
        drawn(page, 21, "seen newest")
        drawn(page, 30, "pending")
        accessible(page)
        screenshots.compare(page, "live")
        written.upto()
        says(page, "Pass. Every demanded arrow was seen")
    told(page, 26, "follows")
    expect(page.locator("#progress")).to_have_text("30 of 30 arrows seen")
    expect(page.locator("#said")).to_contain_text("Pass.")
    accessible(page)


def test_a_phone_has_the_list_first_and_no_overflow(
    serve: Serve, open_page: Open, tmp_path: Path, screenshots: Screenshots
) -> None:
    written = Written(tmp_path / "report")
    written.upto(200)
    page = open_page(NARROW, has_touch=True, is_mobile=True, reduced_motion="reduce")
    page.goto(serve(written).url)
    told(page, 16, "seen")
    fits(page)
    screenshots.compare(page, "live-narrow")
    page.locator("[data-item='3']").tap()
    expect(page.get_by_role("dialog").get_by_role("heading", level=3).last).to_have_text("Messages: 2")
    fits(page)
    accessible(page)


def test_what_is_wrong_turns_red_and_tells_why(
    serve: Serve, open_page: Open, tmp_path: Path, screenshots: Screenshots
) -> None:
    written = Written(tmp_path / "report")
    written.without(lambda event: event["edge"] == "ansible-runner>insights-client")
    written.upto(written.before("closed"))
    page = open_page(WIDE, reduced_motion="reduce", color_scheme="dark")
    page.goto(serve(written).url)
    told(page, 22, "waiting")
    says(page, "Under way")
    written.upto()
    told(page, 22, "missing")
    says(page, "Fail.")
    drawn(page, 22, "missing")
    expect(page.get_by_role("heading", name="What is wrong")).to_be_visible()
    accessible(page)
    screenshots.compare(page, "live-fail")
    page.locator("#diagram [data-arrow='22']").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The outcome demands it, and nobody saw it.")
    expect(dialog.locator(".finding")).to_contain_text(["missing, arrow 22"])
    expect(dialog).to_contain_text("No message of it was seen.")
    accessible(page)


def test_a_stored_trace_is_seen_at_any_moment_by_keyboard_alone(serve: Serve, open_page: Open, tmp_path: Path) -> None:
    written = Written(tmp_path / "report")
    written.upto()
    (written.path.parent / "index.html").write_text("<title>The report</title>")
    page = open_page(WIDE, reduced_motion="reduce")
    page.goto(serve(written).url)
    says(page, "Pass.")
    expect(page.get_by_role("link", name="the report")).to_be_visible()
    slider = page.get_by_label("Moment in the trace")
    slider.focus()
    page.keyboard.press("Home")
    says(page, "Waiting")
    for _ in range(4):
        page.keyboard.press("PageUp")
    says(page, "Under way.")
    told(page, 3, "seen")
    told(page, 30, "waiting")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "follow"
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.item") == "3"
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Messages: 2")).to_be_visible()
    expect(dialog.locator("summary")).to_contain_text(
        ["remediations-ui to remediations: request POST /", "response 201"]
    )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.item") == "3"
    page.get_by_role("button", name="Follow").press("Enter")
    says(page, "Pass.")
    page.locator("#play").press("Enter")
    says(page, "Waiting")
    expect(page.locator("#play")).to_have_text("Pause")
    page.get_by_label("Speed").select_option("10")
    says(page, "Pass.")
    expect(page.locator("#play")).to_have_text("Play")


def test_several_systems_are_chosen_from_and_the_end_of_the_server_is_said(
    serve: Serve, open_page: Open, tmp_path: Path
) -> None:
    written = Written(tmp_path / "report", "fleet")
    written.upto()
    server = serve(written)
    server.stays = False
    page = open_page(WIDE, reduced_motion="reduce")
    page.goto(server.url)
    says(page, "Pass.")
    told(page, 30, "seen")
    page.locator("#run").select_option(label="mail: a plan on three systems (pass)")
    told(page, 30, "not demanded")
    told(page, 3, "seen")
    server.end()
    expect(page.locator("#again")).to_contain_text(f"live {written.path.parent}")
    page.locator("[data-item='3']").click()
    expect(page.get_by_role("dialog")).to_contain_text("The server has ended with the run")
