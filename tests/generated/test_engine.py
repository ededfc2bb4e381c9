from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from fakes.serve import Listener, Servers
from hopcheck.generated.engine import NEGATIVE, POSITIVE, Asking, Outcome, run

pytest.importorskip("schemathesis", reason="generated requests need it")
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "a service", "version": "1"},
    "paths": {
        "/things": {
            "post": {
                "operationId": "make",
                "parameters": [],
                "security": [{"key": []}],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {"name": {"type": "string"}},
                            }
                        }
                    },
                },
                "responses": {
                    "201": {
                        "description": "made",
                        "content": {"application/json": {"schema": {"type": "object", "required": ["id"]}}},
                    },
                    "400": {"description": "wrong"},
                    "401": {"description": "who?"},
                },
            }
        }
    },
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-key"}}},
}


class Service:
    """Takes what it should, but for one fault."""

    def __init__(self) -> None:
        self.fault = ""
        self.seen: list[tuple[str, bytes, str | None]] = []
        self.app = Flask("service")
        self.app.add_url_rule("/things", "make", self.make, methods=["POST"])

    def make(self) -> Response | tuple[Response, int]:
        self.seen.append((request.method, request.get_data(), request.headers.get("x-rh-insights-request-id")))
        if request.headers.get("x-key") != "secret" and self.fault != "lets everybody in":
            return Response(status=401)
        body = request.get_json(force=True, silent=True)
        if not isinstance(body, dict) or not isinstance(body.get("name"), str):
            return jsonify(id=1) if self.fault == "takes anything" else Response(status=400)
        if self.fault == "falls over" and len(body["name"]) > 1:
            return Response(status=500)
        return jsonify({} if self.fault == "gives no id" else {"id": 1}), 201


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    servers = Servers([Listener(made.app, "127.0.0.1", 0)], "service")
    made.port = servers.ports[0]  # type: ignore[attr-defined]
    yield made
    servers.stop()


def put(service: Service, mode: str, *, seed: int = 1) -> Outcome:
    address = f"http://127.0.0.1:{service.port}"  # type: ignore[attr-defined]
    return run(DOCUMENT, Asking(address, {"key": "secret"}, 5, seed, 5.0), mode)


@pytest.mark.parametrize("mode", [POSITIVE, NEGATIVE])
def test_a_good_service_stands_it(service: Service, mode: str) -> None:
    outcome = put(service, mode)
    assert (outcome.failures, outcome.errors) == ([], [])
    assert sum(outcome.counts.values()) >= 5
    assert {label for label, _ in outcome.counts} == {"POST /things"}


@pytest.mark.parametrize(
    ("fault", "mode", "check"),
    [
        ("lets everybody in", POSITIVE, "ignored_auth"),
        ("takes anything", NEGATIVE, "negative_data_rejection"),
        ("falls over", POSITIVE, "not_a_server_error"),
        ("gives no id", POSITIVE, "response_schema_conformance"),
    ],
)
def test_a_fault_is_found_and_can_be_shown_again(service: Service, fault: str, mode: str, check: str) -> None:
    service.fault = fault
    found = [failed for failed in put(service, mode).failures if failed.check == check]
    assert found
    assert found[0].operation == "POST /things"
    assert found[0].request.startswith("curl -X POST")
    assert found[0].case


def test_the_same_seed_asks_the_same(service: Service) -> None:
    def asked(seed: int) -> list[bytes]:
        service.seen.clear()
        put(service, POSITIVE, seed=seed)
        return [body for _, body, _ in service.seen]

    first = asked(1)
    assert asked(1) == first
    assert asked(2) != first


def test_each_request_has_an_id_of_its_own(service: Service) -> None:
    put(service, POSITIVE)
    ids = [each for _, _, each in service.seen if each is not None]
    assert ids
    assert len(set(ids)) > 1
