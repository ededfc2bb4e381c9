from __future__ import annotations

import pytest

from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.rule import Rule, shown

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
SCHEMAS = """
root:
  type: object
  x-clauses: [A]
  required: [id, own]
  additionalProperties: false
  properties:
    id: {$ref: '#/uuid', x-clauses: [B]}
    deep: {properties: {n: {type: integer}}}
    own: {x-clauses: [C]}
    bytes: {type: string, format: byte}
    small: {type: integer, format: int32}
uuid: {type: string, format: uuid}
bad: {type: strin}
"""


@pytest.fixture
def documents(tmp_path):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "a.yaml").write_text(SCHEMAS)
    return Documents(tmp_path)


@pytest.mark.parametrize(
    ("value", "place", "expected", "got", "clauses"),
    [
        ({"id": "x", "own": 1}, "here.id", 'format "uuid"', '"x"', ("B",)),
        ({"own": 1, "id": ID, "deep": {"n": "1"}}, "here.deep.n", 'type ["integer"]', '"1"', ("A",)),
        ({"id": ID}, "here", "member own", "missing", ("C",)),
        ({"own": 1}, "here", "member id", "missing", ("B",)),
        ({"own": 1, "id": ID, "x": 1}, "here", "no other member", "x", ("A",)),
        ({"own": 1, "id": ID, "bytes": "?"}, "here.bytes", 'format "byte"', '"?"', ("A",)),
        ({"own": 1, "id": ID, "small": 2**31}, "here.small", "maximum 2147483647", "2147483648", ("A",)),
    ],
)
def test_breach_says_where_what_and_which_clause(documents, value, place, expected, got, clauses):
    (found,) = Rule(documents, "schemas/a.yaml", ("root",), ["fallback"]).breaches(value, "c", "here", "rhc")
    assert (found.place, found.expected, found.got, found.clauses, found.role) == (place, expected, got, clauses, "rhc")


def test_clauses_of_the_surrounding_hold_where_the_schema_has_none(documents):
    (found,) = Rule(documents, "schemas/a.yaml", ("uuid",), ["fallback"]).breaches(1, "c", "here", None)
    assert found.clauses == ("fallback",)


def test_good_value(documents):
    assert Rule(documents, "schemas/a.yaml", ("uuid",)).breaches(ID, "c", "p", None) == []


@pytest.mark.parametrize("pointer", [("bad",), ("none",)])
def test_bad_schema(documents, pointer):
    with pytest.raises(ContractError, match=r"schemas/a\.yaml: .*#"):
        Rule(documents, "schemas/a.yaml", pointer)


def test_shown_is_short():
    assert len(shown("x" * 500)) == 120


@pytest.mark.parametrize(
    ("value", "found"),
    [({}, {"fallback", "A", "B", "C"}), ({"own": 1, "id": ID}, {"fallback", "A", "B", "C"}), (1, {"fallback", "A"})],
)
def test_exercised(documents, value, found):
    rule, got = Rule(documents, "schemas/a.yaml", ("root",), ["fallback"]), set()
    rule.exercise(value, got)
    assert got == found
    assert rule.reach == {"fallback", "A", "B", "C"}
