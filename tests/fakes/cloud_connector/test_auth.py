from __future__ import annotations

import base64
import json

import pytest

from fakes.cloud_connector.auth import (
    ACCOUNT,
    CLIENT_ID,
    ORG_ID,
    PSK,
    Principal,
    Unauthorized,
    authenticate,
    authenticate_associate,
)

KEYS = {"dispatcher": "secret"}
HEADERS = {CLIENT_ID: "dispatcher", PSK: "secret", ORG_ID: "1", ACCOUNT: "2"}


def identity(**members):
    return {"x-rh-identity": base64.b64encode(json.dumps({"identity": members}).encode()).decode()}


def test_key_speaks_for_any_tenant():
    assert authenticate(HEADERS, KEYS, ORG_ID) == Principal("1", "2")


@pytest.mark.parametrize("change", [{PSK: "guess"}, {CLIENT_ID: "stranger"}, {ORG_ID: ""}, {PSK: ""}])
def test_wrong_keys(change):
    with pytest.raises(Unauthorized):
        authenticate(HEADERS | change, KEYS, ORG_ID)


def test_identity_goes_first():
    found = authenticate(HEADERS | identity(type="User", org_id="3"), KEYS, ORG_ID)
    assert found == Principal("3", "", "User")


def test_associates_and_keys_administer():
    assert authenticate_associate(HEADERS, KEYS) == Principal("1", "2")
    assert authenticate_associate(identity(type="Associate"), KEYS).identity_type == "Associate"
    with pytest.raises(Unauthorized):
        authenticate_associate(identity(type="User", org_id="3"), KEYS)
