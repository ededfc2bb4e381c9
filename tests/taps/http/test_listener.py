from __future__ import annotations

import asyncio
import socket

import pytest

from hopcheck.taps.http import HttpTap
from hopcheck.taps.http.listener import connection_id, listening


@pytest.fixture
def tap(store):
    return lambda upstream: HttpTap(store, edge="e", source="a", target="b", upstream=upstream)


def test_connection_ids_never_repeat():
    assert connection_id("t") != connection_id("t")


def test_cut_breaks_connections_and_keeps_the_port(tap, origin, exchange, run):
    async def scenario():
        async with origin() as server:
            edge = tap(server.address)
            port = await edge.start()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            await reader.readuntil(b"ok")
            edge.cut()
            with pytest.raises(ConnectionError):
                await reader.readexactly(1)
            writer.close()
            answer = await exchange(port, b"GET / HTTP/1.1\r\n\r\n", 15)
            await edge.stop()
            return answer

    assert run(scenario()).startswith(b"HTTP/1.1 200")


def test_a_taken_port_is_an_error(tap, run):
    async def scenario():
        first, second = tap(("127.0.0.1", 1)), tap(("127.0.0.1", 1))
        port = await first.start()
        with pytest.raises(OSError, match="in use"):
            await second.start(port=port)
        await first.stop()

    run(scenario())


def test_stop_before_start_is_allowed(tap, run):
    run(tap(("127.0.0.1", 1)).stop())


def test_an_address_that_no_interface_has_yet_can_be_listened_at():
    # TEST-NET-3 (RFC 5737): nobody's.
    with socket.socket() as plain, pytest.raises(OSError, match="assign"):
        plain.bind(("203.0.113.1", 0))
    with listening("203.0.113.1", 0) as sock:
        assert sock.getsockname()[0] == "203.0.113.1"
        sock.listen()


def test_a_socket_that_cannot_be_bound_is_closed(monkeypatch):
    made = []

    class Kept(socket.socket):
        def __init__(self, *how):
            super().__init__(*how)
            made.append(self)

    monkeypatch.setattr(socket, "socket", Kept)
    with pytest.raises(OSError, match=r".+"):
        listening("not an address", 0)
    assert [sock.fileno() for sock in made] == [-1]
