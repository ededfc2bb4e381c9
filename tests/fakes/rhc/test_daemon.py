from __future__ import annotations

import asyncio
import json
from typing import Annotated

import pytest
import trustme
from dbus_fast import Message
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusBytes, DBusSignature, DBusStr
from dbus_fast.constants import PropertyAccess
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from fakes.rhc.daemon import Daemon
from fakes.rhc.session import Unconnected

Texts = Annotated[dict[str, str], DBusSignature("a{ss}")]
EventBody = Annotated[tuple, DBusSignature("ussa{ss}")]
WORKER = "com.redhat.Yggdrasil1.Worker1"
OUT = "redhat/insights/host-1/control/out"
CONTROL, DATA = "redhat/insights/host-1/control/in", "redhat/insights/host-1/data/in"


class Worker(ServiceInterface):
    def __init__(self, remote):
        super().__init__(WORKER)
        self.remote, self.calls = remote, asyncio.Queue()

    @dbus_method()
    def Dispatch(self, addr: DBusStr, id: DBusStr, response_to: DBusStr, metadata: Texts, data: DBusBytes):
        self.calls.put_nowait((addr, id, response_to, metadata, data))

    @dbus_method()
    def Cancel(self, directive: DBusStr, id: DBusStr, cancel_id: DBusStr):
        self.calls.put_nowait((directive, id, cancel_id))

    @dbus_property(access=PropertyAccess.READ)
    def Features(self) -> Texts:
        return {"version": "1"}

    @dbus_property(access=PropertyAccess.READ)
    def RemoteContent(self) -> DBusBool:
        return self.remote

    @dbus_signal()
    def Event(self, *body) -> EventBody:
        return body


@pytest.fixture
async def join(bus_address):
    buses = []

    async def add(directive, remote=False):
        worker, bus = Worker(remote), await MessageBus(bus_address=bus_address).connect()
        bus.export(f"/com/redhat/Yggdrasil1/Worker1/{directive}", worker)
        await bus.request_name(f"{WORKER}.{directive}")
        buses.append(bus)
        worker.bus = bus
        return worker

    yield add
    for bus in buses:
        bus.disconnect()


@pytest.fixture
async def start(config, bus_address, cloud):
    runs = []

    async def begin(**options):
        daemon = Daemon(config.__class__(**{f: getattr(config, f) for f in config.__slots__} | options))
        runs.append((daemon, asyncio.create_task(daemon.run())))
        await cloud.control(state="online")
        return daemon

    yield begin
    for daemon, run in runs:
        daemon.stopping.set()
        await run


def data(content, directive="rhc-worker-playbook", **rest):
    return {
        "type": "data",
        "message_id": "m-1",
        "response_to": "",
        "version": 1,
        "sent": "2024-01-01T00:00:00Z",
        "directive": directive,
        "metadata": {"return_url": "u"},
        "content": content,
        **rest,
    }


def command(name, message_id="c-1", **arguments):
    return {
        "type": "command",
        "message_id": message_id,
        "version": 1,
        "sent": "2024-01-01T00:00:00Z",
        "content": {"command": name, "arguments": arguments},
    }


async def transmit(bus, *body):
    return await bus.call(
        Message(
            destination="com.redhat.Yggdrasil1.Dispatcher1",
            path="/com/redhat/Yggdrasil1/Dispatcher1",
            interface="com.redhat.Yggdrasil1.Dispatcher1",
            member="Transmit",
            signature="sssa{ss}ay",
            body=list(body),
        )
    )


async def test_one_online_status_names_the_workers_twice(start, join, cloud, config):
    await start()
    await join("rhc_worker_playbook")
    _, status = await cloud.control(2, type="connection-status")
    assert status["content"]["dispatchers"] == {
        "rhc_worker_playbook": {"version": "1"},
        "rhc-worker-playbook": {"version": "1"},
    }
    assert status["content"]["canonical_facts"] == {}
    assert "tags" not in status["content"]
    assert status["response_to"] == ""


async def test_a_worker_that_was_there_first_is_listed_after_its_first_message(start, join, cloud):
    worker = await join("echo")
    await start()
    cloud.send(DATA, data("x", "echo"))
    assert (await worker.calls.get())[0] == "echo"
    first, second = await cloud.control(2, type="connection-status")
    assert (first["content"]["dispatchers"], second["content"]["dispatchers"]) == ({}, {"echo": {"version": "1"}})


async def test_throwaway_comes_first_and_nothing_is_retained(start, cloud):
    await start()
    (topic, payload, qos, retain), online = cloud.seen
    assert (topic, payload, qos, retain) == ("redhat/insights/host-1/data/out", b"", 0, False)
    assert (online[0], *online[2:]) == (OUT, 1, False)


async def test_pong_answers_ping(start, cloud):
    await start()
    cloud.send(CONTROL, b"{not json")
    cloud.send(CONTROL, command("nonsense"))
    cloud.send(CONTROL, command("ping", "p-1"))
    (event,) = await cloud.control(type="event")
    assert (event["content"], event["response_to"]) == ("pong", "p-1")
    assert event["message_id"] != "p-1"


async def test_detached_content_reaches_the_worker(start, join, cloud, web):
    worker = await join("rhc_worker_playbook", remote=True)
    await start(data_host=web.url.removeprefix("http://"))
    cloud.send(DATA, data("http://elsewhere.example/playbook?hosts=a"))
    assert await worker.calls.get() == ("rhc_worker_playbook", "m-1", "", {"return_url": "u"}, b"the playbook")
    ((method, path, headers, _),) = web.requests
    assert (method, path, headers["User-Agent"]) == ("GET", "/playbook?hosts=a", "yggd/0.4.9")


async def test_attached_content_is_passed_as_it_is_spelled(start, join, cloud):
    worker = await join("echo")
    await start()
    cloud.send(DATA, data("dropped", "nobody"))
    cloud.send(DATA, data("dropped", "echo", metadata={"a": 1}))
    cloud.send(DATA, b'{"directive":"echo","message_id":"m-2","content": {"a" :1.0}}')
    assert (await worker.calls.get())[4] == b'{"a" :1.0}'


async def test_transmit_posts_for_a_remote_content_worker(start, join, web):
    worker = await join("rhc_worker_playbook", remote=True)
    await start()
    web.answers.append((413, {"x-request-id": "r"}, b"too big"))
    reply = await transmit(worker.bus, web.url + "/upload", "i", "m-1", {"Content-Type": " a/b "}, b"events")
    code, metadata, content = reply.body
    assert (code, metadata["X-Request-Id"], content) == (413, "r", b"too big")
    ((method, path, headers, body),) = web.requests
    assert (method, path, headers["Content-Type"], body) == ("POST", "/upload", "a/b", b"events")


async def test_transmit_publishes_for_any_other_worker(start, join, cloud):
    worker = await join("echo")
    await start()
    reply = await transmit(worker.bus, "back", "i-1", "m-1", {"k": "v"}, b'{"b" : 1.0}')
    assert reply.body == [0, {}, b""]
    ((_, payload, qos, _),) = await cloud.wait(lambda topic, payload: topic.endswith("data/out") and payload)
    message = json.loads(payload)
    assert (message["directive"], message["message_id"], message["response_to"], qos) == ("back", "i-1", "m-1", 1)
    assert b'"content":{"b":1.0}' in payload


@pytest.mark.parametrize(
    ("remote", "addr", "content"),
    [(True, "http://127.0.0.1:1/", b""), (True, "no-scheme", b""), (False, "echo", b"not json")],
)
async def test_transmit_fails_with_an_error(start, join, remote, addr, content):
    worker = await join("echo", remote)
    await start()
    reply = await transmit(worker.bus, addr, "i", "m", {}, content)
    assert reply.error_name == "com.redhat.Yggdrasil1.Dispatcher1.Transmit"


async def test_transmit_is_for_workers_only(start, peer, web):
    await start()
    assert (await transmit(peer, web.url, "i", "m", {}, b"")).error_name == "com.redhat.Yggdrasil1.Dispatcher1.Transmit"
    assert web.requests == []


async def test_status_follows_workers_and_facts(start, join, cloud, config, folder):
    await start()
    worker = await join("echo")
    first, second = await cloud.control(2, state="online")
    assert (first["content"]["dispatchers"], second["content"]["dispatchers"]) == ({}, {"echo": {"version": "1"}})
    (folder / "facts.json").write_text('{"fqdn": "a"}')
    assert (await cloud.control(3, state="online"))[2]["content"]["canonical_facts"] == {"fqdn": "a"}
    cloud.send(DATA, data("x", "echo"))
    await worker.calls.get()
    worker.bus.disconnect()
    last = (await cloud.control(4, state="online"))[3]
    assert last["content"]["dispatchers"] == {}


async def test_cancel_reaches_the_worker(start, join, cloud):
    worker = await join("rhc_worker_playbook")
    await start()
    cloud.send(CONTROL, command("cancel", directive="rhc-worker-playbook"))
    cloud.send(CONTROL, command("cancel", "c-2", directive="rhc-worker-playbook", messageID="m-1"))
    assert await worker.calls.get() == ("rhc_worker_playbook", "c-2", "m-1")


@pytest.fixture
async def events(peer):
    events = asyncio.Queue()
    await peer.call(
        Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="AddMatch",
            signature="s",
            body=["interface='com.redhat.Yggdrasil1.Dispatcher1',member='Event'"],
        )
    )
    peer.add_message_handler(lambda m: events.put_nowait(m.body[0]) if m.member == "Event" else None)
    return events


async def test_reconnect_comes_back_and_disconnect_is_told_to_workers(start, join, cloud, events, folder):
    await start()
    assert await events.get() == 3
    cloud.send(CONTROL, command("reconnect", delay="0"))
    assert await events.get() == 3
    await cloud.wait(lambda topic, payload: topic.endswith("data/out"), 2)
    cloud.send(CONTROL, command("ping"))
    await cloud.control(type="event")
    worker = await join("echo")
    await cloud.control(2, state="online")
    cloud.send(CONTROL, command("disconnect"))
    assert await events.get() == 1
    (folder / "facts.json").write_text("{}")
    assert (await transmit(worker.bus, "echo", "i", "m", {}, b"1")).error_name
    assert len(await cloud.control(type="connection-status")) == 2


async def test_reconnect_gives_up_where_the_broker_is_away(start, cloud, broker, caplog):
    daemon = await start()
    await daemon.hang_up()
    broker.terminate()
    broker.wait()
    with pytest.raises(Unconnected):
        await daemon.come_back(0)


async def test_a_new_identity_takes_the_place_of_the_old_one(start, cloud, events, folder):
    (folder / "ca.pem").write_bytes(trustme.CA().cert_pem.bytes())
    await start(ca_root=(str(folder / "ca.pem"),))
    assert await events.get() == 3
    (folder / "ca.pem").write_bytes(trustme.CA().cert_pem.bytes())
    assert await events.get() == 3
    await cloud.control(state="offline")
    cloud.send(CONTROL, command("ping"))
    await cloud.control(type="event")
    assert len(await cloud.control(state="online")) == 1
    (folder / "ca.pem").write_text("no certificate")
    cloud.send(CONTROL, command("ping", "p-2"))
    await cloud.control(response_to="p-2")


async def test_removed_tags_are_not_noticed(start, cloud, folder):
    (folder / "tags.toml").write_text('a = "b"')
    await start()
    (folder / "tags.toml").unlink()
    (folder / "facts.json").write_text("{}")
    assert ["tags" in each["content"] for each in await cloud.control(2, state="online")] == [True, False]


async def test_lost_broker_is_joined_again_without_a_status(start, cloud, events, port):
    await start()
    assert await events.get() == 3
    rival = cloud.client.__class__(cloud.client.callback_api_version, client_id="host-1")
    rival.connect("127.0.0.1", port)
    rival.loop_start()
    await cloud.control(state="offline")
    rival.disconnect()
    rival.loop_stop()
    assert [await events.get(), await events.get()] == [2, 3]
    cloud.send(CONTROL, command("ping"))
    await cloud.control(type="event")
    assert len(await cloud.control(state="online")) == 1


async def test_worker_events_are_told_again(start, join, peer):
    worker = await join("echo")
    await start()
    seen = asyncio.Queue()
    await peer.call(
        Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="AddMatch",
            signature="s",
            body=["interface='com.redhat.Yggdrasil1'"],
        )
    )
    peer.add_message_handler(lambda m: seen.put_nowait((m.signature, m.body)) if m.member == "WorkerEvent" else None)
    worker.Event(1, "m-1", "", {})
    worker.Event(3, "m-1", "", {"k": "v"})
    assert await seen.get() == ("suss", ["echo", 1, "m-1", ""])
    assert await seen.get() == ("sussa{ss}", ["echo", 3, "m-1", "", {"k": "v"}])


async def test_no_broker_is_the_end(config, bus_address):
    with pytest.raises(Unconnected, match="mqtt://127"):
        await Daemon(config).run()
