"""One direction of a relay: what a step saw is in the trace before the step's bytes go on."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from hopcheck.trace import Draft, Store

Then = Literal["stay", "end", "close", "reset"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What becomes of a message in place of being forwarded.

    ``data`` goes on instead of it (b"" drops it) once ``wait`` is done; ``reset`` then breaks both connections.
    """

    data: bytes
    wait: Awaitable[object] | None = None
    reset: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Append ``drafts``, wait, write ``data``, then ``end`` the direction, ``close`` or ``reset`` the sink."""

    drafts: Sequence[Draft] = ()
    data: bytes = b""
    wait: Awaitable[object] | None = None
    then: Then = "stay"


class Lane:
    """Runs steps in order. While it is held, steps wait and ``pause`` keeps their origin from sending more."""

    def __init__(
        self,
        store: Store,
        *,
        write: Callable[[bytes, Then], None],
        pause: Callable[[], None],
        resume: Callable[[], None],
    ) -> None:
        self._store = store
        self._write = write
        self._pause = pause
        self._resume = resume
        self._steps: deque[Step] = deque()
        self._holds = 0
        self._waiting: asyncio.Future[object] | None = None

    def put(self, step: Step) -> None:
        """Run ``step`` after all earlier ones."""
        self._steps.append(step)
        self._run()

    def carry(self, draft: Draft, data: bytes) -> None:
        """Do what ``put(Step([draft], data))`` does, at once where nothing waits."""
        if self._steps or self._holds:
            self.put(Step([draft], data))
        else:
            self._store.append(draft)
            self._write(data, "stay")

    def hold(self) -> None:
        """Run nothing until `release`; may be nested."""
        self._holds += 1
        self._pause()

    def release(self) -> None:
        """Undo one `hold`."""
        self._holds -= 1
        self._resume()
        self._run()

    def discard(self) -> list[Draft]:
        """Forget the steps that did not run; their drafts."""
        drafts = [draft for step in self._steps for draft in step.drafts]
        self._steps.clear()
        return drafts

    def cancel(self) -> None:
        """Forget the steps that did not run and what they wait for."""
        self._steps.clear()
        if self._waiting is not None:
            self._waiting.cancel()

    def _run(self) -> None:
        while self._steps and not self._holds:
            step = self._steps.popleft()
            for draft in step.drafts:
                self._store.append(draft)
            if step.wait is None:
                self._write(step.data, step.then)
                continue
            self.hold()
            self._waiting = asyncio.ensure_future(step.wait)
            self._waiting.add_done_callback(lambda done, step=step: self._waited(done, step))  # type: ignore[misc]

    def _waited(self, done: asyncio.Future[object], step: Step) -> None:
        self._waiting = None
        if not done.cancelled():
            done.result()
            self._write(step.data, step.then)
        self.release()
