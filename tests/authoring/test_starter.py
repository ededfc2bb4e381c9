from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.authoring.diagnosis import matching
from hopcheck.authoring.lint import lint
from hopcheck.authoring.sentence import sentences
from hopcheck.authoring.starter import StarterError, chosen, file_name, starter
from hopcheck.authoring.vocabulary import vocabulary
from hopcheck.authoring.written import steps
from hopcheck.feature import read, scenarios
from hopcheck.home import FEATURES

DIAGRAM = vocabulary().diagram
LAST = len(DIAGRAM.arrows)
RANGES = [(first, last) for first in range(1, LAST + 1) for last in {first, min(first + 4, LAST), LAST}]


@pytest.mark.parametrize(("first", "last"), sorted(RANGES))
def test_each_range_is_clean_and_each_step_has_one_meaning(first: int, last: int, tmp_path: Path) -> None:
    path = tmp_path / "a.feature"
    path.write_text(starter("a", chosen(f"{first}-{last}", DIAGRAM), DIAGRAM))
    assert lint(path) == []
    ((scenario, _),) = scenarios(read(path))
    for step in steps(scenario):
        assert len(matching(step.keyword, step.text, sentences())) == 1
    assert [step.keyword for step in steps(scenario)] == ["Given", "When", *["Then"] * (last - first + 1)]
    assert [tag.name for tag in scenario.tags] == [f"@arrow-{number:02}" for number in range(first, last + 1)]


def test_it_says_what_the_kits_own_features_say() -> None:
    own = (FEATURES / "02-execute" / "execute.feature").read_text()
    steps_of_it = own.partition("    Given")[2].partition("\n\n")[0]
    made = starter("first-try", chosen("3-6", DIAGRAM), DIAGRAM)
    assert made.partition("    Given")[2] == f"{steps_of_it}\n"
    assert made.startswith(
        "@main\nFeature: First try\n  Arrows 3 to 6 of the sequence diagram.\n\n  @arrow-03 @arrow-04"
    )


def test_arrows_in_any_way_to_name_them() -> None:
    assert [arrow.number for arrow in chosen("11-12, 3,12", DIAGRAM)] == [3, 11, 12]
    assert "  Arrow 26 of the" in starter("a", chosen("26", DIAGRAM), DIAGRAM)
    assert "  Arrows 3, 11 and 12 of the" in starter("a", chosen("3,11-12", DIAGRAM), DIAGRAM)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0-3", "there is no arrow 0: the diagram has 1 to 30"),
        ("29-31", "there is no arrow 31: the diagram has 1 to 30"),
        ("7-3", "7-3 runs backwards: want 3-7"),
        ("", "are no arrows"),
        ("three", "'three' are no arrows: want for instance 3-7, or 1,3-5"),
        ("3-", "are no arrows"),
        ("1-99999999999", "there is no arrow 99999999999"),
    ],
)
def test_arrows_that_there_are_not(text: str, why: str) -> None:
    with pytest.raises(StarterError, match=why):
        chosen(text, DIAGRAM)


def test_names() -> None:
    assert file_name("first-try") == file_name("first-try.feature") == "first-try.feature"
    for name in ("../a", "a/b", "", "-a", ".feature", "a b"):
        with pytest.raises(StarterError, match="is no name for a feature"):
            file_name(name)


def test_two_arrows_of_the_same_words_cannot_be_told() -> None:
    from hopcheck.flow import parse

    twice = parse("sequenceDiagram\n  a->>b: x\n  a->>b: x\n")
    with pytest.raises(StarterError, match="arrow 1 cannot be told by its words: a to b: 'x' is arrow 1 and 2"):
        chosen("1", twice)
