"""Working without a mouse."""

from __future__ import annotations

from playwright.sync_api import Page

FOCUSED = "document.activeElement.textContent.trim()"
FAR = 40


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus. Raises AssertionError where it is not to be reached."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(name):
            return
    raise AssertionError(f"{name!r} is not reached by Tab")


def press(page: Page, name: str) -> None:
    """Go there, then Enter."""
    tab_to(page, name)
    page.keyboard.press("Enter")
