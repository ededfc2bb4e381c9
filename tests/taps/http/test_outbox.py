from __future__ import annotations

import asyncio

import pytest

from hopcheck.taps.http.outbox import PROBE, Outbox


class Sink:
    def __init__(self, log, name):
        self.log, self.name, self.late = log, name, []

    def flush(self):
        if self.late:
            self.log.append((self.name, b"".join(self.late)))
            self.late = []


@pytest.fixture
def log():
    return []


async def turn():
    await asyncio.sleep(0)


def test_a_lone_writer_does_not_wait(log):
    async def scenario():
        outbox, one = Outbox(), Sink(log, "one")
        for number in range(PROBE - 1):
            outbox.put(one, b"%d" % number)
            assert len(log) == number + 1
        outbox.put(one, b"probe")
        outbox.put(one, b"behind")
        assert len(log) == PROBE - 1
        await turn()
        assert log[-1] == ("one", b"probebehind")

    asyncio.run(scenario())


def test_several_writers_write_at_the_end_of_the_turn(log):
    async def scenario():
        outbox, one, two = Outbox(), Sink(log, "one"), Sink(log, "two")
        for _ in range(PROBE):
            outbox.put(one, b".")
        outbox.put(two, b"2")
        await turn()
        del log[:]
        outbox.put(one, b"1")
        outbox.put(two, b"2")
        assert log == []
        await turn()
        assert log == [("one", b"1"), ("two", b"2")]
        del log[:]
        outbox.put(one, b"3")
        await turn()
        outbox.put(one, b"4")
        assert log == [("one", b"3"), ("one", b"4")]

    asyncio.run(scenario())


def test_what_was_flushed_earlier_is_not_written_twice(log):
    async def scenario():
        outbox, one = Outbox(), Sink(log, "one")
        for _ in range(PROBE):
            outbox.put(one, b".")
        one.flush()
        assert len(log) == PROBE
        await turn()
        assert len(log) == PROBE

    asyncio.run(scenario())
