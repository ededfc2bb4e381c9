"""The thread in which taps and watchers live, and the way into it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """An asyncio loop in a thread of its own, so that a tap never waits for a test."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="hopcheck-taps", daemon=True)
        self._thread.start()

    def call(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine there and wait for its result; whoever is interrupted meanwhile cancels it."""
        try:
            return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)
        except BaseException:
            # Who is interrupted while he asks has no future yet that he could cancel.
            if not self.loop.is_closed():
                self.loop.call_soon_threadsafe(_cancel, coroutine)
            raise

    def close(self) -> None:
        """Cancel what is left and end the thread."""
        if self.loop.is_closed():
            return
        self.call(_cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


def _cancel(coroutine: Coroutine[Any, Any, Any]) -> None:
    for task in asyncio.all_tasks():
        if task.get_coro() is coroutine:
            task.cancel()


async def _cancel_all() -> None:
    # A task that is cancelled before its first step never closes the connection that was accepted for it.
    await asyncio.sleep(0)
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
