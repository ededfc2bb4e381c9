from __future__ import annotations

import pytest

from hopcheck.report.page.text import asset, command, counted, text


def test_text_is_never_markup_nor_control_nor_endless() -> None:
    assert text("<b>\x1b[2J\u202e") == "&lt;b&gt;\\x1b[2J\\u202e"
    assert text("x" * 10, 4) == "xxxx … of 10 characters"


@pytest.mark.parametrize(("count", "said"), [(0, "0 findings"), (1, "1 finding"), (1234, "1,234 findings")])
def test_numbers_are_said(count: int, said: str) -> None:
    assert counted(count, "finding") == said


def test_a_command_can_be_copied() -> None:
    assert "<code" in command("a 'b'")
    assert "a &#x27;b&#x27;" in command("a 'b'")


@pytest.mark.parametrize("name", ["style.css", "data.js", "page.html"])
def test_what_the_page_is_made_of_is_there(name: str) -> None:
    assert asset(name)
