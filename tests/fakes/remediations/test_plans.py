from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
import yaml


def test_a_plan_is_kept(world: Any) -> None:
    plan = world.plan(world.one, world.two)
    body = world.get(f"/{plan}").get_json()
    assert (body["id"], body["name"], body["auto_reboot"]) == (plan, "my plan", True)
    assert [one["hostname"] for one in body["issues"][0]["systems"]] == ["h1", "h2"]
    listed = world.get("").get_json()
    assert (listed["meta"], [one["id"] for one in listed["data"]]) == ({"count": 1, "total": 1}, [plan])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "INVALID_CONTENT_TYPE"),
        ({}, "required.openapi.requestValidation"),
        ({"name": " "}, "required.openapi.requestValidation"),
        ({"name": "n", "auto_reboot": 1}, "type.openapi.requestValidation"),
        ({"name": "n", "add": {"issues": {}}}, "type.openapi.requestValidation"),
        ({"name": "n", "add": None}, "type.openapi.requestValidation"),
        ({"name": "n", "add": {"issues": None}}, "type.openapi.requestValidation"),
        ({"name": "n", "add": {"systems": None}}, "type.openapi.requestValidation"),
        ({"name": "n", "add": {"systems": [1]}}, "type.openapi.requestValidation"),
        ({"name": "n", "add": {"systems": [""]}}, "format.openapi.requestValidation"),
        ({"name": "n", "add": {"issues": [{}]}}, "required.openapi.requestValidation"),
        ({"name": "n", "add": {"issues": [{"id": "test:none"}]}}, "UNKNOWN_ISSUE"),
        ({"name": "n", "add": {"issues": [{"id": "../test-ping"}]}}, "UNKNOWN_ISSUE"),
        ({"name": "n", "add": {"issues": [{"id": "test:ping", "systems": ["x"]}]}}, "UNKNOWN_SYSTEM"),
    ],
)
def test_refused_plans(world: Any, body: Any, code: str) -> None:
    answer = world.post("", body, **{"x-rh-insights-request-id": "q"})
    [error] = answer.get_json()["errors"]
    assert (answer.status_code, error["status"], error["code"], error["id"]) == (400, 400, code, "q")


def test_plans_are_listed_by_system(world: Any) -> None:
    first, second = world.plan(world.one), world.plan(world.two)
    assert [each["id"] for each in world.get(f"?system={world.one}").get_json()["data"]] == [first]
    assert {each["id"] for each in world.get("").get_json()["data"]} == {first, second}
    assert world.get("?system=none").status_code == 400


@pytest.mark.parametrize("query", ["hosts=none", "localhost=yes", "localhost=&localhost=true"])
def test_what_a_playbook_cannot_be_asked_for(world: Any, query: str) -> None:
    assert world.get(f"/{world.plan(world.one)}/playbook?{query}").status_code == 400


def test_an_offset_may_be_as_large_as_it_likes(world: Any) -> None:
    [error] = world.get(f"?offset={10**30}").get_json()["errors"]
    assert error["code"] == "INVALID_OFFSET"


def test_what_is_not_allowed_tells_what_is(world: Any) -> None:
    answer = world.client.delete("/api/remediations/v1/remediations")
    assert (answer.status_code, {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))) == (405, True)


def test_identity(world: Any) -> None:
    for header, status, code in (
        ({}, 401, "UNAUTHORIZED"),
        ({"x-rh-identity": "?"}, 400, "IDENTITY_HEADER"),
        (world.identity(org_id=""), 401, "UNAUTHORIZED"),
        (world.identity(username=""), 403, "FORBIDDEN"),
        (world.identity("System", cn="c"), 403, "FORBIDDEN"),
        ({"x-rh-identity": b64encode(b"[]").decode()}, 400, "IDENTITY_HEADER"),
    ):
        answer = world.client.get("/api/remediations/v1/remediations", headers=header)
        assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (status, code)


def test_plans_belong_to_their_creator(world: Any) -> None:
    plan = world.plan(world.one)
    for who in (world.identity(username="other"), world.identity(org_id="2")):
        answer = world.get(f"/{plan}", identity=who)
        assert (answer.status_code, answer.text) == (404, "Not Found")
    assert world.get("/x").status_code == 400


def test_connection_status_and_its_tag(world: Any) -> None:
    plan = world.plan(world.one, world.two)
    world.dispatcher.recipients = [
        world.recipient(world.one),
        world.recipient(world.two, "rhc_not_configured", "none"),
        world.recipient(world.satellite, kind="satellite"),
    ]
    answer = world.get(f"/{plan}/connection_status")
    assert [
        (one["executor_type"], one["connection_status"], one["system_ids"]) for one in answer.get_json()["data"]
    ] == [
        ("RHC", "connected", [world.one]),
        ("RHC-satellite", "connected", [world.satellite]),
        ("None", "no_rhc", [world.two]),
    ]
    tag = answer.headers["ETag"]
    assert world.get(f"/{plan}/connection_status", **{"If-None-Match": tag}).status_code == 304
    world.dispatcher.recipients[0]["status"] = "disconnected"
    assert world.get(f"/{plan}/connection_status", **{"If-None-Match": tag}).status_code == 200


def test_a_plan_without_systems(world: Any) -> None:
    plan = world.plan()
    answer = world.get(f"/{plan}/connection_status")
    assert (answer.get_json()["data"], "ETag" in answer.headers) == ([], False)
    assert world.get(f"/{plan}/playbook").status_code == 204


def fetch(world: Any, plan: str, query: str, cn: str = "cn1", **headers: str) -> Any:
    return world.get(f"/{plan}/playbook?{query}", identity=world.identity("System", cn=cn), **headers)


def test_the_playbook_for_a_host(world: Any) -> None:
    plan = world.plan(world.one, world.two, auto_reboot=False, issues=["test:ping", "test:fail"])
    answer = fetch(world, plan, f"hosts={world.one}&localhost")
    plays = yaml.safe_load(answer.text)
    assert [(play["name"], play["hosts"]) for play in plays] == [
        ("test-ping", "localhost"),
        ("test-fail", "localhost"),
        ("postRunCheckIn", "localhost"),
    ]
    assert answer.text.count("---\n") == 1
    assert "    insights_signature: !!binary |\n      QUJD\n" in answer.text
    assert "# Identifier: (test:ping,fix)\n" in answer.text
    assert answer.headers["Content-Type"].startswith("text/vnd.yaml")
    assert answer.headers["Content-Disposition"].startswith('attachment;filename="my-plan-')
    tag = answer.headers["ETag"]
    assert tag.startswith('W/"')
    assert fetch(world, plan, f"hosts={world.one}&localhost", **{"If-None-Match": tag}).status_code == 304
    (world.templates / "test-ping.yml").write_text("- name: other\n  hosts: '@@HOSTS@@'\n")
    assert fetch(world, plan, f"hosts={world.one}&localhost", **{"If-None-Match": tag}).status_code == 200


def test_no_closing_play_on_localhost_with_auto_reboot(world: Any) -> None:
    plan = world.plan(world.one)
    assert [play["name"] for play in yaml.safe_load(fetch(world, plan, "localhost").text)] == ["test-ping"]
    assert [play["name"] for play in yaml.safe_load(fetch(world, plan, "").text)] == ["test-ping", "postRunCheckIn"]


@pytest.mark.parametrize("form", ["hosts={0}&hosts={1}", "hosts={0},{1}", ""])
def test_hosts_by_name(world: Any, form: str) -> None:
    plan = world.plan(world.one, world.two)
    answer = world.get(f"/{plan}/playbook?{form.format(world.one, world.two)}")
    assert [play["hosts"] for play in yaml.safe_load(answer.text)] == ["h1,h2", "h1,h2"]


def test_whose_playbook(world: Any) -> None:
    plan = world.plan(world.one, world.two)
    world.inventory.owned[world.two] = "cn2"
    assert fetch(world, plan, f"hosts={world.one}&localhost").status_code == 200
    refused = fetch(world, plan, f"hosts={world.one}&localhost", cn="cn2")
    assert (refused.status_code, "cn2" in refused.get_json()["errors"][0]["details"]["message"]) == (403, True)
    assert fetch(world, plan, "localhost").status_code == 403
    assert fetch(world, plan, f"hosts={world.satellite}").status_code == 404
    assert world.get(f"/{plan}/playbook?hosts={world.satellite}").status_code == 204
    assert world.get(f"/{plan}/playbook", identity=world.identity(username="other")).status_code == 404
    assert world.get(f"/{plan}/playbook", identity=world.identity("ServiceAccount", "sa")).status_code == 200
    assert fetch(world, world.satellite, "localhost").status_code == 404
    (world.templates / "test-ping.yml").unlink()
    assert fetch(world, plan, f"hosts={world.one}&localhost").status_code == 400


def test_a_plan_name_stays_in_its_comment(world: Any) -> None:
    plan = world.plan(world.one, name="evil\n- hosts: all\u2028x")
    plays = yaml.safe_load(fetch(world, plan, "localhost").text)
    assert [play["name"] for play in plays] == ["test-ping"]


def test_health(world: Any) -> None:
    assert world.client.get("/health").status_code == 200
