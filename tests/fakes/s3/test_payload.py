from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fakes.s3.credentials import Claim, Verified
from fakes.s3.payload import check
from fakes.s3.refusal import Refusal
from fakes.s3.signature import Scope, signing_key

# The chunked upload of the S3 API reference: 66560 times "a" in a chunk of 64 KiB and the rest.
SCOPE = Scope("20130524", "us-east-1", "s3")
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
FIRST = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"
SECOND = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"
LAST = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"
STREAMING = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
CLAIM = Claim("k", SCOPE, "20130524T000000Z", datetime(2013, 5, 24, tzinfo=UTC), ("host",), STREAMING, SEED)
KEY = signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", SCOPE)
# FIPS 180-2, appendix B.1.
SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def chunk(signature: str, data: bytes, size: int | None = None) -> bytes:
    length = len(data) if size is None else size
    return f"{length:x};chunk-signature={signature}\r\n".encode() + data + b"\r\n"


ONE, TWO, END = chunk(FIRST, b"a" * 65536), chunk(SECOND, b"a" * 1024), chunk(LAST, b"")


def verified(promised: str) -> Verified:
    return Verified(replace(CLAIM, payload_hash=promised), KEY)


def refusal(promised: str, body: bytes) -> tuple[int, str]:
    with pytest.raises(Refusal) as refused:
        check(verified(promised), body)
    return refused.value.status, refused.value.code


def test_a_body_of_the_promised_hash() -> None:
    check(verified(SHA256_OF_ABC), b"abc")
    for altered in (b"abd", b"", b"abc\n"):
        assert refusal(SHA256_OF_ABC, altered) == (400, "XAmzContentSHA256Mismatch")


@pytest.mark.parametrize("promised", ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"])
def test_a_body_that_nobody_signed(promised: str) -> None:
    check(verified(promised), b"anything")


def test_a_promise_that_is_none_is_not_kept() -> None:
    assert refusal("unsigned-payload", b"") == (400, "XAmzContentSHA256Mismatch")


@pytest.mark.parametrize("promised", [STREAMING, f"{STREAMING}-TRAILER"])
def test_chunks_whose_chain_holds(promised: str) -> None:
    check(verified(promised), ONE + TWO + END)


@pytest.mark.parametrize(
    "body",
    [
        ONE + chunk(SECOND, b"a" * 1023 + b"b") + END,
        TWO + ONE + END,
        ONE + END,
        TWO + END,
        ONE + ONE + TWO + END,
        ONE + TWO + chunk(FIRST, b""),
        chunk("", b"a" * 65536) + TWO + END,
        b"10000\r\n" + b"a" * 65536 + b"\r\n" + TWO + END,
    ],
    ids=["altered", "swapped", "left out", "first left out", "twice", "other end", "empty signature", "unsigned"],
)
def test_a_chain_that_does_not_hold(body: bytes) -> None:
    assert refusal(STREAMING, body) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        ONE + TWO,
        ONE[:-100],
        ONE + TWO + END[:20],
        chunk(FIRST, b"a" * 65536, size=65540),
        chunk(FIRST, b"", size=-1),
        b"size;chunk-signature=" + FIRST.encode() + b"\r\n",
        b"plain text",
    ],
    ids=["empty", "no end", "cut chunk", "cut head", "too long", "negative", "no number", "no chunks"],
)
def test_framing_that_breaks_off(body: bytes) -> None:
    assert refusal(STREAMING, body) == (400, "IncompleteBody")
