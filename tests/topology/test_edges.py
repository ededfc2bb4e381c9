import ssl
from types import SimpleNamespace

import pytest

from hopcheck.taps.http.head import request_head
from hopcheck.topology.edges import open_old_broker, storage_caller
from hopcheck.topology.pki import Authority
from hopcheck.topology.site import Site


@pytest.mark.parametrize(
    ("head", "caller"),
    [
        (b"PUT /b/k HTTP/1.1\r\nHost: s3\r\nAuthorization: AWS4-HMAC-SHA256 x\r\n\r\n", "ingress"),
        (b"GET /b/k?X-Amz-Signature=x HTTP/1.1\r\nHost: s3\r\n\r\n", "playbook-dispatcher"),
    ],
)
def test_how_a_request_is_authorized_tells_who_asks_the_store(head, caller):
    assert storage_caller(request_head(head)) == caller


async def test_an_old_broker_is_one_more_door_that_knows_nothing_new(tmp_path):
    opened = []

    async def open_(tap, address):
        opened.append((tap, address))
        return 4711

    topology = SimpleNamespace(
        authority=Authority(tmp_path),
        site=Site("platform", "127.0.0.1"),
        store=None,
        plan=SimpleNamespace(ports=SimpleNamespace(broker_hosts=1883)),
        open=open_,
    )
    assert await open_old_broker(topology) == 4711  # type: ignore[arg-type]
    [(tap, address)] = opened
    assert (tap.name, address) == ("mqtt:old", "127.0.0.1")
    assert tap._ssl.maximum_version is ssl.TLSVersion.TLSv1_2
