from __future__ import annotations

import pytest

from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.events import exercise, lines
from hopcheck.checks.contracts.rule import Rule

SCHEMAS = """
any: {type: object, properties: {m: {x-clauses: [M]}}}
one: {required: [first], x-clauses: [F]}
"""


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "a.yaml").write_text(SCHEMAS)
    documents = Documents(tmp_path)
    return [Rule(documents, "schemas/a.yaml", (name,), ["X"]) for name in ("any", "one")]


@pytest.fixture
def check(rules):
    rule, first = rules
    return lambda data: [(b.place, b.clauses) for b in lines(data, rule, first, "c", "p", "r")]


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (b'{"first":1}\n{}\n', []),
        (b'{"first":1}\n{}', ["p"]),
        (b"{}\n{}\n", ["p.line[1]"]),
        (b'{"first":1}\n\n{}\n', ["p.line[2]"]),
        (b'[]\n{"a"\n1\n', ["p.line[1]", "p.line[2]", "p.line[3]"]),
        (b"", ["p", "p.line[1]"]),
    ],
)
def test_lines(check, data, places):
    assert check(data) == [(place, ("F",) if data == b"{}\n{}\n" else ("X",)) for place in places]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"{}\n", "FX"),
        (b'{}\n{}\n{"m":1}\n', "FMX"),
        (b"[]\n{}\n", "X"),
        (b'?\n{"m":1}\n', "MX"),
        (b"", "X"),
    ],
)
def test_exercised(rules, data, found):
    got: set[str] = set()
    exercise(data, *rules, got)
    assert "".join(sorted(got)) == found
