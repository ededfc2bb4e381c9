import pytest

from hopcheck.taps.http.head import request_head
from hopcheck.topology.edges import storage_caller


@pytest.mark.parametrize(
    ("head", "caller"),
    [
        (b"PUT /b/k HTTP/1.1\r\nHost: s3\r\nAuthorization: AWS4-HMAC-SHA256 x\r\n\r\n", "ingress"),
        (b"GET /b/k?X-Amz-Signature=x HTTP/1.1\r\nHost: s3\r\n\r\n", "playbook-dispatcher"),
    ],
)
def test_how_a_request_is_authorized_tells_who_asks_the_store(head, caller):
    assert storage_caller(request_head(head)) == caller
