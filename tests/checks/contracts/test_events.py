from __future__ import annotations

import pytest

from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.events import lines
from hopcheck.checks.contracts.rule import Rule


@pytest.fixture
def check(tmp_path):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "a.yaml").write_text("any: {type: object}\none: {required: [first]}\n")
    documents = Documents(tmp_path)
    rule, first = (Rule(documents, "schemas/a.yaml", (name,), ["X"]) for name in ("any", "one"))
    return lambda data: [(b.place, b.clauses) for b in lines(data, rule, first, "c", "p", "r")]


@pytest.mark.parametrize(("data", "places"), [
    (b'{"first":1}\n{}\n', []),
    (b'{"first":1}\n{}', ["p"]),
    (b'{}\n{}\n', ["p.line[1]"]),
    (b'{"first":1}\n\n{}\n', ["p.line[2]"]),
    (b'[]\n{"a"\n1\n', ["p.line[1]", "p.line[2]", "p.line[3]"]),
    (b"", ["p", "p.line[1]"]),
])
def test_lines(check, data, places):
    assert check(data) == [(place, ("X",)) for place in places]
