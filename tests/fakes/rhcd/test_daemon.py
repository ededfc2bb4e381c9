import asyncio
import json
from types import SimpleNamespace

import pytest

from fakes.rhc.content import Reply
from fakes.rhcd import daemon as module
from fakes.rhcd.config import Config
from fakes.rhcd.daemon import Daemon
from fakes.rhcd.link import Message

URL = b'"https://x/playbook"'


class Session:
    """Keeps what is published."""

    def __init__(self, servers, topics, will, tls):
        self.topics, self.will, self.published = topics, json.loads(will), []
        self.received = self.connected = self.lost = None

    async def publish(self, topic, payload):
        self.published.append((topic, json.loads(payload)))


class Content:
    def __init__(self, tls, data_host):
        self.status, self.asked = 200, []

    async def get(self, url):
        self.asked.append(("GET", url))
        return Reply(self.status, {}, b"the playbook")

    async def post(self, url, headers, body):
        self.asked.append(("POST", url, dict(headers), body))
        return Reply(202, {}, b"")


@pytest.fixture
async def daemon(monkeypatch):
    monkeypatch.setattr(module, "Session", Session)
    monkeypatch.setattr(module, "ContentClient", Content)
    monkeypatch.setattr(module.identity, "tls_context", lambda config: SimpleNamespace())
    monkeypatch.setattr(module.identity, "client_id", lambda config, directory: "host-1")
    return Daemon(Config(("mqtts://b",), "c", "k", topic_prefix="some/prefix"))


def worker(daemon, monkeypatch, *, detached=True):
    sent = []
    monkeypatch.setattr(
        daemon._workers, "of", lambda name: SimpleNamespace(detached=detached) if name == "w-1" else None
    )
    monkeypatch.setattr(daemon._workers, "send", lambda to, message: sent.append(message))
    return sent


async def told(daemon):
    await asyncio.gather(*daemon._tasks)
    return daemon._session.published


async def test_topics_begin_with_the_prefix_that_is_configured(daemon):
    await daemon.publish_status()
    [(topic, status)] = daemon._session.published
    assert topic == "some/prefix/host-1/control/out"
    assert status["content"]["state"] == "online"
    assert daemon._session.will["content"]["state"] == "offline"


async def test_every_connect_is_told(daemon):
    daemon._session.connected()
    daemon._session.connected()
    assert [status["content"]["state"] for _, status in await told(daemon)] == ["online", "online"]


async def test_content_is_fetched_for_who_wants_it_so(daemon, monkeypatch):
    sent = worker(daemon, monkeypatch)
    await daemon.deliver(Message("m", "", "w-1", {}, URL))
    assert sent == [Message("m", "", "w-1", {}, b"the playbook")]


async def test_content_passes_as_it_is_to_others(daemon, monkeypatch):
    sent = worker(daemon, monkeypatch, detached=False)
    await daemon.deliver(Message("m", "", "w-1", {}, URL))
    assert [each.content for each in sent] == [URL]
    assert daemon._content.asked == []


async def test_an_error_goes_no_further(daemon, monkeypatch):
    sent = worker(daemon, monkeypatch)
    daemon._content.status = 404
    with pytest.raises(ValueError, match="answered 404"):
        await daemon.deliver(Message("m", "", "w-1", {}, URL))
    assert sent == []


async def test_a_name_is_taken_as_it_is_spelled(daemon, monkeypatch):
    worker(daemon, monkeypatch)
    with pytest.raises(ValueError, match="no worker is called 'w_1'"):
        await daemon.deliver(Message("m", "", "w_1", {}, URL))


async def test_what_is_for_a_url_is_posted_with_metadata_as_headers(daemon):
    assert await daemon.transmit(Message("m", "r", "https://x/up", {"Content-Type": "t"}, b"body")) == 202
    assert daemon._content.asked == [("POST", "https://x/up", {"Content-Type": "t"}, b"body")]


async def test_what_is_for_a_name_is_published(daemon):
    assert await daemon.transmit(Message("m", "r", "w-1", {"a": "b"}, b'{"x": 1}')) == 0
    [(topic, message)] = daemon._session.published
    assert topic == "some/prefix/host-1/data/out"
    assert (message["message_id"], message["response_to"], message["content"]) == ("m", "r", {"x": 1})


async def test_a_ping_is_answered_and_a_cancel_is_none_of_its_commands(daemon):
    control = daemon._topics.control_in
    command = {"type": "command", "message_id": "c", "version": 1, "content": {"command": "ping", "arguments": {}}}
    daemon._session.received(control, json.dumps(command).encode())
    command["content"] = {"command": "cancel", "arguments": {"directive": "w-1", "messageID": "m"}}
    daemon._session.received(control, json.dumps(command).encode())
    [(_, pong)] = await told(daemon)
    assert (pong["content"], pong["response_to"]) == ("pong", "c")
