"""Requests of the kit's own to object storage, signed as its clients sign theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

REGION = "us-east-1"
PRESIGNED_S = 86400


def signed(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], keys: Sequence[str]
) -> Mapping[str, str]:
    """The headers with an Authorization besides; ``keys`` are access key, secret key, and perhaps a region."""
    key, secret, *region = keys
    request = AWSRequest(method, url, dict(headers), body or b"")
    S3SigV4Auth(Credentials(key, secret), "s3", *(region or [REGION])).add_auth(request)
    return dict(request.headers.items())


def presigned(method: str, url: str, keys: Sequence[str]) -> str:
    """Path and query of a URL that opens an object to whoever has it, signed with ``keys`` as `signed`."""
    key, secret, *region = keys
    request = AWSRequest(method, url)
    S3SigV4QueryAuth(Credentials(key, secret), "s3", *(region or [REGION]), expires=PRESIGNED_S).add_auth(request)
    parts = urlsplit(request.url)
    return f"{parts.path}?{parts.query}"
