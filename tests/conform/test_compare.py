from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hopcheck.conform.compare import compare
from hopcheck.conform.model import Component, Report
from hopcheck.conform.side_by_side import QUESTION, markdown, text

Make = Callable[..., Any]


@pytest.fixture
def clauses(make_clause: Make, make_failure: Make) -> Make:
    """Four clauses with these states; those that fail have a failure of their level."""

    def make(*states: str, level: str = "MUST") -> tuple[Any, ...]:
        return tuple(
            make_clause(
                f"ING-{n:02}",
                state,
                level=level,
                failures=(make_failure(clause=f"ING-{n:02}", level=level),) if state in ("fail", "skip") else (),
            )
            for n, state in enumerate(states, 1)
        )

    return make


def test_a_report_can_replace_itself(make_report: Make) -> None:
    found = compare(make_report(), make_report())
    assert (found.replaceable, found.differences, found.reasons, found.notes) == (True, (), (), ())


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ("pass", "fail", "ING-02 (MUST): A keeps it, B breaks it: expected 400, got 500"),
        ("pass", "skip", "ING-02 (MUST): A keeps it, B breaks it: why ING-02"),
        ("pass", "disabled", "ING-02 (MUST): A was put to the test, B was not: disabled, why ING-02"),
        ("pass", "not_exercised", "ING-02 (MUST): A was put to the test, B was not: not exercised, why ING-02"),
        ("fail", "not_exercised", "ING-02 (MUST): A was put to the test, B was not: not exercised, why ING-02"),
    ],
)
def test_what_speaks_against_it(make_report: Make, clauses: Make, a: str, b: str, reason: str) -> None:
    found = compare(make_report(*clauses("pass", a)), make_report(*clauses("pass", b)))
    assert found.reasons == (reason,)
    assert [(each.clause, each.a, each.b) for each in found.differences] == [("ING-02", a, b)]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("fail", "fail"),
        ("fail", "pass"),
        ("fail", "skip"),
        ("skip", "fail"),
        ("skip", "pass"),
        ("disabled", "pass"),
        ("disabled", "fail"),
        ("not_exercised", "fail"),
        ("not_exercised", "disabled"),
    ],
)
def test_what_does_not(make_report: Make, clauses: Make, a: str, b: str) -> None:
    found = compare(make_report(*clauses("pass", a)), make_report(*clauses("pass", b)))
    assert found.reasons == ()
    assert len(found.differences) == (a != b)


@pytest.mark.parametrize(("level", "b"), [("SHOULD", "fail"), ("QUIRK", "fail"), ("QUIRK", "not_exercised")])
def test_less_than_a_must_may_be_broken(
    make_report: Make, clauses: Make, make_clause: Make, level: str, b: str
) -> None:
    must = make_clause("ING-99")
    found = compare(make_report(must, *clauses("pass", level=level)), make_report(must, *clauses(b, level=level)))
    assert found.reasons == ()
    assert [each.b for each in found.differences] == [b]


def test_an_error_proves_nothing(make_report: Make) -> None:
    bad = make_report(troubles=("no port",))
    assert compare(make_report(), bad).reasons == ("B's report ends in an error: it proves nothing",)
    assert compare(bad, make_report()).reasons == ("A's report ends in an error: it proves nothing",)


def test_other_roles_and_contracts_cannot_be_compared(make_report: Make, clauses: Make) -> None:
    assert compare(make_report(), make_report(*clauses("fail"), role="s3")).reasons == (
        "A is a report of ingress, B of s3",
    )
    assert compare(make_report(), make_report(contracts="sha256:" + "01" * 32)).reasons == (
        "the reports are of different contracts: A of cdcdcdcdcdcd, B of 010101010101",
    )


def test_a_clause_that_b_does_not_know_speaks_against_it(make_report: Make, clauses: Make) -> None:
    two, three = clauses("pass", "pass"), clauses("pass", "pass", "pass")
    found = compare(make_report(*three), make_report(*two))
    assert found.reasons == ("ING-03: B's report does not know it",)
    assert compare(make_report(*two), make_report(*three)).reasons == ()
    assert [(each.a, each.b) for each in found.differences] == [("pass", None)]


def test_what_breaks_no_clause_counts_where_it_is_new(make_report: Make, make_failure: Make) -> None:
    lost, missing = make_failure(kind="lost", clause=None, arrow=None), make_failure(kind="missing", clause=None)
    found = compare(make_report(others=(lost,)), make_report(others=(lost, missing, missing)))
    assert found.reasons == (
        "beside clauses: MISSING arrow 17 [ingress] an arrow that the outcome demands was not seen",
    )
    advice = make_failure(kind="missing", clause=None, level="SHOULD")
    assert compare(make_report(), make_report(others=(advice,))).reasons == ()


def test_notes_do_not_decide(make_report: Make, clauses: Make) -> None:
    a = make_report(*clauses("pass", "fail"), capabilities=("core", "satellite"))
    b = make_report(*clauses("pass", "fail"), kit="0.2.0", runtime="containers", capabilities=("core", "cancel"))
    found = compare(a, b)
    assert found.replaceable
    assert found.notes == (
        "made by different kits, whose neighbours may differ: A by 0.1.0, B by 0.2.0",
        "made in different runtimes: A in process, B in containers",
        "B declares more: cancel",
        "B does not declare: satellite",
        "A does not conform itself",
        "B does not conform itself",
    )


def test_side_by_side(make_report: Make, clauses: Make) -> None:
    component = Component("ingress", "image", "mine:2", "", {"image": "sha256:12"})
    b: Report = make_report(*clauses("pass", "fail"), component=component)
    lines = text(compare(make_report(*clauses("pass", "pass")), b))
    rows = [line.split() for line in lines]
    assert ["component", "cmd", "./my-ingress", "--flag", "image", "mine:2"] in rows
    assert ["identity", "sha256", "abababababab", "image", "12"] in rows
    assert ["verdict", "pass", "fail"] in rows
    assert ["pass", "2", "1"] in rows
    assert ["not", "exercised", "0", "0"] in rows
    assert ["ING-02", "MUST", "pass", "fail", "The", "rule", "ING-02."] in rows
    assert "                 B: expected 400, got 500" in lines
    assert lines[-2:] == [
        f"{QUESTION} no",
        "  - ING-02 (MUST): A keeps it, B breaks it: expected 400, got 500",
    ]
    assert text(compare(b, b))[-1] == f"{QUESTION} yes"
    assert "no clause has another state" in text(compare(b, b))


def test_of_long_values_both_ends_are_shown(make_report: Make) -> None:
    given = [f"node /somewhere/{'x' * 1000}/{name}.mjs" for name in ("server", "faulty")]
    a, b = (make_report(component=Component("ingress", "cmd", each, "", {})) for each in given)
    (row,) = (line for line in text(compare(a, b)) if line.startswith("  component"))
    assert row.endswith("/faulty.mjs")
    assert "/server.mjs " in row
    assert row.count("cmd node /some…") == 2
    assert len(row) <= 2 + 14 + 1 + 42 + 1 + 42


def test_as_markdown(make_report: Make, clauses: Make) -> None:
    found = compare(make_report(*clauses("pass", "pass")), make_report(*clauses("pass", "fail"), kit="0.2.0"))
    lines = markdown(found)
    assert lines[:3] == [
        f"## {QUESTION} no",
        "",
        "- ING-02 (MUST): A keeps it, B breaks it: expected 400, got 500",
    ]
    assert "| verdict | pass | fail |" in lines
    assert "| ING-02 | MUST | pass | fail | The rule ING-02. | B: expected 400, got 500 |" in lines
    assert lines[-2] == "- made by different kits, whose neighbours may differ: A by 0.1.0, B by 0.2.0"


def test_hostile_text_breaks_neither(make_report: Make, make_clause: Make, make_failure: Make, hostile: str) -> None:
    hostile += "| a | **b** | [c](d) <b> ![e](f)"
    failure = make_failure(expected=hostile, got=hostile * 500)
    a = make_report(make_clause("ING-02", text=hostile), component=Component("ingress", hostile, hostile, hostile, {}))
    b = make_report(
        make_clause("ING-02", "fail", text=hostile, failures=(failure,)), others=(make_failure(kind=hostile),)
    )
    plain, table = text(compare(a, b)), markdown(compare(a, b))
    assert all(line.isprintable() for line in (*plain, *table))
    assert max(map(len, plain)) <= 220
    rows = [line for line in table if line.startswith("|")]
    assert {line.replace("\\\\", "").replace("\\|", "").count("|") for line in rows} == {4, 7}
    assert not [line for line in table if "<img" in line.replace("\\<", "")]
