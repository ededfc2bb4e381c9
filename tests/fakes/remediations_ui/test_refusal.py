from __future__ import annotations

import pytest

from fakes.remediations_ui.client import Answer
from fakes.remediations_ui.refusal import Refused, explain, shown


def refusing(status: int, code: str, title: str, **details: str) -> Answer:
    return Answer(status, {"errors": [{"status": status, "code": code, "title": title, "details": details}]})


@pytest.mark.parametrize(
    ("answer", "heading"),
    [
        (Answer(502, "refused"), "Remediations cannot be reached"),
        (refusing(401, "UNAUTHORIZED", "Request not properly authenticated"), "You are not signed in"),
        (refusing(403, "FORBIDDEN", "Access forbidden"), "You may not do this"),
        (Answer(404, "Not Found"), "This is not there"),
        (Answer(409, ""), "Something else came first"),
        (Answer(412, "Precondition Failed"), "The systems have changed"),
        (refusing(422, "NO_EXECUTORS", "none"), "No system can be reached"),
        (refusing(422, "NO_SYSTEMS", "none"), "The plan has no systems"),
        (refusing(400, "UNKNOWN_SYSTEM", "x"), "A system is not known"),
        (refusing(400, "UNKNOWN_ISSUE", "x"), "An issue is not known"),
        (refusing(503, "DEPENDENCY_UNAVAILABLE", "x"), "A service is not there"),
        (Answer(504, ""), "Remediations took too long"),
        (Answer(500, {"message": "?"}), "Remediations is in trouble"),
        (Answer(502, {}), "Remediations is in trouble"),
        (Answer(418, {"errors": []}), "This was not possible"),
        (Answer(200, "<html>"), "This answer is not understood"),
    ],
)
def test_each_refusal_has_its_words(answer: Answer, heading: str) -> None:
    refusal = explain(answer)
    assert refusal.heading == heading
    assert all(text.endswith(".") for text in (refusal.sentence, refusal.advice))
    assert str(answer.status) in refusal.detail or answer.status == 502


def test_a_lacking_permission_is_named() -> None:
    message = "Permission remediations:remediation:execute is required for this operation"
    refusal = explain(refusing(403, "FORBIDDEN", "Access forbidden", message=message))
    assert refusal.sentence == "This user lacks the permission remediations:remediation:execute."


def test_the_detail_is_what_came() -> None:
    assert explain(refusing(503, "DEPENDENCY_UNAVAILABLE", "Service Unavailable", name="rbac")).detail == (
        "503 DEPENDENCY_UNAVAILABLE: Service Unavailable (name rbac)"
    )
    assert explain(Answer(502, "GET /: refused")).words == "The Remediations API did not answer. GET /: refused"


def test_what_was_asked_for_is_no_refusal() -> None:
    assert shown(Answer(200, {"data": []})) == {"data": []}
    with pytest.raises(Refused, match="404 Not Found"):
        shown(Answer(404, "Not Found"))
    with pytest.raises(Refused):
        shown(Answer(200, "text"))
