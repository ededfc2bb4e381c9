from __future__ import annotations

import pytest

from fakes.cloud_connector.body import LIMIT

BASE = "/api/cloud-connector"
MESSAGE = "v2/connections/a-host/message"


@pytest.mark.parametrize("path", ["/liveness", "/readiness", "/metrics"])
def test_probes(world, path):
    assert (world.client.get(path).status_code, world.client.get(path).data) == (200, b"")
    assert world.client.post(path).status_code == 405


def test_nobody_is_let_in(world):
    answer = world.get("v2/connections", headers={})
    assert (answer.status_code, answer.data) == (401, b"Authentication failed\n")
    assert answer.mimetype == "text/plain"


def test_bad_identity_is_a_bad_request(world):
    answer = world.get("v2/connections", headers={"x-rh-identity": "?"} | world.psk())
    assert answer.status_code == 400
    assert answer.text.startswith("Bad Request: ")


@pytest.mark.parametrize(
    ("version", "drop", "status"),
    [
        ("v2", "account", 200),
        ("v2", "org_id", 401),
        ("v2", "psk", 401),
        ("v2", "client_id", 401),
        ("v1", "org_id", 200),
        ("v1", "account", 401),
    ],
)
def test_needed_headers(world, version, drop, status):
    path = {"v1": "v1/connection", "v2": "v2/connections"}[version]
    assert world.get(path, world.psk(**{drop.replace("_", "-"): None})).status_code == status


def test_routes_come_before_authentication(world):
    assert world.get("v3/connections", headers={}).status_code == 404
    assert world.client.delete(f"{BASE}/v2/connections").status_code == 405


def test_what_is_not_allowed_tells_what_is(world):
    answer = world.client.get(f"{BASE}/v1/connection/disconnect")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, {"POST", "OPTIONS"})


def test_an_account_in_a_path_is_digits(world):
    assert world.get("v1/connection/nobody").status_code == 404


def test_large_body_is_malformed(world):
    answer = world.post(MESSAGE, b'{"directive": "d", "payload": "' + b"x" * LIMIT + b'"}')
    assert (answer.status_code, answer.json["detail"]) == (400, "Request body includes malformed json")


def test_error_has_three_members(world):
    answer = world.post(MESSAGE, b"")
    assert answer.content_type == "application/json; charset=UTF-8"
    assert answer.json == {
        "title": "Unable to process json input",
        "status": 400,
        "detail": "Request body includes malformed json",
    }


def test_specification_is_a_file(make_world, tmp_path):
    path = tmp_path / "api.json"
    world = make_world(openapi_file=path)
    assert (world.get("openapi.json").status_code, world.get("openapi.json").data) == (404, b"")
    path.write_text("{}")
    assert world.get("openapi.json").text == "{}"
