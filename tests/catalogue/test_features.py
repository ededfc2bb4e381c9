from dataclasses import replace

import pytest

from hopcheck.catalogue.features import ANSWERS, HOLDS, KEEPS, feature
from hopcheck.checks.cases import Case


def case(name, clauses=(), request=None, role="s3"):
    return Case(name, role, clauses, request, 200 if request else None, None, "something", "cases/s3.yaml")


@pytest.fixture
def told(book):
    """The feature of these cases."""
    return lambda *cases, role="s3": feature(replace(book, cases={each.id: each for each in cases}), role)


def test_a_role_without_cases_has_no_feature(told):
    assert told(case("one", ("STO-01",)), role="rhc") == ""


@pytest.mark.parametrize(
    ("one", "said", "row"),
    [
        (case("one", ("STO-01",), {}), [f"Then {ANSWERS}", f"And {HOLDS}"], "| one  | STO-01 |"),
        (case("one", (), {}), [f"Then {ANSWERS}"], "| one  |"),
        (case("one", ("STO-01",)), [f"Then {HOLDS}"], "| one  | STO-01 |"),
        (case("one"), [f"Then {KEEPS}"], "| one  |"),
    ],
)
def test_each_kind_of_case_says_what_must_hold(told, one, said, row):
    text = told(one)
    lines = [line.strip() for line in text.splitlines()]
    start = next(number for number, line in enumerate(lines) if line.startswith("When S3 is"))
    assert lines[start + 1 : start + 1 + len(said)] == said
    assert lines[-1] == row
    assert text.count("Scenario Outline") == 1


def test_a_case_has_a_row_for_each_clause_and_each_kind_its_own_outline(told):
    text = told(case("one", ("STO-01", "STO-02"), {}), case("two", (), {}), case("three", ("STO-01",)), case("four"))
    assert text.count("| one") == 2
    assert text.count("Scenario Outline") == 4


def test_who_is_no_participant_has_a_name_too(told):
    assert told(case("one", (), {}, "platform"), role="platform").startswith("@cases\nFeature: Platform services when")
