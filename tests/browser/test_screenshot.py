from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.screenshot import Screenshots, steady

PAGE = "<main style='font: 16px sans-serif'><h1>{}</h1><p>at 2026-11-26T10:00:00Z</p><button>{}</button></main>"


@pytest.fixture
def known(tmp_path: Path, wide: Page) -> Screenshots:
    wide.set_content(PAGE.format("Plans", "Execute"))
    Screenshots(tmp_path, tmp_path, renew=True).compare(wide, "page")
    return Screenshots(tmp_path, tmp_path)


def test_the_same_page_at_another_time_is_alike(known: Screenshots, wide: Page) -> None:
    wide.set_content(PAGE.format("Plans", "Execute").replace("10:00", "11:23"))
    known.compare(wide, "page")


@pytest.mark.parametrize(
    "change",
    [lambda text: text.replace("Execute", "Start"), lambda text: text.replace("<h1>Plans</h1>", "")],
    ids=["other words", "a heading less"],
)
def test_other_words_are_told(known: Screenshots, wide: Page, change: Callable[[str], str]) -> None:
    wide.set_content(change(PAGE.format("Plans", "Execute")))
    with pytest.raises(AssertionError, match="RENEW_SCREENSHOTS"):
        known.compare(wide, "page")


@pytest.mark.parametrize("style", ["main { margin-top: 300px }", "button { background: black; padding: 40px }"])
def test_the_same_words_elsewhere_are_told(known: Screenshots, wide: Page, style: str) -> None:
    wide.add_style_tag(content=style)
    with pytest.raises(AssertionError, match=r"of 255"):
        known.compare(wide, "page")


def test_what_differs_from_run_to_run_is_alike() -> None:
    assert steady("run 0b1ce40c-27c5-4f0f-a7ab-2f6d2d7d7f0b took 5.25 s") == "run <uuid> took <number> s"
    assert steady("12 systems") == "12 systems"
