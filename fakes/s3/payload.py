"""Is the body the one that was signed: its hash, or the chain of aws-chunked signatures."""

from __future__ import annotations

import hashlib

from fakes.s3 import refusal
from fakes.s3.credentials import UNSIGNED, Verified
from fakes.s3.signature import chunk_signature, same

SIGNED_CHUNKS = ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
UNSIGNED_CHUNKS = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def check(verified: Verified, body: bytes) -> None:
    """Raises Refusal where `body`, as on the wire, is not what the request's signature promised."""
    promised = verified.claim.payload_hash
    if promised in (UNSIGNED, UNSIGNED_CHUNKS):
        return
    if promised in SIGNED_CHUNKS:
        check_chunks(verified, body)
    elif not same(hashlib.sha256(body).hexdigest(), promised):
        raise refusal.payload_mismatch()


def check_chunks(verified: Verified, body: bytes) -> None:
    """Follow `<hex size>;chunk-signature=<hex>` from the seed signature to the chunk of size 0."""
    claim, position, size = verified.claim, 0, -1
    previous = claim.signature
    while size != 0:
        end = body.find(b"\r\n", position)
        head, _, signature = body[position : max(end, position)].partition(b";chunk-signature=")
        try:
            size = int(head, 16)
        except ValueError:
            raise incomplete() from None
        data = body[end + 2 : end + 2 + size]
        position = end + 2 + size + 2
        if size < 0 or len(data) < size:
            raise incomplete()
        expected = chunk_signature(verified.key, claim.timestamp, claim.scope, previous, data)
        previous = signature.decode("latin-1")
        if not same(previous, expected):
            raise refusal.signature_does_not_match("a chunk")


def incomplete() -> refusal.Refusal:
    """400: the framing breaks off."""
    return refusal.Refusal(400, "IncompleteBody", "the aws-chunked body breaks off")
