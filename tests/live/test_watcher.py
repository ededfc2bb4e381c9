from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.live import watcher as module
from hopcheck.live.watched import Watched
from hopcheck.live.watcher import Watcher
from tests.live.written import Written


class Clock:
    """Judgements and preparation that take as long as they say, without taking it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + self.ahead))

    def lasting(self, seconds: float, what: Any) -> Any:
        def last(*given: Any) -> Any:
            self.ahead += seconds
            return what(*given)

        return last


@pytest.fixture
def slow_contracts(written: Written, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watcher]:
    clock = Clock(monkeypatch)
    made = Watcher(Watched(written.path, clock.lasting(1000, lambda: judge)))
    yield made
    made.end()


def test_contracts_that_take_long_to_read_hold_up_only_the_first_judgement(
    slow_contracts: Watcher, written: Written
) -> None:
    board = slow_contracts.board
    with board.reader():
        first = board.news(0, 60)
        written.upto(10)
        assert board.news(first.version, 60).version > first.version


def test_judgements_leave_the_flow_its_processor(
    watched: Watched, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    monkeypatch.setattr(watched, "state", clock.lasting(1000, watched.state))
    watcher = Watcher(watched)
    with watcher.board.reader():
        first = watcher.board.news(0, 60)
        written.upto(10)
        # Five times as long as the last one took it rests; the end does not wait for that.
        assert watcher.board.news(first.version, 0.5).version == first.version
    with watcher.board.reader():
        watcher.end(0)
        assert watcher.board.news(first.version, 60).version > first.version


def test_it_rests_while_nobody_looks(watched: Watched, written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []
    state = watched.state
    monkeypatch.setattr(watched, "state", lambda: judged.append(1) or state())
    watcher = Watcher(watched)
    written.upto(10)
    watcher.end()
    assert judged == []
