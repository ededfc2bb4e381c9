from __future__ import annotations

import hashlib

from fakes.s3.signature import (
    EMPTY_SHA256,
    Request,
    Scope,
    canonical_request,
    chunk_signature,
    request_signature,
    same,
    signing_key,
)

# The account, times and results of the worked examples in the S3 API reference.
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SCOPE = Scope("20130524", "us-east-1", "s3")
TIME = "20130524T000000Z"
HOST = "examplebucket.s3.amazonaws.com"


def sign(request: Request, names: list[str], payload: str) -> str:
    key = signing_key(SECRET, SCOPE)
    return request_signature(key, TIME, SCOPE, canonical_request(request, names, payload))


def test_header_signature_of_a_get_with_a_range():
    headers = {"host": HOST, "range": "bytes=0-9", "x-amz-content-sha256": EMPTY_SHA256, "x-amz-date": TIME}
    signature = sign(Request("GET", "/test.txt", "", headers), sorted(headers), EMPTY_SHA256)
    assert signature == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"


def test_presigned_signature():
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F"
        "aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
    )
    signature = sign(Request("GET", "/test.txt", query, {"host": HOST}), ["host"], "UNSIGNED-PAYLOAD")
    assert signature == "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"


def test_chunk_signatures_follow_from_the_seed():
    key = signing_key(SECRET, SCOPE)
    seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    first = chunk_signature(key, TIME, SCOPE, seed, b"a" * 65536)
    assert first == "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"
    assert chunk_signature(key, TIME, SCOPE, first, b"a" * 1024) == (
        "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"
    )


def test_path_and_query_are_encoded_once_and_sorted():
    request = Request("GET", "/b/a%2Fb%20c", "z=1&a=%2b&list", {})
    assert canonical_request(request, [], "-").split("\n")[1:3] == ["/b/a/b%20c", "a=%2B&list=&z=1"]


def test_blanks_in_headers_are_folded():
    request = Request("GET", "/", "", {"x-amz-meta-a": "  b   c "})
    assert "x-amz-meta-a:b c\n" in canonical_request(request, ["x-amz-meta-a"], "-")


def test_same_tells_signatures_apart():
    one = hashlib.sha256(b"1").hexdigest()
    assert same(one, one)
    assert not same(one, "é")
