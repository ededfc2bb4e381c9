from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from fakes.s3.credentials import Verified, read_claim, verify
from fakes.s3.refusal import Refusal
from fakes.s3.signature import Request

# The account, times and signatures of the worked examples in the S3 API reference.
KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SCOPE = f"{KEY}/20130524/us-east-1/s3/aws4_request"
MADE = datetime(2013, 5, 24, tzinfo=UTC)
HOST = "examplebucket.s3.amazonaws.com"
NAMES = "host;range;x-amz-content-sha256;x-amz-date"
SIGNATURE = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
AUTHORIZATION = f"AWS4-HMAC-SHA256 Credential={SCOPE},SignedHeaders={NAMES},Signature={SIGNATURE}"
HEADERS = {
    "host": HOST,
    "range": "bytes=0-9",
    "x-amz-content-sha256": hashlib.sha256(b"").hexdigest(),
    "x-amz-date": "20130524T000000Z",
    "authorization": AUTHORIZATION,
}
PRESIGNED_SIGNATURE = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
QUERY = (
    f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={quote(SCOPE, safe='')}&X-Amz-Date=20130524T000000Z"
    f"&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature={PRESIGNED_SIGNATURE}"
)
SIGNED = Request("GET", "/test.txt", "", HEADERS)
PRESIGNED = Request("GET", "/test.txt", QUERY, {"host": HOST})


def check(request: Request, **later: float) -> Verified:
    return verify(request, {KEY: SECRET}, MADE + timedelta(**later))


def refusal(request: Request, **later: float) -> tuple[int, str]:
    with pytest.raises(Refusal) as refused:
        check(request, **later)
    return refused.value.status, refused.value.code


def with_headers(**changes: str | None) -> Request:
    named = HEADERS | {name.replace("_", "-"): value for name, value in changes.items()}
    return replace(SIGNED, headers={name: value for name, value in named.items() if value is not None})


def test_a_signed_header_holds() -> None:
    claim = check(SIGNED).claim
    assert (claim.access_key, str(claim.scope), claim.made) == (KEY, SCOPE.partition("/")[2], MADE)
    assert (claim.signed_headers, claim.signature) == (tuple(NAMES.split(";")), SIGNATURE)
    assert (claim.payload_hash, claim.expires) == (hashlib.sha256(b"").hexdigest(), None)


def test_blanks_between_the_fields_are_allowed() -> None:
    assert check(with_headers(authorization=AUTHORIZATION.replace(",", ", "))).claim.signature == SIGNATURE


def test_a_presigned_query_holds() -> None:
    claim = check(PRESIGNED).claim
    assert (claim.payload_hash, claim.expires) == ("UNSIGNED-PAYLOAD", 86400)
    assert claim.signature == PRESIGNED_SIGNATURE


def test_both_kinds_give_the_same_signing_key() -> None:
    assert check(SIGNED).key == check(PRESIGNED).key


def test_a_header_goes_before_a_query() -> None:
    assert read_claim(replace(SIGNED, query=QUERY)).signature == SIGNATURE


def test_no_credentials() -> None:
    assert refusal(replace(PRESIGNED, query="list-type=2")) == (403, "AccessDenied")


def test_an_unknown_access_key() -> None:
    with pytest.raises(Refusal) as refused:
        verify(SIGNED, {"other": SECRET}, MADE)
    assert (refused.value.status, refused.value.code) == (403, "InvalidAccessKeyId")


def test_another_secret() -> None:
    with pytest.raises(Refusal) as refused:
        verify(SIGNED, {KEY: "guess"}, MADE)
    assert (refused.value.status, refused.value.code) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    "request_",
    [
        replace(SIGNED, method="PUT"),
        replace(SIGNED, path="/other.txt"),
        replace(SIGNED, query="versionId=1"),
        with_headers(range="bytes=0-10"),
        with_headers(host="elsewhere"),
        with_headers(authorization=AUTHORIZATION[:-1] + "0"),
        with_headers(authorization=AUTHORIZATION.replace("us-east-1", "us-east-2")),
        replace(PRESIGNED, method="HEAD"),
        replace(PRESIGNED, query=QUERY.replace("86400", "86401")),
        replace(PRESIGNED, query=QUERY[:-1] + "0"),
        replace(PRESIGNED, query=f"{QUERY}&response-content-type=text/html"),
        replace(PRESIGNED, headers={"host": "elsewhere"}),
    ],
)
def test_whatever_was_signed_cannot_be_altered(request_: Request) -> None:
    assert refusal(request_) == (403, "SignatureDoesNotMatch")


def test_amz_headers_and_the_host_must_be_signed() -> None:
    assert refusal(with_headers(x_amz_meta_org="5318290")) == (403, "AccessDenied")
    assert refusal(replace(PRESIGNED, headers={"host": HOST, "x-amz-acl": "public-read"})) == (403, "AccessDenied")
    assert refusal(with_headers(authorization=AUTHORIZATION.replace("host;", ""))) == (403, "AccessDenied")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
        ("AWS4-HMAC-SHA256 ", ""),
        ("Signature=", "Sign="),
        ("SignedHeaders=", "Headers="),
        ("Credential=", "Key="),
        ("/s3/", "/ec2/"),
        ("aws4_request", "aws3_request"),
        (f"{KEY}/20130524/", f"{KEY}/"),
        ("/20130524/", "/20130525/"),
    ],
)
def test_malformed_header(old: str, new: str) -> None:
    assert refusal(with_headers(authorization=AUTHORIZATION.replace(old, new))) == (
        400,
        "AuthorizationHeaderMalformed",
    )


@pytest.mark.parametrize("date", [None, "20130524", "20130524T000000", "20130524T250000Z"])
def test_malformed_date(date: str | None) -> None:
    assert refusal(with_headers(x_amz_date=date)) == (400, "AuthorizationHeaderMalformed")


def test_a_header_signature_tells_the_payloads_hash() -> None:
    assert refusal(with_headers(x_amz_content_sha256=None)) == (400, "MissingSecurityHeader")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *((f"X-Amz-{name}=", f"X-Other-{name}=") for name in ("Algorithm", "Credential", "Date", "Expires")),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders="),
        (PRESIGNED_SIGNATURE, ""),
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
        ("%2F20130524%2F", "%2F20130523%2F"),
        ("Date=20130524T000000Z", "Date=20130524"),
        *(("=86400", f"={senseless}") for senseless in ("0", "-1", "604801", "1e3", "%2B1")),
    ],
)
def test_malformed_query(old: str, new: str) -> None:
    assert refusal(replace(PRESIGNED, query=QUERY.replace(old, new))) == (400, "AuthorizationQueryParametersError")


def test_a_week_is_the_longest_expiry() -> None:
    assert read_claim(replace(PRESIGNED, query=QUERY.replace("86400", "604800"))).expires == 604800


@pytest.mark.parametrize("sign", [1, -1])
def test_a_header_signature_holds_a_quarter_of_an_hour(sign: int) -> None:
    check(SIGNED, minutes=sign * 15)
    assert refusal(SIGNED, seconds=sign * 901) == (403, "RequestTimeTooSkewed")


def test_a_presigned_url_holds_until_it_expires() -> None:
    check(PRESIGNED, seconds=86400)
    assert refusal(PRESIGNED, seconds=86401) == (403, "AccessDenied")
    check(PRESIGNED, minutes=-15)
    assert refusal(PRESIGNED, seconds=-901) == (403, "AccessDenied")
