from __future__ import annotations

import json

import pytest

from fakes.cloud_connector.tenants import ClientIdMap, Tenant, UnknownTenant, org_of

DEFAULT = Tenant("10000", "111000")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"h": {"accountId": "2", "orgId": "1"}, "e": {"error": "no such"}, "n": {}}))
    return path


def test_listed_and_others(path):
    tenants = ClientIdMap(path, DEFAULT)
    assert tenants.tenant("h") == Tenant("1", "2")
    assert tenants.tenant("other") == DEFAULT
    assert tenants.tenant("n") == Tenant("", "")
    with pytest.raises(UnknownTenant, match="no such"):
        tenants.tenant("e")


def test_change_is_noticed(path):
    tenants = ClientIdMap(path, DEFAULT)
    path.write_text(json.dumps({"h": {"accountId": "2", "orgId": "another"}}))
    assert tenants.tenant("h").org_id == "another"


def test_broken_change_leaves_nobody_known(path):
    tenants = ClientIdMap(path, DEFAULT)
    path.write_text("{")
    with pytest.raises(UnknownTenant):
        tenants.tenant("h")
    path.write_text("{}")
    assert tenants.tenant("h") == DEFAULT


def test_file_must_exist(tmp_path):
    with pytest.raises(FileNotFoundError):
        ClientIdMap(tmp_path / "none.json", DEFAULT)


def test_account_to_organization():
    accounts = {"1": "a", "2": ""}
    assert (org_of(accounts, "a"), org_of(accounts, "b"), org_of(accounts, "")) == ("1", None, None)
