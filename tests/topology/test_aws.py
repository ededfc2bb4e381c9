from datetime import UTC, datetime

import pytest

from fakes.s3 import credentials
from fakes.s3.refusal import Refusal
from fakes.s3.signature import Request
from hopcheck.topology.aws import presigned, signed

KEYS = ("an-access-key", "a secret")
HOST = "127.0.0.1:9"


def as_seen(method, path, headers=()):
    target, _, query = path.partition("?")
    return Request(
        method, target, query, {"host": HOST, **{name.lower(): value for name, value in dict(headers).items()}}
    )


@pytest.mark.parametrize(("secret", "right"), [(KEYS[1], True), ("another", False)])
def test_storage_takes_a_signature_by_its_key_alone(secret, right):
    headers = signed("PUT", f"http://{HOST}/bucket/a%20key", b"content", {"x-amz-meta-org": "7"}, KEYS)
    request = as_seen("PUT", "/bucket/a%20key", headers)
    assert headers["x-amz-meta-org"] == "7"
    if right:
        assert credentials.verify(request, {KEYS[0]: secret}, datetime.now(UTC)).claim.expires is None
    else:
        with pytest.raises(Refusal):
            credentials.verify(request, {KEYS[0]: secret}, datetime.now(UTC))


def test_a_presigned_path_needs_no_header():
    path = presigned("GET", f"http://{HOST}/bucket/key", KEYS)
    assert path.startswith("/bucket/key?")
    assert credentials.verify(as_seen("GET", path), dict([KEYS]), datetime.now(UTC)).claim.expires == 86400
