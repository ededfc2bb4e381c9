from __future__ import annotations

import base64
import json

import pytest

from fakes.cloud_connector.identity import BadIdentity, Identity, read_identity


def encode(document):
    return base64.b64encode(json.dumps(document).encode()).decode()


def of(**members):
    return encode({"identity": members})


def test_organization_on_top_or_inside():
    assert read_identity(of(type="User", org_id="1", account_number="2")) == Identity("User", "1", "2")
    assert read_identity(of(type="User", internal={"org_id": "3"})).org_id == "3"
    assert read_identity(of(type="X509")) == Identity("X509", "", "")


@pytest.mark.parametrize(
    "header",
    [
        "?",
        base64.b64encode(b"{").decode(),
        encode([]),
        encode({}),
        of(type="User"),
        of(org_id="1"),
        of(type="User", org_id=1),
        of(type="User", org_id="1", account_number=[]),
        of(type="X509", account_number="1"),
    ],
)
def test_defects(header):
    with pytest.raises(BadIdentity, match=r"^Bad Request: "):
        read_identity(header)
