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
