from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

import pytest

from fakes.platform import tenants


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.json"


def test_both_directions(file: Path) -> None:
    file.write_text(json.dumps({"a": "1", "b": "2"}))
    assert tenants.translate(tenants.org_ids(file), ["b", "x"]) == {"b": "2"}
    assert tenants.translate(tenants.accounts(file), ["1", "x"]) == {"1": "a"}
    assert tenants.org_ids(None) == tenants.accounts(None) == {}


def test_the_identity_of_a_certificate(file: Path) -> None:
    file.write_text(json.dumps({"c": {"orgId": "1"}, "d": {"error": "gone"}}))
    header = tenants.identity_of(file, "c")
    assert header is not None
    identity = json.loads(b64decode(header))["identity"]
    assert (identity["internal"], identity["type"], identity["account_number"]) == ({"org_id": "1"}, "System", "")
    assert identity["auth_type"] == "cert-auth"
    assert [tenants.identity_of(file, name) for name in ("d", "e")] == [None, None]
    assert tenants.identity_of(None, "c") is None
