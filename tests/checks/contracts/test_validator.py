from __future__ import annotations

import pytest

from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.validator import compiled

SCHEMAS = """
paths:
  /a/{b}%c: {type: string, format: byte}
far: {$ref: 'b.yaml#/near'}
lost: {$ref: '#/nowhere'}
odd: {format: bite}
"""


@pytest.fixture
def documents(tmp_path):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "a.yaml").write_text(SCHEMAS)
    (tmp_path / "schemas" / "b.yaml").write_text("near: {type: integer}\n")
    return Documents(tmp_path)


@pytest.mark.parametrize(("pointer", "good", "bad"), [(("paths", "/a/{b}%c"), "YQ==", "?"), (("far",), 1, "1")])
def test_schema_at_its_place(documents, pointer, good, bad):
    validator = compiled(documents, "schemas/a.yaml", pointer)
    assert validator.is_valid(good)
    assert not validator.is_valid(bad)


@pytest.mark.parametrize("pointer", ["lost", "odd"])
def test_unusable_schema_names_its_place(documents, pointer):
    with pytest.raises(ContractError, match=rf"schemas/a\.yaml: #/{pointer}: "):
        compiled(documents, "schemas/a.yaml", (pointer,))
