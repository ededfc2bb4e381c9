"""Pages in headless Chromium: no error may reach the console, and what a page says is compared with what it said."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.screenshot import Screenshots

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
KIT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = f"{Path(__file__).parent}/"
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "no Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        # Root, as in CI, has no sandbox of Chromium's.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Makes pages; anything on their console above a warning, or a script that fails, fails the test."""
    complaints: list[str] = []
    contexts = []

    def make(viewport: dict[str, int] = WIDE, **of_context: Any) -> Page:
        context = browser.new_context(viewport=viewport, locale="en-GB", timezone_id="UTC", **of_context)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def wide(open_page: Callable[..., Page]) -> Page:
    """A desk's window."""
    return open_page(WIDE)


@pytest.fixture
def narrow(open_page: Callable[..., Page]) -> Page:
    """A phone's."""
    return open_page(NARROW, has_touch=True, is_mobile=True)


@pytest.fixture
def screenshots() -> Screenshots:
    """Compares pages with the pictures of docs/screenshots, or renews those where RENEW_SCREENSHOTS is set."""
    renew = bool(os.environ.get("RENEW_SCREENSHOTS"))
    return Screenshots(KIT / "docs/screenshots", KIT / "tests/browser/expected", renew=renew)
