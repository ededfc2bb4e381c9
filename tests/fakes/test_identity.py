from __future__ import annotations

import base64
import json

import pytest

from fakes.identity import BadIdentity, Identity, read_identity


def encode(identity):
    return base64.b64encode(json.dumps({"identity": identity}).encode()).decode()


def test_top_level_org_comes_first():
    header = encode({"type": "User", "org_id": "1", "account_number": "2", "internal": {"org_id": "3"}})
    assert read_identity(header) == Identity(header, "2", "1", "User")


def test_nested_org_will_do():
    assert read_identity(encode({"type": "User", "internal": {"org_id": "3"}})).org_id == "3"


@pytest.mark.parametrize("kind", ["Associate", "X509"])
def test_people_of_the_platform_need_no_org(kind):
    assert read_identity(encode({"type": kind})).type == kind


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "no base64!",
        base64.b64encode(b"{").decode(),
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b"{}").decode(),
        encode({"type": "User"}),
        encode({"org_id": "1"}),
        encode({"type": "User", "org_id": 1}),
        encode({"type": "User", "org_id": "1", "account_number": 0}),
        encode({"type": "X509", "account_number": "1"}),
    ],
)
def test_defects_are_bad_requests(header):
    with pytest.raises(BadIdentity, match=r"^Bad Request: "):
        read_identity(header)
