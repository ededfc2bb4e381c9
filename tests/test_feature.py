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
    "text", [ONE, ONE + ONE.replace("one", "two"), OUTLINE, ONE.replace("x", "<x>"), "  Rule: r\n" + ONE, ""]
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
