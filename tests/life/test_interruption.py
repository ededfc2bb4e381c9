from __future__ import annotations

import os
import signal

import pytest

from hopcheck.life.interruption import Interruption


@pytest.fixture
def interruption():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield Interruption()
    for number, handler in before.items():
        signal.signal(number, handler)


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_interrupts(interruption, number):
    with pytest.raises(KeyboardInterrupt):
        send(number)


def test_it_waits_for_what_must_not_be_torn(interruption):
    done = []

    def work() -> None:
        with interruption.deferred():
            send(signal.SIGTERM)
            done.append(True)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done


def test_nothing_came_and_nothing_is_raised(interruption):
    with interruption.deferred():
        pass


def test_once_the_end_has_begun_it_is_ignored(interruption):
    interruption.ignore()
    send(signal.SIGTERM)
