from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from hopcheck.authoring.lint import Problem, features, lint
from hopcheck.authoring.vocabulary import vocabulary
from hopcheck.home import FEATURES

GOOD = """\
@main
Feature: A
  @arrow-06
  Scenario: one
    Given a plan with two issues on every connected system
    When the user presses Execute
    Then Cloud Connector sends "execute playbook request" to rhc
"""


def told(folder: Path, text: str, *tags: str) -> list[Problem]:
    path = folder / "a.feature"
    path.write_text(textwrap.dedent(text), "utf-8")
    return lint(path, tags)


def only(folder: Path, old: str, new: str) -> tuple[int, str, tuple[str, ...]]:
    """What is told of the good feature with a change."""
    assert old in GOOD
    (problem,) = told(folder, GOOD.replace(old, new))
    return problem.line, problem.wrong, problem.fixes


@pytest.mark.parametrize("path", features([FEATURES]), ids=lambda path: str(path.relative_to(FEATURES)))
def test_each_feature_of_the_kit_is_clean(path: Path) -> None:
    assert lint(path) == []


def test_a_good_feature(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD) == []


def test_a_step_that_there_is_not_with_the_authors_own_values(tmp_path: Path) -> None:
    last = 'Cloud Connector sends "execute playbook request" to rhc'
    line, wrong, fixes = only(tmp_path, last, 'the log of web say "all is well"')
    assert (line, wrong) == (7, "there is no step Then 'the log of web say \"all is well\"'")
    assert fixes[0] == 'did you mean: the log of web says "all is well"'


def test_a_clause_that_nothing_judges_is_told_with_the_reason(tmp_path: Path) -> None:
    last = 'Cloud Connector sends "execute playbook request" to rhc'
    line, wrong, _ = only(tmp_path, last, "clause H-042 holds")
    assert (line, wrong.partition(": ")[0]) == (7, "nothing judges clause H-042")
    assert "features/security/bus.feature asserts it" in wrong


def test_a_status_that_the_api_has_not_is_told_with_those_that_it_has(tmp_path: Path) -> None:
    last = 'Cloud Connector sends "execute playbook request" to rhc'
    _, wrong, fixes = only(tmp_path, last, 'the UI shows "in progress"')
    assert wrong == "there is no status 'in progress'"
    assert fixes[0] == 'did you mean: the UI shows "pending"'
    assert fixes[-1] == "{status} is one of: pending; running; success; failure; canceled"
    *_, unknown = told(tmp_path, GOOD.replace(last, 'the UI was shown web as "conected"'))
    assert unknown.wrong == "there is no connection 'conected'"
    assert unknown.fixes[0] == 'did you mean: the UI was shown web as "connected"'


def test_an_arrow_that_there_is_not(tmp_path: Path) -> None:
    line, wrong, fixes = only(tmp_path, "execute playbook request", "execute the playbook")
    assert (line, wrong) == (7, "the diagram has no arrow 'execute the playbook' from Cloud Connector to rhc")
    assert fixes[0] == 'did you mean: Cloud Connector sends "execute playbook request" to rhc'
    _, wrong, fixes = only(tmp_path, "Cloud Connector", "The Connector")
    assert wrong == "nobody in the diagram is called 'The Connector'"
    assert fixes[0] == 'did you mean: Cloud Connector sends "execute playbook request" to rhc'


def test_a_clause_that_there_is_not_is_looked_for_among_the_tags_first(tmp_path: Path) -> None:
    arrow = 'Cloud Connector sends "execute playbook request" to rhc'
    (problem,) = told(tmp_path, GOOD.replace("@arrow-06", "@H-023").replace(arrow, "clause H-02 holds"))
    assert (problem.line, problem.wrong) == (7, "there is no clause 'H-02'")
    assert "clause H-023 holds" in problem.fixes[0] + problem.fixes[1]


@pytest.mark.parametrize(
    ("step", "wrong", "fix"),
    [
        (
            "Given a plan on a machine whose rhc restarts",
            "there is no machine 'whose rhc restarts'",
            "whose rhc systemd",
        ),
        ("Given its rhc is kiled", "there is no disturbance 'its rhc is kiled'", "its rhc is killed"),
        ('Then the run ends as "completed"', "there is no outcome 'completed'", 'ends as "complete"'),
        ('When rhc is faced with "a pong"', "rhc has no case 'a pong'", 'rhc is faced with "a ping"'),
        ("When nothing is executed", "'nothing is executed' is no When", "it is a Then"),
        (
            "Given a plan on these systems",
            "'a plan on these systems' has no table",
            "hopcheck steps a plan on",
        ),
    ],
)
def test_what_is_wrong_with_a_step(tmp_path: Path, step: str, wrong: str, fix: str) -> None:
    end = "    Then nothing is executed\n"
    (problem,) = told(tmp_path, f"@containers\nFeature: A\n  Scenario: one\n    {step}\n{end}")
    assert (problem.line, problem.wrong) == (4, wrong)
    assert fix in problem.fixes[0]


@pytest.mark.parametrize(
    ("tag", "fix"),
    [("arrow-6", "@arrow-06"), ("H-2", "@H-002"), ("man", "@main"), ("container", "@containers")],
)
def test_a_tag_that_there_is_not(tmp_path: Path, tag: str, fix: str) -> None:
    line, wrong, fixes = only(tmp_path, "@arrow-06", f"@{tag}")
    assert (line, wrong) == (3, f"there is no tag @{tag}")
    assert fixes[0] == f"did you mean: {fix}"
    assert told(tmp_path, GOOD.replace("@arrow-06", f"@{tag}"), tag) == []


def test_a_scenario_that_asserts_nothing(tmp_path: Path) -> None:
    line, wrong, _ = only(tmp_path, "    Then Cloud", "    #Cloud")
    assert (line, wrong) == (4, "the scenario 'one' has no Then: nothing is asserted")
    rest = GOOD.partition("  @arrow-06")[2]
    background = f"Feature: A\n  Background:\n    Then nothing is executed\n  @arrow-06{rest}"
    assert told(tmp_path, background.replace("    Then Cloud", "    #Cloud")) == []


def test_a_step_that_can_be_read_in_two_ways(tmp_path: Path) -> None:
    last = 'Cloud Connector sends "execute playbook request" to rhc'
    _, wrong, fixes = only(tmp_path, last, 'the log says "rhc sends "x" to S3"')
    assert wrong.endswith("""can be read as '{source} sends "{text}" to {target}' and as 'the log says "{text}"'""")
    assert fixes == ("write it so that only one of them fits",)


OUTLINE = """\
Feature: A
  Scenario Outline: o
    When rhc is faced with "<case>"
    Then clause <clause> holds
    Examples:
      | case                    | clause |
      | a ping                  | H-018  |
      | a command to disconnect | H-019  |
"""


def test_outlines(tmp_path: Path) -> None:
    assert told(tmp_path, OUTLINE) == []
    (step,) = told(tmp_path, OUTLINE.replace("is faced", "is face"))
    assert (step.line, step.wrong) == (3, "there is no step When 'rhc is face with \"<case>\"'")
    assert step.fixes[0] == 'did you mean: rhc is faced with "<case>"'
    (row,) = told(tmp_path, OUTLINE.replace("H-019", "H-819"))
    assert (row.line, row.wrong) == (8, "there is no clause 'H-819'")
    (lost,) = told(tmp_path, OUTLINE.replace("clause <clause>", "clause"))
    assert (lost.line, lost.fixes[0]) == (4, "did you mean: clause <clause> holds")
    (somebody,) = told(tmp_path, OUTLINE.replace("rhc is", "rch is"))
    assert (somebody.line, somebody.fixes[0]) == (3, 'did you mean: rhc is faced with "<case>"')
    (column,) = told(tmp_path, OUTLINE.replace("<case>", "<cse>"))
    assert column.line == 3
    assert column.wrong.startswith("no column of the examples is called 'cse'")
    assert column.fixes[0] == 'did you mean: rhc is faced with "<case>"'


BACKGROUND = """\
@containers
Feature: A
  Background:
    Given a plan on a machine <kind>
    And its rhc is kiled
  Scenario Outline: o
    When the user presses Execute
    Then nothing is executed
    Examples:
      | kind                       |
      | whose rhc systemd restarts |
      | whose rhc restarts         |
  Scenario Outline: p
    When the user presses Execute
    Then clause <clause> holds
    Examples:
      | kind                       | clause |
      | whose rhc systemd restarts | H-018  |
"""


def test_a_background_is_read_with_each_outline_and_told_once(tmp_path: Path) -> None:
    found = told(tmp_path, BACKGROUND)
    assert [(each.line, each.wrong) for each in found] == [
        (5, "there is no disturbance 'its rhc is kiled'"),
        (12, "there is no machine 'whose rhc restarts'"),
    ]


def test_what_pytest_bdd_passes_over_is_told_too(tmp_path: Path) -> None:
    twice = GOOD + GOOD.partition("\n  @arrow-06\n")[2]
    assert [each.line for each in told(tmp_path, twice)] == [4, 8]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "there is no feature in it"),
        ("nonsense", "this is no Gherkin"),
        ("Feature: A\n  Scenario: s\n    And x\n", "x"),
    ],
)
def test_what_is_no_feature(tmp_path: Path, text: str, wrong: str) -> None:
    problems = told(tmp_path, text)
    assert any(wrong in each.wrong for each in problems)
    assert all(each.line >= 1 for each in problems)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.feature"
    path.write_bytes(b"Feature: \xff")
    assert [each.wrong for each in lint(path)] == ["this is no UTF-8: invalid start byte at byte 9"]


def test_a_problem_in_words(tmp_path: Path) -> None:
    assert str(Problem("a.feature", 3, "wrong", ("this", "that"))) == "a.feature:3: wrong\n    this\n    that"


def test_where_features_are(tmp_path: Path) -> None:
    for name in ("b.feature", "a.feature"):
        (tmp_path / name).write_text(GOOD)
    assert features([tmp_path, tmp_path / "a.feature"]) == [tmp_path / "a.feature", tmp_path / "b.feature"]
    for path in (tmp_path / "none", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(FileNotFoundError, match=r"there is no (feature in it|.*none)"):
            features([path])


MACHINE = """\
Feature: A
  Scenario: one
    Given a plan on one machine
    When the user presses Execute
    Then the playbook is started once
"""


def test_what_only_a_machine_can_do_wants_the_tag(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, MACHINE)
    assert (problem.line, problem.wrong) == (3, "only a machine can do this, and 'one' is not tagged @containers")
    assert problem.fixes == ("write @containers above the scenario",)


@pytest.mark.parametrize("place", ["Feature: A", "  Scenario: one"])
def test_the_tag_may_stand_at_the_feature_or_the_scenario(tmp_path: Path, place: str) -> None:
    assert told(tmp_path, MACHINE.replace(place, f"@containers\n{place}")) == []


def test_a_column_that_no_step_names(tmp_path: Path) -> None:
    text = """\
        Feature: A
          Scenario Outline: one
            Given a plan with two issues on every connected system
            When the user presses Execute
            Then clause <clause> holds
            Examples:
              | clause  | remark |
              | SRV-104 | good   |
        """
    (problem,) = told(tmp_path, text)
    assert (problem.line, problem.wrong) == (6, "no step names the column 'remark'")


def test_a_tag_of_the_authors_is_unknown_wherever_the_feature_lies() -> None:
    """In a checkout the authors' features lie among the kit's."""
    arrows = {f"arrow-{number:02}" for number in range(1, 31)}
    words = vocabulary()
    assert words.tags == {"main", "cases", "containers"} | arrows | {*words.values["clause"], *words.unjudged}


PLAN = """\
Feature: A
  Scenario: one
    Given a plan on these systems
      | system | connection    | issues | outcome       |
      | web    | connected     | config | complete      |
      | mail   | not connected | config | not_connected |
    When the user presses Execute
    Then the run on web ends as "complete"
    And nothing is executed on mail
"""
COLUMNS = "they have to be system, connection, issues, outcome"


@pytest.mark.parametrize(
    ("old", "new", "line", "wrong", "fix"),
    [
        ("system |", "host   |", 4, "the table's columns are host, connection, issues, outcome", COLUMNS),
        (" connected     |", " online        |", 5, "web: there is no connection 'online'", "connected; not connected"),
        ("config | not", "confg  | not", 6, "mail: there is no issue 'confg'", "config; message of the day;"),
        ("| complete ", "| success  ", 5, "web: there is no outcome 'success'", "complete; failed; not_connected"),
        ("| mail ", "| web  ", 5, "two systems are called 'web'", "its own name"),
        ("| mail ", "| Mail ", 6, "'Mail' is no name of a system", "a-z"),
        ("executed on mail", "executed on mial", 9, "the plan has no system 'mial'", "did you mean: mail"),
    ],
)
def test_the_systems_of_a_plan(tmp_path: Path, old: str, new: str, line: int, wrong: str, fix: str) -> None:
    assert told(tmp_path, PLAN) == []
    assert old in PLAN
    found = [each for each in told(tmp_path, PLAN.replace(old, new)) if each.line == line]
    assert [each.wrong for each in found] == [wrong]
    assert fix in found[0].fixes[0]


def test_systems_of_an_outline_and_of_a_plan_that_names_none(tmp_path: Path) -> None:
    outline = PLAN.replace("Scenario:", "Scenario Outline:").replace("config | complete", "<issue> | complete")
    outline += "    Examples:\n      | issue  |\n      | config |\n      | confg  |\n"
    (row,) = told(tmp_path, outline)
    assert (row.line, row.wrong) == (5, "web: there is no issue 'confg'")
    nameless = GOOD.replace('Cloud Connector sends "execute playbook request" to rhc', "nothing is executed on web")
    (step,) = told(tmp_path, nameless)
    assert (step.line, step.wrong) == (7, "no system of this plan has a name, 'web' neither")
    assert "a plan on these systems" in step.fixes[0]


def test_where_a_value_is_wrong_the_sentence_is_the_right_one(tmp_path: Path) -> None:
    last = 'Cloud Connector sends "execute playbook request" to rhc'
    _, _, fixes = only(tmp_path, last, 'rhc sends "playbook file request" to Ingress')
    assert fixes[0] == 'did you mean: rhc sends "playbook file request" to Remediations API'
    assert all(" sends " in fix for fix in fixes)
    _, _, fixes = only(tmp_path, last, 'the run ends as "success"')
    assert fixes[-1].startswith("{outcome} is one of: complete; ")


@pytest.mark.parametrize("quoted", ["'no such host'", "\u201cno such host\u201d", "no such host"])
def test_quotes_that_are_none(tmp_path: Path, quoted: str) -> None:
    last = 'Cloud Connector sends "execute playbook request" to rhc'
    _, _, fixes = only(tmp_path, last, f"the log says {quoted}")
    assert fixes[0] == 'did you mean: the log says "no such host"'
