import pytest

from hopcheck.catalogue.table import clauses_document, faults_document, rows, totals
from hopcheck.home import ROOT


@pytest.mark.parametrize(
    ("document", "name", "verb"),
    [(clauses_document, "clauses.md", "clauses"), (faults_document, "faults.md", "faults")],
)
def test_the_documentation_is_what_the_catalogue_says(book, document, name, verb):
    stale = f"make it anew: hopcheck {verb} --markdown > docs/{name}"
    assert (ROOT / "docs" / name).read_text() == document(book), stale


def test_every_clause_and_every_fault_has_a_row(book):
    rules, faults = clauses_document(book), faults_document(book)
    assert [name for name in book.clauses if f"| {name} |" not in rules] == []
    assert [name for name in book.faults if f"| `{name}` |" not in faults] == []


def test_rows_name_clause_rule_and_faults(book):
    _, head, *rule = rows(book, [book.clauses["STO-03"]], 60)
    assert head.split()[:2] == ["STO-03", "MUST"]
    assert "s3.serves-altered-bytes" in head
    assert " ".join(line.strip() for line in rule) == book.clauses["STO-03"].text
    assert all(len(line) <= 60 for line in rule)


def test_reasons_are_told_where_they_are_asked_for(book):
    clause = book.clauses["H-074"]
    assert clause.reason not in " ".join(line.strip() for line in rows(book, [clause], 60))
    assert clause.reason in " ".join(line.strip() for line in rows(book, [clause], 60, reasons=True))


def test_totals_add_up(book):
    clauses = list(book.clauses.values())
    counts = {line[:15].strip(): int(line[15:].split(":")[0]) for line in totals(book, clauses)}
    assert counts["all"] == len(clauses) == counts["without quirks"] + counts["QUIRK"]
    assert counts["without quirks"] == counts["MUST"] + counts["SHOULD"]
