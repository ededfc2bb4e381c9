"""Who a request says it is from, and whether that holds: Authorization header or presigned query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fakes.s3 import refusal
from fakes.s3.signature import ALGORITHM, Request, Scope, canonical_request, request_signature, same, signing_key

LONGEST_EXPIRY = 7 * 24 * 3600
ALLOWED_SKEW = timedelta(minutes=15)
UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True, slots=True)
class Claim:
    """A signature as sent; `expires` in seconds is None unless the request is presigned."""

    access_key: str
    scope: Scope
    timestamp: str
    made: datetime
    signed_headers: tuple[str, ...]
    payload_hash: str
    signature: str
    expires: int | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """A claim that holds, and the key that its chunks are signed with."""

    claim: Claim
    key: bytes


def verify(request: Request, secrets: Mapping[str, str], now: datetime) -> Verified:
    """Check who signed, when and what. `secrets` maps access key to secret key. Raises Refusal (STO-04)."""
    claim = read_claim(request)
    secret = secrets.get(claim.access_key)
    if secret is None:
        raise refusal.invalid_access_key(claim.access_key)
    check_time(claim, now)
    check_coverage(claim, request)
    key = signing_key(secret, claim.scope)
    check_signature(claim, request, key)
    return Verified(claim, key)


def read_claim(request: Request) -> Claim:
    """The claim in the header or, without one, in the query. Raises Refusal."""
    if "authorization" in request.headers:
        return claim_of_header(request)
    query = dict(request.parameters())
    if "X-Amz-Signature" in query or "X-Amz-Algorithm" in query:
        return claim_of_query(query)
    raise refusal.access_denied()


def claim_of_header(request: Request) -> Claim:
    """`Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`."""
    algorithm, _, rest = request.headers["authorization"].partition(" ")
    fields = dict(item.strip().partition("=")[::2] for item in rest.split(","))
    if algorithm != ALGORITHM or not {"Credential", "SignedHeaders", "Signature"} <= fields.keys():
        raise refusal.malformed_header(f"not an {ALGORITHM} header with all of its fields")
    access_key, scope = _scope(fields["Credential"])
    timestamp = request.headers.get("x-amz-date", "")
    made = _moment(timestamp)
    if scope is None or made is None or not timestamp.startswith(scope.date):
        raise refusal.malformed_header("the credential's scope and x-amz-date do not agree")
    payload_hash = request.headers.get("x-amz-content-sha256")
    if payload_hash is None:
        raise refusal.Refusal(400, "MissingSecurityHeader", "x-amz-content-sha256 is missing")
    signed = tuple(fields["SignedHeaders"].split(";"))
    return Claim(access_key, scope, timestamp, made, signed, payload_hash, fields["Signature"])


def claim_of_query(query: Mapping[str, str]) -> Claim:
    """A presigned URL's `X-Amz-…` parameters."""
    wanted = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")
    fields = {name: query.get(f"X-Amz-{name}", "") for name in wanted}
    if fields["Algorithm"] != ALGORITHM or not all(fields.values()):
        raise refusal.malformed_query(f"an {ALGORITHM} query needs all of X-Amz-{', X-Amz-'.join(wanted)}")
    access_key, scope = _scope(fields["Credential"])
    timestamp = fields["Date"]
    made = _moment(timestamp)
    if scope is None or made is None or not timestamp.startswith(scope.date):
        raise refusal.malformed_query("the credential's scope and X-Amz-Date do not agree")
    if not re.fullmatch("[0-9]{1,9}", fields["Expires"]) or not 0 < int(fields["Expires"]) <= LONGEST_EXPIRY:
        raise refusal.malformed_query(f"X-Amz-Expires must be 1 to {LONGEST_EXPIRY} seconds")
    signed = tuple(fields["SignedHeaders"].split(";"))
    expires = int(fields["Expires"])
    return Claim(access_key, scope, timestamp, made, signed, UNSIGNED, fields["Signature"], expires)


def check_time(claim: Claim, now: datetime) -> None:
    """Refuse a signature that is not valid at `now`."""
    if claim.expires is None:
        if abs(now - claim.made) > ALLOWED_SKEW:
            raise refusal.time_too_skewed()
    elif now > claim.made + timedelta(seconds=claim.expires):
        raise refusal.access_denied("Request has expired")
    elif now < claim.made - ALLOWED_SKEW:
        raise refusal.access_denied("Request is not yet valid")


def check_coverage(claim: Claim, request: Request) -> None:
    """Refuse a signature that leaves out the host or an `x-amz-` header."""
    wanted = {"host", *(name for name in request.headers if name.startswith("x-amz-"))}
    unsigned = wanted - set(claim.signed_headers)
    if unsigned:
        raise refusal.access_denied(f"not signed: {', '.join(sorted(unsigned))}")


def check_signature(claim: Claim, request: Request, key: bytes) -> None:
    """Refuse a signature that is not the one `key` makes over this request."""
    canonical = canonical_request(request, claim.signed_headers, claim.payload_hash)
    computed = request_signature(key, claim.timestamp, claim.scope, canonical)
    if not same(computed, claim.signature):
        raise refusal.signature_does_not_match("the request")


def _scope(credential: str) -> tuple[str, Scope | None]:
    access_key, *rest = credential.rsplit("/", 4)
    if len(rest) != 4 or rest[2:] != ["s3", "aws4_request"]:
        return access_key, None
    return access_key, Scope(*rest[:3])


def _moment(timestamp: str) -> datetime | None:
    try:
        return datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
