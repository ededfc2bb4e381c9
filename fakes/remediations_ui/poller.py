"""Watching runs as the page does: ask for the run, and for systems and logs when it moved."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any

from fakes.remediations_ui.client import Client
from fakes.remediations_ui.refusal import Refused, shown

TERMINAL = ("success", "failure", "canceled")
READER_S = 5.0
"""A page that asked no longer ago is still being read."""


@dataclass(frozen=True, slots=True)
class State:
    """What was last seen of a run; `error` says in words why the last question failed.

    ``ended`` is when its end was seen, in seconds of the epoch; None where nobody watched it end.
    """

    run: dict[str, Any] | None = None
    systems: list[dict[str, Any]] = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    polls: int = 0
    done: bool = False
    error: str | None = None
    ended: float | None = None


class Watch:
    """One run, one thread, until the run is over, gone, or `stop`."""

    def __init__(self, client: Client, interval: float, plan: str, run: str) -> None:
        self.state = State()
        self._client, self._interval, self._plan, self._run = client, interval, plan, run
        self._stopping = threading.Event()
        self._read_at = -READER_S
        self._thread = threading.Thread(target=self._watch, name=f"poller:{run}", daemon=True)
        self._thread.start()

    def read(self) -> State:
        """What was last seen, for somebody who follows the logs and so wants them from now on while the run goes on."""
        self._read_at = time.monotonic()
        return self.state

    def stop(self, deadline: float = 2.0) -> None:
        """End before the next question; wait `deadline` seconds at most."""
        self._stopping.set()
        self._thread.join(deadline)

    def _watch(self) -> None:
        try:
            while not self._stopping.is_set():
                live = time.monotonic() - self._read_at < READER_S
                self.state = look(self._client, self._plan, self._run, self.state, live)
                if self.state.done or self._stopping.wait(self._interval):
                    break
        finally:
            self._client.close()


class Poller:
    """Every run that somebody started or opened here."""

    def __init__(self, client: Client, interval: float) -> None:
        self._client, self._interval = client, interval
        self._watches: dict[tuple[str, str], Watch] = {}
        self._lock = threading.Lock()

    def watch(self, plan: str, run: str) -> State:
        """Begin to watch where nobody does yet; what was seen so far."""
        with self._lock:
            if (plan, run) not in self._watches:
                self._watches[plan, run] = Watch(self._client, self._interval, plan, run)
            return self._watches[plan, run].state

    def read(self, plan: str, run: str) -> State:
        """The same for a page that shows the logs as they grow."""
        state = self.watch(plan, run)
        watch = self._watches.get((plan, run))
        return state if watch is None else watch.read()

    def state(self, plan: str, run: str) -> State | None:
        """What was last seen; None where nobody watches."""
        watch = self._watches.get((plan, run))
        return None if watch is None else watch.state

    def stop(self) -> None:
        """End every watch."""
        with self._lock:
            for watch in self._watches.values():
                watch.stop()


def look(client: Client, plan: str, run: str, before: State, live: bool = False) -> State:
    """Ask once; systems and logs where the run is not as it was `before`, or where somebody follows them ``live``."""
    polls = before.polls + 1
    answer = client.run(plan, run)
    try:
        now = shown(answer)
        seen = replace(before, run=now, polls=polls, done=is_over(now), error=None)
        if not before.done and before.run is not None and seen.done:
            seen = replace(seen, ended=time.time())
        same = before.run is not None and before.error is None and progress(now) == progress(before.run)
        if same and not (live and not seen.done):
            return seen
        systems: list[dict[str, Any]] = shown(client.systems(plan, run))["data"]
        logs = {one["system_id"]: str(shown(client.system(plan, run, one["system_id"]))["console"]) for one in systems}
    except Refused as error:
        return replace(before, polls=polls, done=answer.status == 404, error=str(error))
    return replace(seen, systems=systems, logs=logs)


def progress(run: dict[str, Any]) -> tuple[Any, ...]:
    """What moves as a run goes on."""
    return (
        run["status"],
        *((one["executor_id"], one["status"], tuple(sorted(one["counts"].items()))) for one in run["executors"]),
    )


def is_over(run: dict[str, Any]) -> bool:
    """A failure shows while other systems still run: over is when nobody does."""
    return run["status"] in TERMINAL and not any(
        one["counts"]["running"] or one["counts"]["pending"] for one in run["executors"]
    )
