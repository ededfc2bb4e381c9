from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.feature import flaws, read, scenarios


def write(folder: Path, text: str) -> Path:
    path = folder / "a.feature"
    path.write_text(f"Feature: A\n{text}")
    return path


def found(folder: Path, text: str) -> list[str]:
    path = write(folder, text)
    return [flaw.removeprefix(f"{path}:") for flaw in flaws(path)]


ONE = "  Scenario: one\n    When x\n"
OUTLINE = "  Scenario Outline: o\n    When <a> is <b>\n    Examples:\n      | a | b |\n      | 1 | 2 |\n"


@pytest.mark.parametrize(
    "text", [ONE, ONE + ONE.replace("one", "two"), OUTLINE, ONE.replace("x", "<x>"), "  Rule: r\n" + ONE]
)
def test_sound_features(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


@pytest.mark.parametrize("between", ["", "  Rule: r\n"])
def test_two_scenarios_of_one_name(tmp_path: Path, between: str) -> None:
    flaw = "another scenario here is called 'one' too, only one of them would run"
    second = 5 if between else 4
    assert found(tmp_path, ONE + between + ONE) == [f"2: {flaw}", f"{second + 0}: {flaw}"]


def test_a_scenario_without_steps(tmp_path: Path) -> None:
    assert found(tmp_path, "  Scenario: empty\n" + ONE) == ["2: the scenario 'empty' has no steps, it would pass"]


def test_a_background_is_no_step_of_the_scenario(tmp_path: Path) -> None:
    assert len(found(tmp_path, "  Background:\n    Given x\n  Scenario: empty\n")) == 1


@pytest.mark.parametrize("step", ["When <c>", 'When x\n      """\n      <c>\n      """', "When x\n      | <c> |"])
def test_a_placeholder_without_a_column(tmp_path: Path, step: str) -> None:
    assert found(tmp_path, OUTLINE.replace("When <a> is <b>", step)) == [
        "2: no column of the examples is called 'c', <c> would stay as it is"
    ]


def test_a_placeholder_of_the_background(tmp_path: Path) -> None:
    assert len(found(tmp_path, "  Background:\n    Given <c>\n" + OUTLINE)) == 1
    assert found(tmp_path, "  Background:\n    Given <a>\n" + OUTLINE) == []


@pytest.mark.parametrize("rest", ["", "    Examples:\n", "    Examples:\n      | a | b |\n"])
def test_an_outline_without_rows(tmp_path: Path, rest: str) -> None:
    assert "2: the outline 'o' has no row of examples, it would not run" in found(
        tmp_path, OUTLINE.partition("    Examples")[0] + rest
    )


def test_scenarios_of_rules_have_both_backgrounds(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "  Background:\n    Given x\n"
        + ONE
        + "  Rule: r\n    Background:\n      Given y\n"
        + ONE.replace("one", "two"),
    )
    assert [
        (scenario.name, [step.text for each in backgrounds for step in each.steps])
        for scenario, backgrounds in scenarios(read(path))
    ] == [("one", ["x"]), ("two", ["x", "y"])]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Scenaro: one", 3),
        ("Scenario The one", 3),
        ("Giben a plan", 3),
        ("And a plan", 3),
        ("| a | b |", 3),
        ("A plan on a system.", None),
        ("The plan on a system", None),
        ("Thus is a plan on a system.", None),
        ("Whoever reads this: it is a note.", None),
        ("Then", 3),
    ],
)
def test_a_line_that_is_read_as_a_description_and_was_meant_to_run(tmp_path, line, number):
    path = tmp_path / "a.feature"
    path.write_text(f"Feature: A\n\n  {line}\n    Given a plan\n  Scenario: two\n    Given a plan\n")
    told = [flaw for flaw in flaws(path) if "only a description" in flaw]
    expected = [] if number is None else [f"{path}:{number}: {line!r}"]
    # The step below is part of the description, too.
    found = [flaw.partition(" is only")[0] for flaw in told]
    assert found == (expected or [f"{path}:4: 'Given a plan'"])


def test_a_feature_without_a_scenario(tmp_path):
    path = tmp_path / "a.feature"
    path.write_text("Feature: A\n")
    assert flaws(path) == [f"{path}:1: there is no scenario in it: nothing would run"]
