from __future__ import annotations

import asyncio
import contextlib

import pytest

from hopcheck.taps import passthrough
from hopcheck.taps.passthrough import PassThrough
from hopcheck.trace import Redactor, Store

DEADLINE = 10


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path, Redactor(b"key"))
    yield store
    store.close()


@contextlib.asynccontextmanager
async def broker(serve):
    """A broker whose every connection ``serve``s."""
    tasks = []

    async def bounded(reader, writer):
        tasks.append(asyncio.current_task())
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(bounded, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()
    server.close()
    await asyncio.gather(*tasks)


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)


async def hang_up(reader, writer):
    await reader.readexactly(5)


@contextlib.asynccontextmanager
async def door(store, upstream):
    tap = PassThrough(store, upstream=upstream)
    port = await tap.start()
    async with asyncio.timeout(DEADLINE):
        yield tap, *await asyncio.open_connection("127.0.0.1", port)
        await tap.stop()


async def test_bytes_pass_as_they_are_and_a_client_that_leaves_has_closed(store):
    data = bytes(range(256)) * 1000
    async with broker(echo) as upstream, door(store, upstream) as (tap, reader, writer):
        writer.write(data)
        assert await reader.readexactly(len(data)) == data
        writer.close()
        await tap.drain()
    (seen,) = store
    assert (seen.op, seen.source, seen.target) == ("closed", "rhc", "broker")
    assert (seen.attrs["by"], seen.attrs["clean"], seen.attrs["leg"]) == ("client", False, "host")
    assert (seen.tap, seen.host) == ("mqtt:passthrough", None)


async def test_a_broker_that_hangs_up_first_has_refused(store):
    async with broker(hang_up) as upstream, door(store, upstream) as (tap, reader, writer):
        writer.write(b"hello")
        assert await reader.read() == b""
        await tap.drain()
        writer.close()
    (seen,) = store
    assert (seen.op, seen.source, seen.target) == ("refused", "broker", "rhc")
    assert seen.attrs["reason"] == "the broker hung up"


async def test_a_broker_that_is_not_reached_is_said_to(store):
    async with door(store, ("127.0.0.1", 1)) as (tap, reader, writer):
        assert await reader.read() == b""
        await tap.drain()
        writer.close()
    (seen,) = store
    assert seen.op == "refused"
    assert seen.attrs["reason"].startswith("the broker is not reached: ")


class End:
    """Either end of a connection: what is read of it, an error where it is one."""

    def __init__(self, *reads, gone=False):
        self.reads, self.gone = list(reads), gone

    async def read(self, _):
        data = self.reads.pop(0)
        if isinstance(data, OSError):
            raise data
        return data

    def write(self, _):
        pass

    async def drain(self):
        if self.gone:
            raise ConnectionResetError


@pytest.mark.parametrize(
    ("reader", "writer", "own"),
    [
        (End(b"x", b""), End(), True),
        (End(b"x", ConnectionResetError()), End(), True),
        (End(b"x"), End(gone=True), False),
    ],
)
async def test_who_cannot_be_written_to_is_gone_rather_than_who_writes(reader, writer, own):
    assert await passthrough._pump(reader, writer) is own


async def test_a_client_that_breaks_off_while_the_broker_speaks_has_closed_all_the_same(store):
    async def speak(reader, writer):
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()

    async with broker(speak) as upstream, door(store, upstream) as (tap, reader, writer):
        await reader.readexactly(1)
        writer.transport.abort()
        await tap.drain()
    assert [event.op for event in store] == ["closed"]


async def test_each_connection_has_a_name_of_its_own(store):
    async with broker(echo) as upstream:
        for count in (1, 2):
            async with door(store, upstream) as (tap, reader, writer):
                writer.write(b"x")
                await reader.readexactly(1)
                writer.close()
                await tap.drain()
            assert len({event.attrs["connection"] for event in store}) == count


async def test_stop_breaks_what_is_open_and_records_no_end_that_nobody_made(store):
    async with broker(echo) as upstream, door(store, upstream) as (tap, reader, writer):
        writer.write(b"x")
        await reader.readexactly(1)
        await tap.stop()
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
    assert list(store) == []


async def test_stop_before_start_is_allowed(store):
    await PassThrough(store, upstream=("127.0.0.1", 1)).stop()
