import json

import pytest

from hopcheck import cli
from hopcheck.home import ROOT


def said(capsys, *arguments, expected=0):
    assert cli.main(arguments) == expected
    return capsys.readouterr()


def test_clauses_of_a_role(capsys, book):
    out = said(capsys, "clauses", "--role", "s3").out
    assert "STO-03" in out
    assert "SRV-104" not in out


def test_what_is_not_covered_says_why(capsys):
    out = said(capsys, "clauses", "--not-covered", "--role", "rhc").out
    assert "H-074" in out
    assert "RHSM lie outside" in out


def test_clauses_for_programs(capsys, book):
    found = {each["id"]: each for each in json.loads(said(capsys, "clauses", "--json").out)}
    assert set(found) == set(book.clauses)
    assert found["H-003"]["arrows"] == [1, 6]
    assert found["H-003"]["broken_by"] == ["rhc.retains-its-will"]


@pytest.mark.parametrize("arguments", [("--role", "nobody"), ("--level", "MAY")])
def test_unknown_names_are_refused_with_those_that_there_are(capsys, arguments):
    err = said(capsys, "clauses", *arguments, expected=2).err
    assert arguments[1] in err
    assert "there are" in err


def test_documents_are_written_to_stdout(capsys):
    assert said(capsys, "clauses", "--markdown").out == (ROOT / "docs/clauses.md").read_text()
    assert said(capsys, "faults", "--markdown").out == (ROOT / "docs/faults.md").read_text()


def test_lint_names_the_tools(capsys):
    out = said(capsys, "contracts", "lint").out
    assert "openapi-spec-validator" in out
    assert "asyncapi3" in out
    assert "no problems" in out


def test_lint_of_what_is_wrong(capsys, contracts):
    (contracts / "clauses/host.yaml").write_text("- id: H-001\n")
    done = said(capsys, "contracts", "lint", str(contracts), expected=1)
    assert "host.yaml:1: H-001: lacks" in done.out
    assert "problems" in done.err


def test_lint_of_nothing(capsys, tmp_path):
    assert "there is no " in said(capsys, "contracts", "lint", str(tmp_path / "none"), expected=2).err


def test_list_counts_operations(capsys):
    [line] = [
        line for line in said(capsys, "contracts", "list").out.splitlines() if "openapi/remediations.yaml" in line
    ]
    assert line.split() == ["openapi/remediations.yaml", "12"]


def test_show(capsys):
    assert "broken by  rhc.retains-its-will" in said(capsys, "contracts", "show", "H-003").out
    assert "hopcheck clauses" in said(capsys, "contracts", "show", "H-999", expected=2).err


def test_coverage(capsys):
    trace = str(ROOT / "tests/corpus/not_connected/trace.jsonl")
    assert "arrows: 1 of 30 exercised" in said(capsys, "contracts", "coverage", trace).out
    assert "arrows: 1 of 30" in said(capsys, "contracts", "coverage", "--complete", trace, expected=1).out
    assert "none.jsonl" in said(capsys, "contracts", "coverage", "none.jsonl", expected=2).err


def test_clauses_with_what_became_of_them_in_a_run(capsys):
    trace = str(ROOT / "tests/corpus/complete/trace.jsonl")
    out = said(capsys, "clauses", "--role", "s3", "--trace", trace).out
    assert "[pass]" in out
    assert "both" in out.splitlines()[-1]
    assert "none.jsonl" in said(capsys, "clauses", "--trace", "none.jsonl", expected=2).err
