from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fakes.platform.app import create_app

ONE, TWO, FOREIGN = (f"0000000{n}-0000-4000-8000-000000000000" for n in (1, 2, 3))
URL = "/api/inventory/v1/hosts"


def identity(org_id: str) -> dict[str, str]:
    return {"x-rh-identity": b64encode(json.dumps({"identity": {"org_id": org_id}}).encode()).decode()}


def entry(id_: str, org_id: str = "1", client: str | None = "c") -> dict[str, str | None]:
    return {
        "id": id_,
        "display_name": f"d-{id_[7]}",
        "hostname": f"h-{id_[7]}",
        "org_id": org_id,
        "rhc_client_id": client,
        "owner_id": f"o-{id_[7]}",
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hosts.json"
    path.write_text(json.dumps([entry(ONE), entry(TWO, client=None), entry(FOREIGN, org_id="2")]))
    return path


@pytest.fixture
def client(file: Path) -> FlaskClient:
    return create_app(file).test_client()


def test_hosts_of_the_org_in_the_order_asked(client: FlaskClient) -> None:
    body = client.get(f"{URL}/{TWO},{FOREIGN},{ONE}", headers=identity("1")).get_json()
    assert [host["id"] for host in body["results"]] == [TWO, ONE]
    assert (body["count"], body["total"], body["page"], body["per_page"]) == (2, 2, 1, 50)
    assert body["results"][1] == {
        "id": ONE,
        "display_name": "d-1",
        "fqdn": "h-1",
        "hostname": "h-1",
        "account": None,
        "org_id": "1",
        "facts": [],
    }


def test_none_found(client: FlaskClient) -> None:
    assert client.get(f"{URL}/{FOREIGN}", headers=identity("1")).status_code == 404
    profiles = client.get(f"{URL}/{FOREIGN}/system_profile", headers=identity("1"))
    assert (profiles.status_code, profiles.get_json()["results"]) == (200, [])


def test_system_profile_and_its_fields(client: FlaskClient) -> None:
    body = client.get(f"{URL}/{ONE},{TWO}/system_profile", headers=identity("1")).get_json()
    assert [host["system_profile"] for host in body["results"]] == [
        {"owner_id": "o-1", "is_marketplace": False, "rhc_client_id": "c"},
        {"owner_id": "o-2", "is_marketplace": False},
    ]
    body = client.get(
        f"{URL}/{ONE}/system_profile?fields[system_profile]=owner_id,rhc_client_id", headers=identity("1")
    ).get_json()
    assert body["results"][0]["system_profile"] == {"owner_id": "o-1", "rhc_client_id": "c"}


def test_the_file_is_read_on_each_request(client: FlaskClient, file: Path) -> None:
    file.write_text(json.dumps([entry(FOREIGN)]))
    assert client.get(f"{URL}/{FOREIGN}", headers=identity("1")).status_code == 200


def test_paging(client: FlaskClient) -> None:
    body = client.get(f"{URL}/{ONE},{TWO}?per_page=1&page=2", headers=identity("1")).get_json()
    assert ([host["id"] for host in body["results"]], body["total"]) == ([TWO], 2)
    assert client.get(f"{URL}/{ONE}?per_page=0", headers=identity("1")).status_code == 400


@pytest.mark.parametrize("value", [{}, {"x-rh-identity": "?"}, {"x-rh-identity": b64encode(b"[]").decode()}])
def test_identity_is_needed(client: FlaskClient, value: dict[str, str]) -> None:
    for path in (f"{URL}/{ONE}", f"{URL}/{ONE}/system_profile", "/api/rbac/v1/access/?application=x"):
        assert client.get(path, headers=value).status_code == 401


def test_an_id_must_be_a_uuid(client: FlaskClient) -> None:
    assert client.get(f"{URL}/x", headers=identity("1")).status_code == 400


def test_access(client: FlaskClient) -> None:
    body = client.get("/api/rbac/v1/access/?application=remediations", headers=identity("1")).get_json()
    assert body["data"] == [{"permission": "remediations:*:*", "resourceDefinitions": []}]
