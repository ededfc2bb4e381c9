from __future__ import annotations

import asyncio
import json
import socket
import ssl
import subprocess

import pytest
import trustme

from fakes.rhc.session import Session, Unconnected, happened
from fakes.rhc.topic import Topics

TOPICS = Topics("redhat/insights", "host-1")


@pytest.fixture
async def session(broker, port):
    session = Session([f"mqtt://127.0.0.1:{port}"], TOPICS, b'{"state":"offline"}', ssl.create_default_context())
    yield session
    session.abort()


async def test_both_subscriptions_stand_on_return(session, cloud):
    received = asyncio.Queue()
    session.received = lambda *message: received.put_nowait(message)
    await session.connect()
    cloud.send(TOPICS.data_in, b"1")
    cloud.send(TOPICS.control_in, b"2")
    assert [await received.get(), await received.get()] == [(TOPICS.data_in, b"1"), (TOPICS.control_in, b"2")]


async def test_abort_fires_the_will_and_disconnect_does_not(session, cloud):
    await session.connect()
    await session.disconnect()
    assert not session.up
    await session.connect()
    session.abort()
    ((_, payload),) = [m[:2] for m in await cloud.wait(lambda topic, _: topic == TOPICS.control_out)]
    assert json.loads(payload) == {"state": "offline"}


async def test_big_messages_pass_both_ways(session, cloud):
    received = asyncio.Queue()
    session.received = lambda *message: received.put_nowait(message)
    await session.connect()
    await session.publish(TOPICS.data_out, b"x" * 1_000_000)
    assert await cloud.wait(lambda topic, payload: len(payload) == 1_000_000)
    cloud.send(TOPICS.data_in, b"y" * 1_000_000)
    assert len((await received.get())[1]) == 1_000_000


async def test_renewed_session_drives_the_old_one_out(session, cloud):
    await session.connect()
    old = session._client.socket()
    await session.renew(ssl.create_default_context())
    assert session.up
    assert old.fileno() == -1
    ((_, payload),) = [m[:2] for m in await cloud.wait(lambda topic, _: topic == TOPICS.control_out)]
    assert json.loads(payload) == {"state": "offline"}
    await session.publish(TOPICS.data_out, b"1")


async def test_what_is_under_way_at_a_renewal_is_acknowledged(session, cloud):
    await session.connect()
    under_way = asyncio.create_task(session.publish(TOPICS.data_out, b"1", timeout=5))
    await asyncio.sleep(0)
    await session.renew(ssl.create_default_context())
    await under_way


async def test_nothing_is_published_after_the_hosts_own_disconnect(session, cloud):
    await session.connect()
    await session.disconnect()
    with pytest.raises(Unconnected, match="has disconnected"):
        await session.publish(TOPICS.data_out, b"lost")
    await session.connect()
    await session.publish(TOPICS.data_out, b"sent")
    assert [m[1] for m in await cloud.wait(lambda topic, _: topic == TOPICS.data_out, 3)] == [b"", b"", b"sent"]


async def test_next_server_is_tried(session, port):
    session._servers = ["mqtt://127.0.0.1:1", f"mqtt://127.0.0.1:{port}"]
    await session.connect()
    assert session.up


async def test_silent_server_ends_in_an_error():
    with socket.create_server(("127.0.0.1", 0)) as server:
        session = Session(
            [f"mqtt://127.0.0.1:{server.getsockname()[1]}"],
            TOPICS,
            b"",
            ssl.create_default_context(),
            connect_timeout=0.2,
        )
        with pytest.raises(Unconnected, match="TimeoutError"):
            await session.connect()
        session.abort()


@pytest.fixture
def tls_broker(folder, port):
    ca = trustme.CA()
    ca.cert_pem.write_to_path(f"{folder}/ca.pem")
    server = ca.issue_cert("localhost")
    server.private_key_and_cert_chain_pem.write_to_path(f"{folder}/server.pem")
    (folder / "m.conf").write_text(
        f"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\nrequire_certificate true\n"
        f"cafile {folder}/ca.pem\ncertfile {folder}/server.pem\nkeyfile {folder}/server.pem\n"
    )
    with subprocess.Popen(
        ["/usr/sbin/mosquitto", "-c", f"{folder}/m.conf"], stderr=subprocess.PIPE, text=True
    ) as process:
        while "running" not in (line := process.stderr.readline()):
            assert line, "mosquitto ended"
        yield ca
        process.terminate()


@pytest.mark.parametrize("certified", [True, False])
async def test_tls_session_needs_the_certificate(tls_broker, port, certified):
    tls = ssl.create_default_context()
    tls.minimum_version = ssl.TLSVersion.TLSv1_3
    tls_broker.configure_trust(tls)
    if certified:
        tls_broker.issue_cert("h", common_name="host-1").configure_cert(tls)
    session = Session([f"mqtts://localhost:{port}"], TOPICS, b"", tls)
    try:
        if certified:
            await session.connect()
            await session.publish(TOPICS.data_out, b"x" * 200_000)
        else:
            with pytest.raises(Unconnected):
                await session.connect()
        assert session.up is certified
    finally:
        session.abort()


async def test_happened_returns_at_once_or_at_the_deadline():
    event = asyncio.Event()
    assert not await happened(event, 0.01)
    event.set()
    assert await happened(event, 60)
