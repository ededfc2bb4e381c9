from __future__ import annotations

import asyncio

import pytest

from hopcheck.taps.http.lane import Step
from hopcheck.taps.http.listener import Listener
from hopcheck.taps.http.relay import Relay, Tls


class Wire(asyncio.Transport):
    def __init__(self):
        super().__init__()
        self.reading = True
        self.log = []

    def is_closing(self):
        return "close" in self.log or "abort" in self.log

    def can_write_eof(self):
        return True

    def write(self, data):
        self.log.append(data)

    def write_eof(self):
        self.log.append("eof")

    def close(self):
        self.log.append("close")

    def abort(self):
        self.log.append("abort")

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True


class Plain(Relay):
    def __init__(self, *args, **settings):
        super().__init__(*args, **settings)
        self.log = []

    def from_client(self, data):
        self.log.append(("client", data))
        self.send_up(Step(data=data))

    def from_server(self, data):
        self.log.append(("server", data))
        self.down.put(Step(data=data))

    def client_ended(self, clean):
        self.log.append(("client ended", clean))

    def server_ended(self, clean):
        self.log.append(("server ended", clean))

    def refused(self, reason, drafts):
        self.log.append(("refused", reason))


class Port(Listener):
    def __init__(self, store, upstream, context=None):
        super().__init__()
        self.make = lambda: Plain(store, upstream=lambda: upstream, server_ssl=context, gone=self.gone)
        self.relays = []

    def relay(self):
        self.relays.append(self.make())
        return self.relays[-1]


@pytest.fixture
def joined(store):
    relay = Plain(store, upstream=lambda: ("", 0), server_ssl=None, gone=lambda relay: None)
    relay.client.use(Wire())
    relay.server.use(Wire())
    return relay


def test_a_full_socket_pauses_the_other_side(joined):
    joined.client.pause_writing()
    assert (joined.client.transport.reading, joined.server.transport.reading) == (True, False)

    joined.client.resume_writing()
    assert joined.server.transport.reading

    joined.server.pause_writing()
    assert not joined.client.transport.reading


class Kept:
    def put(self, sink, data):
        sink.late.append(data)


@pytest.mark.parametrize("how", ["end", "close", "reset"])
def test_what_the_outbox_keeps_is_written_before_the_end(joined, how):
    joined.client.outbox = Kept()
    wire = joined.client.transport
    joined.client.write(b"one ", "stay")
    assert wire.log == []

    joined.client.write(b"two", how)

    assert wire.log[0] == b"one two"
    assert wire.log[1] == {"end": "eof", "close": "close", "reset": "abort"}[how]


def test_a_relay_that_settles_writes_what_is_kept(joined):
    joined.client.outbox = Kept()
    joined.down.put(Step(data=b"answer"))
    joined.up.put(Step(then="end"))
    assert joined.client.transport.log == [b"answer", "close"]


def test_a_connection_is_closed_once_and_may_be_broken_after_that(joined):
    joined.up.put(Step(then="close"))
    joined.down.put(Step(then="close"))
    joined.settle()
    joined.reset()
    assert [leg.transport.log for leg in (joined.client, joined.server)] == [["close", "abort"]] * 2


def test_reading_goes_on_when_every_reason_to_pause_is_gone(joined):
    joined.up.hold()
    joined.server.pause_writing()
    joined.up.release()
    assert not joined.client.transport.reading

    joined.server.resume_writing()
    assert joined.client.transport.reading


def test_each_end_is_told_once(store, origin, exchange, run):
    async def scenario():
        async with origin(b"pong", closes=True) as server:
            port = Port(store, server.address)
            received = await exchange(await port.start(), b"ping")
            await port.stop()
            return received, port.relays[0].log

    received, log = run(scenario())

    assert received == b"pong"
    assert log[:3] == [("client", b"ping"), ("server", b"pong"), ("server ended", True)]
    assert [entry[0] for entry in log[3:]] == ["client ended"]


def test_a_reset_passes_through(store, run):
    async def scenario():
        async def serve(reader, writer):
            await reader.readexactly(4)
            writer.transport.get_extra_info("socket").setsockopt(1, 13, b"\x01\0\0\0\0\0\0\0")
            writer.transport.abort()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = Port(store, server.sockets[0].getsockname())
        reader, writer = await asyncio.open_connection("127.0.0.1", await port.start())
        writer.write(b"ping")
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        writer.close()
        await port.stop()
        server.close()
        return port.relays[0].log

    assert ("server ended", False) in run(scenario())


def test_tls_is_told_and_its_end_passes_through(store, origin, pki, run):
    async def scenario():
        async with origin(b"pong") as server:
            port = Port(store, server.address, pki.server)
            reader, writer = await asyncio.open_connection("127.0.0.1", await port.start(), ssl=pki.client("cn-1"))
            writer.write(b"ping")
            assert await reader.readexactly(4) == b"pong"
            writer.close()
            await writer.wait_closed()
            relay = port.relays[0]
            await port.stop()
            return relay

    relay = run(scenario())

    assert relay.tls == Tls("TLSv1.3", "cn-1", relay.tls.client_serial)
    assert int(relay.tls.client_serial, 16)
    assert [entry[0] for entry in relay.log] == ["client", "server", "client ended", "server ended"]


def test_a_plain_client_is_refused_by_tls(store, pki, exchange, run):
    async def scenario():
        port = Port(store, ("127.0.0.1", 1), pki.server)
        assert await exchange(await port.start(), b"GET / HTTP/1.1\r\n\r\n") is not None
        await port.stop()
        return port.relays[0].log

    ((what, reason),) = run(scenario())

    assert what == "refused"
    assert reason.startswith("TLS: ")


def test_stop_ends_a_handshake_under_way(store, pki, run):
    async def scenario():
        port = Port(store, ("127.0.0.1", 1), pki.server)
        reader, writer = await asyncio.open_connection("127.0.0.1", await port.start())
        while not port.relays:
            await asyncio.sleep(0)
        await port.stop()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        writer.close()
        return port.relays[0].log

    assert run(scenario()) == []
