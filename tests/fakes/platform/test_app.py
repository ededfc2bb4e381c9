from __future__ import annotations

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from fakes.platform.app import Files, create_app
from fakes.platform.sources import Sources

ONE, TWO, FOREIGN = (f"0000000{n}-0000-4000-8000-000000000000" for n in (1, 2, 3))
URL = "/api/inventory/v1/hosts"


def identity(org_id: str, **members: Any) -> dict[str, str]:
    whole = {"identity": {"org_id": org_id, **members}}
    return {"x-rh-identity": b64encode(json.dumps(whole).encode()).decode()}


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
    known = {
        "access": {"unknown": None, "reader": ["remediations:remediation:read", "other:*:*"]},
        "tenants": {"a1": "1", "a2": "2"},
        "clients": {"c": {"orgId": "1", "accountId": "a1"}, "gone": {"error": "no such client"}},
        "sources": [
            {"id": "7", "org_id": "1", "source_ref": "sat", "name": "n", "availability_status": "available"}
            | {"rhc_id": "c"},
            {"id": "8", "org_id": "2", "source_ref": "sat", "name": "foreign"},
        ],
    }
    for name, value in known.items():
        (file.parent / name).write_text(json.dumps(value))
    paths = [file.parent / name for name in ("access", "tenants", "clients")]
    return create_app(Files(file, *paths, Sources(file.parent / "sources"))).test_client()


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
    for path in (
        f"{URL}/{ONE}",
        f"{URL}/{ONE}/system_profile",
        "/api/rbac/v1/access/?application=x",
        "/api/sources/v3.1/sources",
    ):
        assert client.get(path, headers=value).status_code == 401


def test_an_id_must_be_a_uuid(client: FlaskClient) -> None:
    assert client.get(f"{URL}/x", headers=identity("1")).status_code == 400


def test_access(client: FlaskClient) -> None:
    def permissions(username: str) -> list[str]:
        who = identity("1", user={"username": username})
        body = client.get("/api/rbac/v1/access/?application=remediations", headers=who).get_json()
        return [each["permission"] for each in body["data"]]

    who = identity("1", user={"username": "unknown"})
    assert client.get("/api/rbac/v1/access/?application=remediations", headers=who).status_code == 500
    assert permissions("anybody") == ["remediations:*:*"]
    assert permissions("reader") == ["remediations:remediation:read"]


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("v3.1/sources", ["7"]),
        ("v3.1/sources?filter[source_ref][eq]=sat", ["7"]),
        ("v3.0/sources?source_ref=sat", ["7"]),
        ("v3.0/sources?source_ref=other", []),
    ],
)
def test_sources_by_reference(client: FlaskClient, path: str, ids: list[str]) -> None:
    body = client.get(f"/api/sources/{path}", headers=identity("1")).get_json()
    assert [each["id"] for each in body["data"]] == ids


def test_a_source_tells_whom_it_is_reached_through(client: FlaskClient) -> None:
    body = client.get("/api/sources/v3.1/sources/7/rhc_connections", headers=identity("1")).get_json()
    assert body["data"] == [{"id": "7", "rhc_id": "c", "availability_status": "available"}]
    foreign = client.get("/api/sources/v3.1/sources/8/rhc_connections", headers=identity("1"))
    assert foreign.status_code == 404


def test_sources_are_created_in_one_go_and_once(client: FlaskClient) -> None:
    # As Cloud Connector asks: its identity has the org id below internal alone.
    who = identity("", internal={"org_id": "1"})
    asked = {
        "sources": [{"source_ref": "new", "source_name": "mine", "source_type": "satellite"}],
        "applications": [{"source_name": "mine", "application_type_name": "cloud"}],
        "endpoints": [{"source_name": "mine", "receptor_node": "c"}],
    }
    answers = [client.post("/api/sources/v3.1/bulk_create", json=asked, headers=who).status_code for _ in range(2)]
    assert answers == [201, 400]
    [found] = client.get("/api/sources/v3.0/sources?source_ref=new", headers=who).get_json()["data"]
    [reached] = client.get(f"/api/sources/v3.1/sources/{found['id']}/rhc_connections", headers=who).get_json()["data"]
    assert reached["rhc_id"] == "c"
    for wrong in ({"sources": [{}]}, {"sources": {}}, {}, [], {"sources": [], "endpoints": [1]}):
        assert client.post("/api/sources/v3.1/bulk_create", json=wrong, headers=who).status_code == 400


def test_accounts_and_org_ids_are_translated(client: FlaskClient) -> None:
    assert client.post("/internal/orgIds", json=["a2", "nobody"]).get_json() == {"a2": "2"}
    assert client.post("/internal/ebsNumbers", json=["1", "9"]).get_json() == {"1": "a1"}
    assert client.post("/internal/orgIds", json={"a1": 1}).status_code == 400
    assert client.post("/internal/orgIds").status_code == 400
    assert client.post("/internal/orgIds", data='["a2"]').get_json() == {"a2": "2"}


def test_a_certificate_has_an_identity(client: FlaskClient) -> None:
    found = client.get("/auth", headers={"x-rh-certauth-cn": "/CN=c"}).get_json()["x-rh-identity"]
    known = json.loads(b64decode(found))["identity"]
    assert (known["internal"]["org_id"], known["account_number"], known["system"]["cn"]) == ("1", "a1", "c")
    for stranger in ("/CN=gone", "/CN=nobody", ""):
        answer = client.get("/auth", headers={"x-rh-certauth-cn": stranger})
        [error] = answer.get_json()["errors"]
        assert (answer.status_code, error["meta"]["response_by"]) == (401, "platform")


def test_without_files_nobody_is_known_and_nobody_lacks_anything(file: Path) -> None:
    client = create_app(Files(file)).test_client()
    assert client.post("/internal/orgIds", json=["a1"]).get_json() == {}
    assert client.get("/auth", headers={"x-rh-certauth-cn": "/CN=c"}).status_code == 401
    assert client.get("/api/sources/v3.1/sources", headers=identity("1")).get_json()["data"] == []
