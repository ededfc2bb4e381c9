from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.selection import by_name, named, tags, unmatched, wrong

FEATURE = "@leg-1\nFeature: A\n  @arrow-03 @SRV-104\n  Scenario: user@host\n    When it is@all\n"


@pytest.fixture(autouse=True)
def features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "features/05-verify").mkdir(parents=True)
    (tmp_path / "features/05-verify/signed.feature").write_text(FEATURE)


def test_tags_are_those_of_lines_that_begin_so() -> None:
    assert tags(["features"]) == tags(["features/05-verify/signed.feature::x"]) == {"leg-1", "arrow-03", "SRV-104"}
    assert tags(["nowhere", "nowhere.feature"]) == set()


def test_a_scenario_is_found_by_its_tags_and_examples_and_not_by_its_sentences(tmp_path: Path) -> None:
    outline = (
        "  Scenario Outline: Asked\n    Then clause H-001 holds\n    Examples:\n      | clause |\n      | ING-02 |\n"
    )
    (tmp_path / "asked.feature").write_text(FEATURE + outline)
    assert named(tmp_path / "asked.feature") == {"leg-1", "arrow-03", "SRV-104", "clause", "ING-02"}


@pytest.mark.parametrize(
    ("paths", "expression", "said"),
    [
        (["features"], None, None),
        (["features"], "leg-1 and not (arrow-03 or SRV-104)", None),
        (["features/05-verify/signed.feature::test_x"], None, None),
        (
            ["features", "features/05-verfy"],
            None,
            "there is no features/05-verfy, meant is perhaps 'features/05-verify'",
        ),
        (["features"], "leg-1 or arow-03", "no tag 'arow-03' in these features, meant is perhaps 'arrow-03'"),
        (["features"], "SRV-1O4", "no tag 'SRV-1O4' in these features, meant is perhaps 'SRV-104'"),
        (["features"], "xyz", "no tag 'xyz' in these features"),
        (["x/y"], None, "there is no x/y: give a .feature file, or a directory of them"),
    ],
)
def test_what_is_not_there_is_said(paths: list[str], expression: str | None, said: str | None) -> None:
    assert wrong(paths, expression) == said


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("H-032", "H-032"),
        ("H-032 or H-033", "H-032 or H-033"),
        ("It still answers", "it_still_answers"),
        ("not (cannot be reached or H-032) and user's plan", "not ( cannot_be_reached or H-032 ) and users_plan"),
    ],
)
def test_words_side_by_side_are_a_piece_of_a_name(said: str, asked: str) -> None:
    assert by_name(said) == asked


def test_a_name_that_matches_nothing() -> None:
    assert unmatched(["features"], None) == "no scenario matches"
    assert unmatched(["features"], "srv-1O4") == "no scenario matches -k 'srv-1O4', meant is perhaps 'SRV-104'"
    assert unmatched(["features"], "leg-1 and xyz") == "no scenario matches -k 'leg-1 and xyz'"
