from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck import cli
from hopcheck.authoring.lint import features
from hopcheck.authoring.sentence import sentences
from hopcheck.authoring.unused import unused
from hopcheck.home import FEATURES

OUTLINE = """\
Feature: A
  Scenario Outline: one
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then the run ends as "<outcome>"
    Examples:
      | outcome  |
      | complete |
"""


def test_the_kit_uses_all_of_its_own() -> None:
    assert unused(features([FEATURES])) == []


def test_what_a_feature_does_not_say(tmp_path: Path) -> None:
    path = tmp_path / "a.feature"
    path.write_text(OUTLINE)
    left = unused([path])
    assert len(left) == len(sentences()) - 3
    assert "arrow_is_seen" in {each.function for each in left}


@pytest.mark.parametrize("text", ["", "nonsense"])
def test_what_is_no_feature_uses_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.feature"
    path.write_text(text)
    assert len(unused([path])) == len(sentences())


def test_they_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.feature"
    path.write_text(OUTLINE)
    assert cli.main(["lint", "--unused", str(path)]) == 0
    assert "unused: Then nothing is executed\n" in capsys.readouterr().out
