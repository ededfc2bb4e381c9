import pytest

from hopcheck.catalogue.book import Book
from hopcheck.catalogue.features import feature
from hopcheck.home import CONTRACTS, FEATURES

BOOK = Book.load(CONTRACTS)


@pytest.mark.parametrize("role", sorted({case.role for case in BOOK.cases.values()}))
def test_the_scenarios_are_what_the_cases_say(role):
    stale = f"make it anew: hopcheck contracts features {role} > features/cases/{role}.feature"
    assert (FEATURES / "cases" / f"{role}.feature").read_text() == feature(BOOK, role), stale


def test_no_feature_is_left_over():
    assert {path.stem for path in (FEATURES / "cases").iterdir()} == {case.role for case in BOOK.cases.values()}
