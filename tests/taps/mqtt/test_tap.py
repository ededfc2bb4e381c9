from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl

import paho.mqtt.client as paho
import pytest

from hopcheck.taps.mqtt import MqttTap
from hopcheck.taps.mqtt.session import CUT_BY_KIT

CONNECT = b"\x10\x0e\0\x04MQTT\x04\x02\0\x1e\0\x02h1"
CONNACK = b"\x20\x02\0\0"
PINGREQ = b"\xc0\0"


@contextlib.asynccontextmanager
async def broker(answer=CONNACK, context=None):
    got, writers, tasks = bytearray(), [], []

    async def serve(reader, writer):
        writers.append(writer)
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                got.extend(data)
                if data.startswith(b"\x10"):
                    writer.write(answer)
        writer.close()

    server = await asyncio.start_server(
        lambda r, w: tasks.append(asyncio.ensure_future(serve(r, w))), "127.0.0.1", 0, ssl=context
    )
    yield server.sockets[0].getsockname(), got, writers
    server.close()
    for writer in writers:
        if not writer.is_closing():
            writer.transport.abort()
    await asyncio.gather(*tasks)


def test_packets_pass_through_tls_to_a_broker_that_sees_the_same_name(store, pki, run):
    names = []

    def upstream_ssl(cn):
        names.append(cn)
        return pki.client(cn)

    async def scenario():
        async with broker(context=pki.server) as (address, got, writers):
            tap = MqttTap(store, leg="host", upstream=address, ssl=pki.server, upstream_ssl=upstream_ssl)
            port = await tap.start()
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=pki.client("h1"))
            writer.write(CONNECT)
            assert await reader.readexactly(4) == CONNACK
            subject = writers[0].get_extra_info("peercert")["subject"]
            writer.write(b"\xe0\0")
            writer.close()
            await writer.wait_closed()
            await asyncio.to_thread(
                store.wait_for, lambda e: e.op == "closed", what="the end of the connection", timeout=5
            )
            await tap.stop()
            return bytes(got), dict(pair for part in subject for pair in part)

    got, subject = run(scenario())

    assert got == CONNECT + b"\xe0\0"
    assert names == [subject["commonName"]] == ["h1"]
    assert [event.op for event in store] == ["CONNECT", "CONNACK", "DISCONNECT", "closed"]
    assert {event.host for event in store} == {"h1"}
    tls = store.events[0].attrs["tls"]
    assert (tls["version"], tls["client_cn"]) == ("TLSv1.3", "h1")
    assert int(tls["client_serial"], 16)
    assert store.events[-1].attrs["clean"] is True
    assert len({event.attrs["connection"] for event in store}) == 1


def test_a_host_without_certificate_is_refused(store, pki, run):
    async def scenario():
        tap = MqttTap(store, leg="host", upstream=("127.0.0.1", 1), ssl=pki.server)
        port = await tap.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=pki.client(None))
        writer.write(CONNECT)
        with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        if not writer.is_closing():
            writer.transport.abort()
        await tap.stop()

    run(scenario())

    (refused,) = store
    assert (refused.op, refused.protocol, refused.source) == ("refused", "mqtt", "rhc")
    assert "CERTIFICATE" in refused.attrs["reason"]


def test_an_unreachable_broker_closes_the_connection(store, run):
    async def scenario():
        tap = MqttTap(store, leg="connector", upstream=("127.0.0.1", 1))
        reader, writer = await asyncio.open_connection("127.0.0.1", await tap.start())
        writer.write(CONNECT)
        assert await reader.read() == b""
        writer.close()
        await tap.stop()

    run(scenario())

    (refused,) = store
    assert (refused.op, refused.attrs["client_id"]) == ("refused", "h1")
    assert "unreachable" in refused.attrs["reason"]


def test_a_held_packet_keeps_back_what_follows_and_not_what_came_before(store, run):
    async def scenario():
        async with broker() as (address, got, _):
            tap = MqttTap(store, leg="host", upstream=address)
            reader, writer = await asyncio.open_connection("127.0.0.1", await tap.start())
            writer.write(CONNECT)
            await reader.readexactly(4)
            going_on = asyncio.Event()
            pings = []

            def ask(draft):
                pings.extend([draft] if draft.op == "PINGREQ" else [])
                return going_on.wait() if draft.op == "PINGREQ" and len(pings) == 2 else None

            tap.hold(ask)
            writer.write(PINGREQ * 3)
            until = asyncio.Event()
            store.subscribe(lambda event: until.set() if len(store.where(op="PINGREQ")) == 2 else None)
            await until.wait()
            while len(got) < len(CONNECT + PINGREQ):
                await asyncio.sleep(0)
            before = bytes(got)
            tap.hold(None)
            going_on.set()
            while len(got) < len(CONNECT + 3 * PINGREQ):
                await asyncio.sleep(0)
            writer.close()
            await tap.stop()
            return before, bytes(got)

    before, got = run(scenario())

    assert before == CONNECT + PINGREQ
    assert got == CONNECT + 3 * PINGREQ


def test_cut_breaks_connections_and_keeps_the_port(store, run):
    async def scenario():
        async with broker() as (address, _, _):
            tap = MqttTap(store, leg="host", upstream=address)
            port = await tap.start()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(CONNECT)
            await reader.readexactly(4)
            tap.cut()
            with pytest.raises(ConnectionError):
                await reader.readexactly(1)
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(CONNECT)
            await reader.readexactly(4)
            writer.close()
            await tap.stop()

    run(scenario())

    closed = store.where(op="closed")[0]
    assert (closed.attrs["by"], closed.attrs["clean"]) == ("tap", False)
    # Nobody's rule was broken by it.
    assert closed.attrs["fault"] == CUT_BY_KIT
    assert len({event.attrs["connection"] for event in store}) == 2


def test_a_door_for_visitors_marks_all_that_is_seen_there(store, pki, run):
    async def scenario():
        async with broker() as (address, _, _):
            for fault in ("a visitor of the kit's", None):
                tap = MqttTap(store, leg="host", upstream=address, name=f"mqtt:{fault}", fault=fault)
                reader, writer = await asyncio.open_connection("127.0.0.1", await tap.start())
                writer.write(CONNECT)
                await reader.readexactly(4)
                writer.write(b"\xf0\0")
                writer.close()
                await tap.drain()
                await tap.stop()
            tap = MqttTap(store, leg="host", upstream=address, ssl=pki.server, fault="refused here")
            reader, writer = await asyncio.open_connection("127.0.0.1", await tap.start(), ssl=pki.client(None))
            with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
            if not writer.is_closing():
                writer.transport.abort()
            await tap.stop()

    run(scenario())

    marked = {event.tap: set() for event in store}
    for event in store:
        marked[event.tap].add(event.attrs.get("fault"))
    assert marked == {
        "mqtt:a visitor of the kit's": {"a visitor of the kit's"},
        "mqtt:None": {None},
        "mqtt:host": {"refused here"},
    }
    assert {event.op for event in store} >= {"CONNECT", "CONNACK", "malformed", "closed", "refused"}


MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]


@pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
def test_a_real_broker_and_real_clients_on_both_legs(store, pki, run, tmp_path):
    inner, outer = free_ports(2)
    pki.ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    pki.server_cert.private_key_pem.write_to_path(tmp_path / "key.pem")
    (tmp_path / "cert.pem").write_bytes(b"".join(blob.bytes() for blob in pki.server_cert.cert_chain_pems))
    (tmp_path / "mosquitto.conf").write_text(
        f"""per_listener_settings true
user root
log_dest stderr
set_tcp_nodelay true
listener {inner} 127.0.0.1
allow_anonymous true
listener {outer} 127.0.0.1
cafile {tmp_path}/ca.pem
certfile {tmp_path}/cert.pem
keyfile {tmp_path}/key.pem
require_certificate true
use_identity_as_username true
"""
    )

    def seen(what, **fields):
        def matches(event):
            return all(getattr(event, k, event.attrs.get(k)) == v for k, v in fields.items())

        return asyncio.to_thread(store.wait_for, matches, what=what, timeout=5)

    async def scenario():
        process = await asyncio.create_subprocess_exec(
            MOSQUITTO, "-c", str(tmp_path / "mosquitto.conf"), stderr=asyncio.subprocess.PIPE
        )
        while b"running" not in (line := await process.stderr.readline()):
            assert line, "mosquitto ended"
        connectors = MqttTap(store, leg="connector", upstream=("127.0.0.1", inner))
        hosts = MqttTap(store, leg="host", upstream=("127.0.0.1", outer), ssl=pki.server, upstream_ssl=pki.client)
        connector = paho.Client(paho.CallbackAPIVersion.VERSION2, "cc", clean_session=False)
        host = paho.Client(paho.CallbackAPIVersion.VERSION2, "h1")
        host.tls_set_context(pki.client("h1"))
        host.will_set("r/h1/control/out", "offline", qos=1)
        try:
            connector.connect_async("127.0.0.1", await connectors.start())
            connector.on_connect = lambda client, *_: client.subscribe("r/+/control/out", 1)
            connector.loop_start()
            await seen("the subscription", op="SUBACK", leg="connector")
            host.connect_async("127.0.0.1", await hosts.start())
            host.on_connect = lambda client, *_: client.publish("r/h1/control/out", "online", 1)
            host.loop_start()
            await seen("the delivery", op="PUBLISH", leg="connector", host="h1")
            # The broker may acknowledge after it delivered.
            await seen("the acknowledgement", op="PUBACK", leg="host")
            hosts.cut()
            await seen("the will", op="PUBLISH", leg="connector", packet_id=2)
        finally:
            await asyncio.to_thread(host.loop_stop)
            await asyncio.to_thread(connector.loop_stop)
            await hosts.stop()
            await connectors.stop()
            process.terminate()
            await process.communicate()

    run(scenario())

    deliveries = [e for e in store.where(op="PUBLISH", leg="connector") if e.source == "broker"]
    assert [e.payload.text for e in deliveries[:2]] == ["online", "offline"]
    assert [e.host for e in deliveries[:2]] == ["h1", "h1"]
    connects = store.where(op="CONNECT")
    assert (connects[0].source, connects[0].attrs["clean_session"]) == ("cloud-connector", False)
    assert connects[1].attrs["will"] == {"topic": "r/h1/control/out", "qos": 1, "retain": False, "payload": "offline"}
    published = store.where(op="PUBLISH", leg="host")[0]
    assert published.exchange == store.where(op="PUBACK", leg="host")[0].exchange
    assert not store.where(op="malformed")


@pytest.mark.parametrize("farewell", [b"\xe0\0", b""])
def test_what_the_broker_sent_before_it_knew_that_the_client_is_gone_is_seen(store, run, farewell):
    publish = b"\x32\x06\0\x01t\0\x07x"
    puback = b"\x40\x02\0\x07"
    client_gone = asyncio.Event()

    async def serve(reader, writer):
        await reader.readexactly(len(CONNECT))
        writer.write(CONNACK)
        await reader.readexactly(len(publish) + len(farewell))
        # Everything was read, and the client has hung up meanwhile.
        await client_gone.wait()
        writer.write(puback)
        if not farewell:
            assert await reader.read() == b""
        writer.close()

    async def scenario():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        tap = MqttTap(store, leg="connector", upstream=server.sockets[0].getsockname())
        reader, writer = await asyncio.open_connection("127.0.0.1", await tap.start())
        writer.write(CONNECT)
        await reader.readexactly(4)
        writer.write(publish + farewell)
        writer.close()
        await writer.wait_closed()
        client_gone.set()
        await asyncio.to_thread(store.wait_for, lambda e: e.op == "closed", what="the end", timeout=5)
        await tap.stop()
        server.close()

    run(scenario())

    goes = ["DISCONNECT"] if farewell else []
    assert [event.op for event in store] == ["CONNECT", "CONNACK", "PUBLISH", *goes, "PUBACK", "closed"]
    assert (store.events[-1].attrs["clean"], store.events[-1].attrs["by"]) == (bool(farewell), "client")
