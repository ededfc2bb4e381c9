from __future__ import annotations

from typing import Any

import pytest

from hopcheck.checks.clause import load_catalogue, relations
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.hops import load_hops
from hopcheck.generated.book import Book
from hopcheck.generated.served import Served
from hopcheck.home import CONTRACTS

BOOK = Book.load(CONTRACTS)


@pytest.fixture(scope="module")
def served() -> Served:
    roles = load_hops(CONTRACTS / "hops.yaml").roles
    catalogue = load_catalogue(CONTRACTS / "clauses", relations(), roles)
    return Served(Documents(CONTRACTS, wire=True), catalogue)


def operation(served: Served, name: str, method: str, path: str, *, whole: bool) -> Any:
    [target] = [each for each in BOOK.targets if each.contract == f"openapi/{name}.yaml"]
    return served.document(target, whole=whole)["paths"][path][method]


def work_request(served: Served, *, whole: bool) -> Any:
    found = operation(served, "dispatcher-internal", "post", "/internal/v2/dispatch", whole=whole)
    return found["requestBody"]["content"]["application/json"]["schema"]["items"]


def test_the_whole_contract_binds_callers(served: Served) -> None:
    schema = work_request(served, whole=True)
    assert {"labels", "hosts"} <= set(schema["required"])
    assert schema["properties"]["labels"]["required"] == ["playbook-run"]


def test_a_service_need_not_refuse_what_its_callers_owe(served: Served) -> None:
    schema = work_request(served, whole=False)
    assert schema["required"] == ["recipient", "org_id", "principal", "url", "name"]
    assert schema["properties"]["labels"]["required"] == []
    assert schema["properties"]["labels"]["allOf"][0]["type"] == "object"
    assert schema["properties"]["org_id"]["maxLength"] == 10


def test_what_is_marked_is_not_enforced(served: Served) -> None:
    path = "/api/playbook-dispatcher/v1/runs"
    for whole, least in ((True, 1), (False, None)):
        parameters = operation(served, "dispatcher-public", "get", path, whole=whole)["parameters"]
        [request_id] = [each for each in parameters if each["name"] == "x-rh-insights-request-id"]
        assert request_id["schema"].get("minLength") == least


def test_what_the_gateway_sets_is_a_credential_or_nothing(served: Served) -> None:
    upload = operation(served, "ingress", "post", "/api/ingress/v1/upload", whole=True)
    assert [each["name"] for each in upload["parameters"]] == ["test"]
    assert upload["security"] == [{"gateway": []}]
    assert operation(served, "ingress", "get", "/", whole=True)["security"] == []


def test_what_holds_on_one_edge_only_is_left_out(served: Served) -> None:
    path = "/api/remediations/v1/remediations/{id}/playbook"
    parameters = operation(served, "remediations", "get", path, whole=True)["parameters"]
    assert "User-Agent" not in [each["name"] for each in parameters]


@pytest.mark.parametrize("target", BOOK.targets, ids=lambda target: target.contract)
@pytest.mark.parametrize("whole", [True, False])
def test_no_document_needs_another(served: Served, target: Any, whole: bool) -> None:
    def references(node: Any) -> list[Any]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return [*own, *(each for value in node.values() for each in references(value))]
        return [each for value in node for each in references(value)] if isinstance(node, list) else []

    assert references(served.document(target, whole=whole)) == []
