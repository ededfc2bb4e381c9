from __future__ import annotations

from xml.etree import ElementTree

import pytest

from fakes.s3 import refusal
from fakes.s3.refusal import Refusal


@pytest.mark.parametrize(
    ("refused", "status", "code"),
    [
        (refusal.access_denied(), 403, "AccessDenied"),
        (refusal.invalid_access_key("k"), 403, "InvalidAccessKeyId"),
        (refusal.signature_does_not_match("a chunk"), 403, "SignatureDoesNotMatch"),
        (refusal.time_too_skewed(), 403, "RequestTimeTooSkewed"),
        (refusal.malformed_header("why"), 400, "AuthorizationHeaderMalformed"),
        (refusal.malformed_query("why"), 400, "AuthorizationQueryParametersError"),
        (refusal.payload_mismatch(), 400, "XAmzContentSHA256Mismatch"),
    ],
)
def test_status_and_code_are_those_of_s3(refused: Refusal, status: int, code: str) -> None:
    assert (refused.status, refused.code) == (status, code)
    assert str(refused) == f"{status} {code}: {refused.message}"


def test_messages_tell_what_was_wrong() -> None:
    assert refusal.access_denied().message == "Access Denied"
    assert refusal.access_denied("Request has expired").message == "Request has expired"
    assert refusal.malformed_header("why").message == refusal.malformed_query("why").message == "why"
    assert "AKIA" in refusal.invalid_access_key("AKIA").message
    assert "a chunk" in refusal.signature_does_not_match("a chunk").message


def test_the_document_names_code_message_and_resource() -> None:
    document = Refusal(403, "AccessDenied", "a < b & c").xml("/bucket/ü&<key>")
    assert document.startswith(b"<?xml ")
    error = ElementTree.fromstring(document)
    assert error.tag == "Error"
    assert {part.tag: part.text for part in error} == {
        "Code": "AccessDenied",
        "Message": "a < b & c",
        "Resource": "/bucket/ü&<key>",
    }
