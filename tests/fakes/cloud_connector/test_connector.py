from __future__ import annotations

import pytest

from fakes.cloud_connector.connector import check_directive, described, reachable
from fakes.cloud_connector.errors import ApiError


def test_null_and_empty_text_are_left_out(make_connection):
    host = make_connection(account="", canonical_facts={})
    assert described(host, "account", "tags", "canonical_facts", "org_id") == {
        "canonical_facts": {},
        "org_id": "5318290",
    }


def test_reachable_by_its_own_organization(world):
    assert reachable(world.connector, "5318290", "a-host").client_id == "a-host"
    for org_id in ("1", ""):
        with pytest.raises(ApiError, match="404"):
            reachable(world.connector, org_id, "a-host")


def test_directive():
    check_directive(" d")
    with pytest.raises(ApiError, match="Directive field is empty"):
        check_directive("\n")
