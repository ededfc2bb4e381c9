from __future__ import annotations

import pytest

from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.operation import Operation

TEXT = """
paths:
  /a:
    post:
      operationId: make
      security: [{one: []}, {two: []}]
      requestBody: {required: true, content: {application/json: {schema: {type: object}}, text/*: {}}}
      responses:
        '200': {description: '', content: {application/json; charset=UTF-8: {schema: {type: 'null'}}}}
        '204': {description: ''}
components:
  securitySchemes:
    one: {in: header, name: one, x-schema: {}}
    two: {in: header, name: two, x-schema: {}}
"""


@pytest.fixture
def operation(tmp_path):
    (tmp_path / "s3.yaml").write_text(TEXT)
    return Operation(Documents(tmp_path), "s3.yaml", "/a", "post")


@pytest.mark.parametrize(("headers", "body", "places"), [
    ([["one", ""], ["content-type", "application/json"]], {}, []),
    ([["two", ""], ["content-type", "Application/JSON; charset=utf-8"]], {}, []),
    ([["two", ""], ["content-type", "text/x"]], b"x", []),
    ([["content-type", "application/json"]], {}, ["request.header[one]"]),
    ([["one", ""], ["content-type", "application/json"]], b"{", ["request.body"]),
    ([["one", ""], ["content-type", "application/json"]], None, ["request.body"]),
    ([["one", ""]], {}, ["request.header[content-type]"]),
])
def test_request(operation, seen, headers, body, places):
    event = seen("http", "request", "a>b", {"headers": headers, "query": []}, body)
    assert [b.place for b in operation.request(event, {})] == places


@pytest.mark.parametrize(("status", "kind", "body", "places"), [
    (200, "application/json; charset=utf-8", b"null", []),
    (200, "application/json", b"null", ["response.header[content-type]"]),
    (200, "application/json;charset=UTF-8", b"nil", ["response.body"]),
    (200, "application/json;charset=UTF-8", b"", ["response.body"]),
    (204, "text/plain", b"", []),
    (204, "text/plain", b"x", ["response.body"]),
    (500, "text/plain", b"x", ["response.status"]),
])
def test_response(operation, seen, status, kind, body, places):
    event = seen("http", "response", "a>b", {"status": status, "headers": [["content-type", kind]]}, body, source="b")
    assert [(b.place, b.role) for b in operation.response(event)] == [(place, "b") for place in places]
