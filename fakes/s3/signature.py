"""Signature version 4 as S3 uses it: one percent-encoding of the path, headers as they were sent."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Request:
    """What a signature can cover; header names are lower-case, path and query as on the wire."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]

    def parameters(self) -> list[tuple[str, str]]:
        """The query's names and values, percent-decoded; a bare name has the value ""."""
        pairs = (item.partition("=") for item in self.query.split("&") if item)
        return [(_decode(name), _decode(value)) for name, _, value in pairs]


@dataclass(frozen=True, slots=True)
class Scope:
    """The credential scope: `date` YYYYMMDD, `region`, `service`."""

    date: str
    region: str
    service: str

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


def signing_key(secret: str, scope: Scope) -> bytes:
    """The key of one day, region and service."""
    key = f"AWS4{secret}".encode()
    for part in (scope.date, scope.region, scope.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def request_signature(key: bytes, timestamp: str, scope: Scope, canonical: str) -> str:
    """The hex signature of a canonical request; `timestamp` is YYYYMMDDTHHMMSSZ."""
    digest = hashlib.sha256(canonical.encode("latin-1")).hexdigest()
    return _sign(key, ALGORITHM, timestamp, str(scope), digest)


def chunk_signature(key: bytes, timestamp: str, scope: Scope, previous: str, data: bytes) -> str:
    """The hex signature of one aws-chunked chunk, which covers that of the chunk before."""
    digest = hashlib.sha256(data).hexdigest()
    return _sign(key, f"{ALGORITHM}-PAYLOAD", timestamp, str(scope), previous, EMPTY_SHA256, digest)


def canonical_request(request: Request, signed_headers: Iterable[str], payload_hash: str) -> str:
    """The text that is hashed; X-Amz-Signature is no part of it."""
    names = sorted(signed_headers)
    query = sorted((_encode(n), _encode(v)) for n, v in request.parameters() if n != "X-Amz-Signature")
    return "\n".join(
        [
            request.method,
            quote(unquote_to_bytes(request.path), safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in query),
            *(f"{name}:{' '.join(request.headers.get(name, '').split())}" for name in names),
            "",
            ";".join(names),
            payload_hash,
        ]
    )


def same(one: str, other: str) -> bool:
    """Equality in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _sign(key: bytes, *lines: str) -> str:
    return hmac.new(key, "\n".join(lines).encode(), "sha256").hexdigest()


# Latin-1 keeps every octet apart, so that a key that is no UTF-8 is signed as it was sent.
def _decode(text: str) -> str:
    return unquote_to_bytes(text).decode("latin-1")


def _encode(text: str) -> str:
    return quote(text.encode("latin-1"), safe="-_.~")
