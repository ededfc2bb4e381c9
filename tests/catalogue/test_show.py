from hopcheck.catalogue.show import clause_lines


def test_a_clause_in_full(book):
    text = "\n".join(clause_lines(book, book.clauses["H-003"], 200))
    for words in (
        "H-003  MUST",
        book.clauses["H-003"].text,
        "arrows     1, 6",
        "judged     contract",
        "broken by  rhc.retains-its-will",
        "run --all -k H-003",
    ):
        assert words in text


def test_why_nothing_judges_it(book):
    text = "\n".join(clause_lines(book, book.clauses["H-074"], 200))
    assert book.clauses["H-074"].reason in text
    assert "alone" not in text


def test_no_scenario_is_about_what_every_run_is_judged_by(book):
    assert "alone      hopcheck conform insights-client -k FLOW-002" in "\n".join(
        clause_lines(book, book.clauses["FLOW-002"], 200)
    )
