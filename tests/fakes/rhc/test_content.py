from __future__ import annotations

import gzip
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from fakes.rhc.content import ContentClient, Reply, TransferError, retry_after


@pytest.fixture
def client():
    client = ContentClient(ssl.create_default_context())
    yield client
    client.close()


async def test_status_and_headers_come_back_as_they_are(client, web):
    web.answers.append((404, {"x-a-B": "1", "X-A-b": "2"}, b"nothing"))
    reply = await client.get(web.url + "/a%2Fb?c=d%20e")
    assert (reply.status, reply.headers["X-A-B"], reply.body) == (404, "1", b"nothing")
    assert web.requests[0][1] == "/a%2Fb?c=d%20e"


async def test_one_connection_serves_many_requests(client, web):
    for _ in range(3):
        await client.get(web.url + "/")
    assert web.connections == 1


async def test_metadata_becomes_trimmed_headers(client, web):
    await client.post(web.url + "/u", {"Content-Type": " a/b\t", "X-One": "1"}, b"")
    _, _, headers, _ = web.requests[0]
    assert (headers["Content-Type"], headers["X-One"], headers["Content-Length"]) == ("a/b", "1", "0")
    assert headers["User-Agent"] == "yggd/0.4.9"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "no scheme", "ftp://127.0.0.1/", "https://127.0.0.1:1/"])
async def test_no_answer_is_an_error(client, url):
    with pytest.raises(TransferError):
        await client.get(url)


@pytest.mark.parametrize(("retries", "answered"), [(0, False), (1, True)])
async def test_busy_server_is_asked_again_as_often_as_allowed(web, retries, answered):
    client = ContentClient(ssl.create_default_context(), retries=retries)
    web.answers.append((503, {"Retry-After": "0"}, b""))
    try:
        reply = await client.get(web.url)
    except TransferError:
        reply = None
    client.close()
    assert (reply is not None) is answered
    assert len(web.requests) == retries + 1


def test_retry_after_is_seconds_or_a_date():
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert retry_after(Reply(429, {"Retry-After": "7"}, b"")) == 7
    assert 50 < retry_after(Reply(503, {"Retry-After": date}, b"")) <= 60
    assert retry_after(Reply(503, {"Retry-After": "0.5"}, b"")) == 0.5
    with pytest.raises(ValueError, match="laters"):
        retry_after(Reply(503, {"Retry-After": "later"}, b""))
    assert retry_after(Reply(200, {"Retry-After": "7"}, b"")) is None
    assert retry_after(Reply(503, {}, b"")) is None


@pytest.mark.parametrize(("status", "method", "body"), [(302, "GET", b""), (307, "POST", b"events")])
async def test_redirections_are_followed(client, web, status, method, body):
    web.answers.append((status, {"Location": "/there?a=b"}, b""))
    assert (await client.post(web.url + "/here", {}, b"events")).body == b"the playbook"
    (_, second) = web.requests
    assert (second[0], second[1], second[2]["Referer"], second[3]) == (method, "/there?a=b", web.url + "/here", body)


async def test_redirections_without_end_are_an_error(client, web):
    web.answers.extend([(302, {"Location": "/again"}, b"")] * 10)
    with pytest.raises(TransferError, match="redirections"):
        await client.get(web.url)
    assert len(web.requests) == 10


async def test_packed_content_is_unpacked(client, web):
    web.answers.append((200, {"Content-Encoding": "gzip"}, gzip.compress(b"content")))
    reply = await client.get(web.url)
    assert (reply.body, "Content-Encoding" in reply.headers, "Content-Length" in reply.headers) == (
        b"content",
        False,
        False,
    )
    assert web.requests[0][2]["Accept-Encoding"] == "gzip"


async def test_slow_server_is_asked_again_until_the_identity_changes():
    client = ContentClient(ssl.create_default_context(), retries=1, timeout=0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(TransferError, match="too many"):
            await client.get(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        silent.setblocking(False)
        for _ in range(2):
            silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()
    client.renew(ssl.create_default_context())
    assert (client._retries, client._timeout) == (0, None)
    client.close()
