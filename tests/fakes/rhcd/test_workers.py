import asyncio
from types import SimpleNamespace

import pytest

from fakes.rhc_worker_playbook.upload import UploadFailed
from fakes.rhcd import link, paths
from fakes.rhcd.link import Message
from fakes.rhcd.worker.service import Dispatcher
from fakes.rhcd.workers import Workers, executables

MESSAGE = Message("m", "", "w", {"a": "b"}, b"\xffcontent")


@pytest.fixture
async def workers(tmp_path, monkeypatch):
    """Nobody to start, and what is sent goes nowhere."""
    monkeypatch.setattr(paths, "WORKER_DIR", tmp_path)
    sent, news = [], asyncio.Queue()

    async def transmit(message):
        sent.append(message)
        if not message.directive:
            raise ValueError("no way")
        return 202

    made = Workers(transmit)
    made.changed = lambda: news.put_nowait(made.dispatchers)
    await made.start({})
    yield SimpleNamespace(workers=made, sent=sent, news=news)
    await made.stop()


async def registered(workers, name="w", features=None):
    reader, writer = await asyncio.open_unix_connection(link.address("unix:" + workers.workers._address))
    link.write(writer, {"handler": name, "pid": 1, "detached_content": True, "features": features or {}})
    return reader, writer, await link.read(reader)


async def test_a_worker_is_listed_from_its_registration_to_its_end(workers):
    reader, writer, answer = await registered(workers, features={"x": "y"})
    assert answer == {"registered": True}
    assert await workers.news.get() == {"w": {"x": "y"}}
    writer.close()
    assert await workers.news.get() == {}
    assert await reader.read() == b""


async def test_a_name_is_given_once(workers):
    _, first, _ = await registered(workers)
    _, second, answer = await registered(workers)
    assert answer == {"registered": False}
    second.close()
    await second.wait_closed()
    assert workers.workers.dispatchers == {"w": {}}
    first.close()


async def test_messages_pass_both_ways(workers):
    reader, writer, _ = await registered(workers)
    workers.workers.send(workers.workers.of("w"), MESSAGE)
    assert link.unpacked(await link.read(reader)) == MESSAGE
    way = Dispatcher(writer)
    status = asyncio.create_task(way.transmit("https://x/", "id", "m", {"h": "v"}, b"data"))
    way.answered(await link.read(reader))
    assert await status == 202
    assert workers.sent == [Message("id", "m", "https://x/", {"h": "v"}, b"data")]
    writer.close()


async def test_a_worker_is_told_what_could_not_be_sent(workers):
    reader, writer, _ = await registered(workers)
    way = Dispatcher(writer)
    failed = asyncio.create_task(way.transmit("", "id", "m", {}, b""))
    way.answered(await link.read(reader))
    with pytest.raises(UploadFailed, match="no way"):
        await failed
    writer.close()


def test_executables_whose_name_ends_so_are_workers(tmp_path):
    for name, mode in (("a.worker", 0o755), ("b-worker", 0o755), ("c.worker", 0o644), ("worker.conf", 0o755)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    assert [file.name for file in executables(tmp_path)] == ["a.worker", "b-worker"]
    assert executables(tmp_path / "none") == []


@pytest.mark.parametrize("told", ["", "unix:/run/x", "tcp:1"])
def test_only_abstract_sockets_are_addresses(told):
    with pytest.raises(ValueError, match="is no abstract socket"):
        link.address(told)
