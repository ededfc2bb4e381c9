from dataclasses import replace

import pytest

from hopcheck.checks.clause import NOWHERE


def test_a_clause_is_broken_by_the_faults_that_it_catches(book):
    faults = book.broken_by(book.clauses["STO-03"])
    assert [fault.id for fault in faults] == ["s3.serves-altered-bytes", "s3.serves-as-another-type"]
    assert book.covered(book.clauses["STO-03"])


def test_arrows_are_those_on_its_hops(book):
    assert book.arrows(book.clauses["H-003"]) == [1, 6]


def test_what_nothing_judges_is_not_covered(book):
    clause = book.clauses["H-074"]
    assert clause.judged == NOWHERE
    assert not book.covered(clause)


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({}, lambda clause, book: True),
        ({"roles": ["s3"]}, lambda clause, book: "s3" in clause.roles),
        ({"levels": ["QUIRK"]}, lambda clause, book: clause.level == "QUIRK"),
        ({"roles": ["rhc"], "levels": ["MUST"]}, lambda clause, book: "rhc" in clause.roles and clause.level == "MUST"),
        ({"not_covered": True}, lambda clause, book: not book.covered(clause)),
    ],
)
def test_selection(book, asked, holds):
    chosen = list(book.select(**asked))
    assert chosen
    assert chosen == [clause for clause in book.clauses.values() if holds(clause, book)]


@pytest.mark.parametrize(
    ("clause", "modes"),
    [("STO-03", ["passive"]), ("SRV-001", ["passive", "active"]), ("CON-12", ["active"]), ("H-074", [])],
)
def test_modes(book, clause, modes):
    assert book.modes(book.clauses[clause]) == modes


def test_a_case_without_a_request_breaks_nothing(book):
    asked = next(case for case in book.cases.values() if case.request is not None)
    clause = book.clauses[asked.clauses[0]]
    faced = replace(book, cases={"faced": replace(asked, request=None)}, faults={})
    assert faced.modes(clause)[-1] == "active"
    assert not faced.covered(clause)
