from __future__ import annotations

import re

import pytest

from hopcheck import cli
from hopcheck.authoring.sentence import sentences


def test_every_sentence_is_on_one_page_that_loads_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["steps", "--html"]) == 0
    page = capsys.readouterr().out
    assert page.count("<article>") == len(sentences())
    assert "<b>Then</b> clause {clause} holds" in page
    assert not re.findall(r"(?:src|href)=|url\(|@import", page)
