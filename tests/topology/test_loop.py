import asyncio

import pytest

from hopcheck.topology.loop import LoopThread


@pytest.fixture
def loop():
    made = LoopThread()
    yield made
    made.close()


async def add(one, other):
    return one + other


def test_results_and_errors_come_back(loop):
    async def fail():
        raise ValueError("no")

    assert loop.call(add(1, 2)) == 3
    with pytest.raises(ValueError, match="no"):
        loop.call(fail())


def test_who_waits_too_long_cancels(loop):
    cancelled = asyncio.Event()

    async def wait():
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError):
        loop.call(wait(), timeout=0.01)
    loop.call(asyncio.wait_for(cancelled.wait(), 5))


def test_closing_cancels_what_is_left_and_may_be_repeated(loop):
    async def leave():
        asyncio.get_running_loop().create_task(asyncio.Event().wait())

    loop.call(leave())
    loop.close()
    loop.close()


def test_who_is_interrupted_while_he_asks_cancels(loop, monkeypatch):
    began, cancelled = asyncio.Event(), asyncio.Event()
    ask = asyncio.run_coroutine_threadsafe

    async def wait():
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    def interrupted(coroutine, at):
        ask(coroutine, at)
        ask(began.wait(), at).result(5)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(asyncio, "run_coroutine_threadsafe", interrupted)
        with pytest.raises(KeyboardInterrupt):
            loop.call(wait())
    loop.call(asyncio.wait_for(cancelled.wait(), 5))
