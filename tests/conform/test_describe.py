from __future__ import annotations

import pytest

from hopcheck import cli
from hopcheck.catalogue.book import Book
from hopcheck.conform.describe import page
from hopcheck.home import CONTRACTS, ROOT
from hopcheck.topology.settings import ROLES


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.load(CONTRACTS)


@pytest.mark.parametrize("role", ROLES)
def test_each_page_is_current_and_has_every_clause_of_the_role(book, role):
    made = page(book, role, CONTRACTS)
    stale = f"make it anew: hopcheck roles {role} > docs/roles/{role}.md"
    assert (ROOT / "docs/roles" / f"{role}.md").read_text() == made, stale
    for clause in book.clauses.values():
        assert (f"| {clause.id} | {clause.level} |" in made) == (role in clause.roles)


def test_a_page_tells_what_is_given_and_what_must_be_answered(book):
    made = page(book, "ingress", CONTRACTS)
    for part in ("| `INGRESS_WEBPORT` |", "`POST /upload`", "`/api/ingress/v1`", "SIGTERM", "image:NAME", "`GET /`"):
        assert part in made
    assert "image:NAME" not in page(book, "rhc", CONTRACTS)


def test_the_verb_lists_roles_and_shows_one(capsys):
    assert cli.main(["roles"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(ROLES)
    assert cli.main(["roles", "s3"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs/roles/s3.md").read_text()
    assert cli.main(["roles", "inggress"]) == 2
    assert "'ingress'" in capsys.readouterr().err
