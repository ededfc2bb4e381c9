from __future__ import annotations

import pytest

from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts import parameter as subject
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.parameter import KEPT, Parameter, credentials

TEXT = """
p:
  - {name: n, in: query, schema: {type: integer, minimum: 1, x-clauses: [S]}, x-clauses: [X]}
  - {name: a, in: query, schema: {type: array, items: {enum: [x, y], x-clauses: [I]}}}
  - {name: d, in: query, style: deepObject, schema: {type: string, minLength: 1, x-clauses: [D]}}
  - {name: H, in: header, required: true, schema: {type: string}, x-author: gateway, x-clauses: [H]}
  - {name: lost, schema: {}}
components:
  securitySchemes: {psk: {in: header, name: Authorization, x-schema: {type: string}}}
"""


@pytest.fixture
def documents(tmp_path):
    (tmp_path / "s3.yaml").write_text(TEXT)
    return Documents(tmp_path)


@pytest.mark.parametrize(
    ("number", "values", "places"),
    [
        (0, ["5"], []),
        (0, [], []),
        (0, ["0"], ["m.query[n]"]),
        (0, ["x"], ["m.query[n]"]),
        (0, ["1", "2"], ["m.query[n]"]),
        (1, ["x,y", "x"], []),
        (1, ["x,z"], ["m.query[a][1]"]),
        (2, ["1", "2"], []),
        (2, [""], ["m.query[d]"]),
        (3, ["v"], []),
        (3, [], ["m.header[h]"]),
    ],
)
def test_values(documents, number, values, places):
    parameter = Parameter(documents, "s3.yaml", ("p", number), ())
    found = parameter.check(values, "c", "m", "rhc")
    assert [b.place for b in found] == places
    assert all(b.role == (None if number == 3 else "rhc") for b in found)


@pytest.mark.parametrize(("number", "good", "bad"), [(0, ["5"], ["0"]), (1, ["x", "y"], ["x", "z"])])
def test_what_was_good_once_excuses_nothing_else(documents, number, good, bad):
    parameter = Parameter(documents, "s3.yaml", ("p", number), ())
    for _ in range(2):
        assert parameter.check(good, "c", "m", "rhc") == []
        assert len(parameter.check(bad, "c", "m", "rhc")) == 1
    if number == 0:
        assert len(parameter.check(good * 2, "c", "m", "rhc")) == 1


def test_few_good_values_are_remembered(documents):
    parameter = Parameter(documents, "s3.yaml", ("p", 0), ())
    for number in range(1, 3 * KEPT):
        assert parameter.check([str(number)], "c", "m", "rhc") == []
    assert 0 < len(subject._kept) <= KEPT


def test_names_of_a_deep_object(documents):
    deep = Parameter(documents, "s3.yaml", ("p", 2), ())
    assert deep.matches("d[k]")
    assert not deep.matches("d")
    assert not deep.matches("dd[k]")


def test_bad_parameter_and_scheme(documents):
    with pytest.raises(ContractError, match=r"s3\.yaml: #/p/4: .*in"):
        Parameter(documents, "s3.yaml", ("p", 4), ())
    with pytest.raises(ContractError, match="nope"):
        credentials(documents, "s3.yaml", {"security": [{"nope": []}]})
    assert [p.name for (p,) in credentials(documents, "s3.yaml", {"security": [{"psk": []}]})] == ["authorization"]


@pytest.mark.parametrize(
    ("number", "values", "found"),
    [
        (0, [], set()),
        (0, ["5"], {"X", "S"}),
        (0, ["5", "6"], {"X"}),
        (1, ["x,y"], {"I"}),
        (1, [], set()),
        (2, ["", "y"], {"D"}),
        (3, [], {"H"}),
        (3, ["v"], {"H"}),
    ],
)
def test_exercised(documents, number, values, found):
    got: set[str] = set()
    Parameter(documents, "s3.yaml", ("p", number), ()).exercise(values, got)
    assert got == found
