from __future__ import annotations

import asyncio

import pytest

from hopcheck.taps.http.lane import Lane, Step
from hopcheck.trace import Draft


@pytest.fixture
def log(store):
    log = []
    store.subscribe(lambda event: log.append(event.op))
    return log


@pytest.fixture
def lane(store, log):
    return Lane(
        store,
        write=lambda data, then: log.append((data, then)),
        pause=lambda: log.append("pause"),
        resume=lambda: log.append("resume"),
    )


def draft(op):
    return Draft("t", "e", "http", op, "a", "b")


def test_drafts_are_appended_before_bytes_go_on(lane, log):
    lane.put(Step([draft("one"), draft("two")], b"12", then="end"))

    assert log == ["one", "two", (b"12", "end")]


def test_what_is_carried_keeps_its_place(lane, log):
    lane.carry(draft("one"), b"1")
    lane.hold()
    lane.put(Step([draft("two")], b"2"))
    lane.carry(draft("three"), b"3")
    assert log == ["one", (b"1", "stay"), "pause"]

    lane.release()

    assert log[4:] == ["two", (b"2", "stay"), "three", (b"3", "stay")]


def test_a_held_lane_keeps_order_and_pauses_its_origin(lane, log):
    lane.hold()
    lane.put(Step([draft("one")], b"1"))
    lane.put(Step([], b"2"))
    assert log == ["pause"]

    lane.release()

    assert log == ["pause", "resume", "one", (b"1", "stay"), (b"2", "stay")]


def test_discarded_steps_leave_their_drafts(lane, log):
    lane.hold()
    lane.put(Step([draft("one")], b"1"))

    assert [d.op for d in lane.discard()] == ["one"]

    lane.release()
    assert log == ["pause", "resume"]


def test_what_comes_later_waits_for_a_waiting_step(lane, log):
    async def scenario():
        gate = asyncio.get_running_loop().create_future()
        lane.put(Step([draft("one")], b"1", wait=gate))
        lane.put(Step([], b"2"))
        assert log == ["one", "pause"]
        gate.set_result(None)
        await gate
        await asyncio.sleep(0)

    asyncio.run(scenario())

    assert log == ["one", "pause", (b"1", "stay"), "resume", (b"2", "stay")]


def test_a_cancelled_lane_writes_nothing(lane, log):
    async def scenario():
        gate = asyncio.get_running_loop().create_future()
        lane.put(Step([draft("one")], b"1", wait=gate))
        lane.cancel()
        await asyncio.wait([gate])
        await asyncio.sleep(0)

    asyncio.run(scenario())

    assert log == ["one", "pause", "resume"]
