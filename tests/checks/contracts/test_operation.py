from __future__ import annotations

import pytest

from hopcheck.checks.contracts.breach import ContractError
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.operation import Operation

TEXT = """
paths:
  /a:
    post:
      operationId: make
      security: [{one: []}, {two: []}]
      x-clauses: [OP]
      requestBody:
        required: true
        x-clauses: [BODY]
        content: {application/json: {schema: {type: object, x-clauses: [OBJECT]}}, text/*: {}}
      parameters:
        - {name: q, in: query, schema: {type: string}, x-clauses: [QUERY]}
        - {name: H, in: header, x-edges: [a>b], schema: {type: string}, x-clauses: [HEADER]}
      responses:
        '200':
          content: {application/json; charset=UTF-8: {schema: {type: 'null', x-clauses: [NIL]}}}
        '204': {description: '', x-clauses: [EMPTY]}
        '503': {description: '', x-not-provoked: by a bug}
components:
  securitySchemes:
    one: {in: header, name: one, x-clauses: [ONE], x-schema: {}}
    two: {in: header, name: two, x-clauses: [TWO], x-schema: {}}
"""


@pytest.fixture
def made(tmp_path):
    def make(text):
        (tmp_path / "s3.yaml").write_text(text)
        return Operation(Documents(tmp_path), "s3.yaml", "/a", "post")

    return make


@pytest.fixture
def operation(made):
    return made(TEXT)


@pytest.mark.parametrize(
    ("headers", "body", "places"),
    [
        ([["one", ""], ["content-type", "application/json"]], {}, []),
        ([["two", ""], ["content-type", "Application/JSON; charset=utf-8"]], {}, []),
        ([["two", ""], ["content-type", "text/x"]], b"x", []),
        ([["content-type", "application/json"]], {}, ["request.header[one]"]),
        ([["one", ""], ["content-type", "application/json"]], b"{", ["request.body"]),
        ([["one", ""], ["content-type", "application/json"]], None, ["request.body"]),
        ([["one", ""]], {}, ["request.header[content-type]"]),
    ],
)
def test_request(operation, seen, headers, body, places):
    event = seen("http", "request", "a>b", {"headers": headers, "query": []}, body)
    assert [b.place for b in operation.request(event, {})] == places


@pytest.mark.parametrize(
    ("status", "kind", "body", "places"),
    [
        (200, "application/json; charset=utf-8", b"null", []),
        (200, "application/json", b"null", ["response.header[content-type]"]),
        (200, "application/json;charset=UTF-8", b"nil", ["response.body"]),
        (200, "application/json;charset=UTF-8", b"", ["response.body"]),
        (204, "text/plain", b"", []),
        (204, "text/plain", b"x", ["response.body"]),
        (500, "text/plain", b"x", ["response.status"]),
    ],
)
def test_response(operation, seen, status, kind, body, places):
    event = seen("http", "response", "a>b", {"status": status, "headers": [["content-type", kind]]}, body, source="b")
    assert [(b.place, b.role) for b in operation.response(event)] == [(place, "b") for place in places]


def test_an_answer_is_not_blamed_for_what_its_asker_did_not_stay_for(operation, seen):
    attrs = {"status": 200, "headers": [["content-type", "application/json;charset=UTF-8"]], "complete": False}
    assert [b.place for b in operation.response(seen("http", "response", "a>b", attrs, b"nu"))] == ["response.body"]
    assert operation.response(seen("http", "response", "a>b", {**attrs, "abandoned": True}, b"nu")) == []


JSON = ["content-type", "application/json"]


@pytest.mark.parametrize(
    ("headers", "query", "body", "found"),
    [
        ([["one", ""], JSON], [], {}, {"ONE", "BODY", "OBJECT"}),
        ([["two", ""], JSON], [], {}, {"TWO", "BODY", "OBJECT"}),
        ([JSON], [], {}, {"ONE", "BODY", "OBJECT"}),
        ([["one", ""], JSON], [], b"{", {"ONE", "BODY"}),
        ([["one", ""], ["content-type", "text/x"]], [], b"x", {"ONE", "BODY"}),
        ([["one", ""]], [], None, {"ONE", "BODY"}),
        ([["one", ""], ["h", "x"]], [["q", "x"]], None, {"ONE", "BODY", "QUERY", "HEADER"}),
    ],
)
def test_exercised_by_request(operation, seen, headers, query, body, found):
    event = seen("http", "request", "a>b", {"headers": headers, "query": query}, body)
    exercised = set()
    operation.exercise_by_request(event, {}, exercised)
    assert exercised == {"OP", *found}


def test_a_header_of_another_edge_and_a_body_that_may_lack_are_not_exercised(made, seen):
    event = seen("http", "request", "c>b", {"headers": [["one", ""], ["h", "x"]], "query": []})
    exercised = set()
    made(TEXT.replace("required: true", "required: false")).exercise_by_request(event, {}, exercised)
    assert exercised == {"OP", "ONE"}


@pytest.mark.parametrize(
    ("status", "body", "complete", "found"),
    [
        (200, b"null", True, {"NIL"}),
        (200, b"null", False, set()),
        (200, b"", True, set()),
        (204, b"", True, {"EMPTY"}),
        (500, b"", True, set()),
    ],
)
def test_exercised_by_response(operation, seen, status, body, complete, found):
    headers = [["content-type", "application/json;charset=UTF-8"]]
    event = seen("http", "response", "a>b", {"status": status, "headers": headers, "complete": complete}, body)
    exercised = set()
    operation.exercise_by_response(event, exercised)
    assert exercised == {"OP", *found}


def test_answers_may_have_clauses_of_their_own(made, seen):
    operation = made(TEXT.replace("responses:\n", "responses:\n        x-clauses: [ANSWER]\n"))
    assert operation.statuses == ["200", "204", "503"]
    event = seen("http", "response", "a>b", {"status": 500, "headers": []}, b"", source="b")
    assert [b.clauses for b in operation.response(event)] == [("ANSWER",)]
    exercised = set()
    operation.exercise_by_response(event, exercised)
    assert exercised == {"ANSWER"}


def test_what_cannot_be_provoked_is_told_with_its_reason(operation):
    assert operation.statuses == ["200", "204", "503"]
    assert operation.excused == {"503": "by a bug"}


@pytest.mark.parametrize("reason", ["''", "' '", "true", ""])
def test_there_is_a_reason(made, reason):
    with pytest.raises(ContractError, match="x-not-provoked: a reason is needed"):
        made(TEXT.replace("x-not-provoked: by a bug", f"x-not-provoked: {reason}"))
