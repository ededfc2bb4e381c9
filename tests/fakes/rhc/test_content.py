from __future__ import annotations

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
    assert retry_after(Reply(503, {"Retry-After": "later"}, b"")) is None
    assert retry_after(Reply(200, {"Retry-After": "7"}, b"")) is None
    assert retry_after(Reply(503, {}, b"")) is None
