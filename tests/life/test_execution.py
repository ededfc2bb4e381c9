from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import NotFound

from hopcheck.life import execution
from hopcheck.life.execution import Execution, Frames
from hopcheck.life.run import Gone
from hopcheck.topology.containers import execute
from tests.topology.containers.exec_engine import engine as real_engine


def frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(data)) + data


def test_frames_come_whole_however_they_are_cut():
    data = frame(1, b"out") + frame(2, b"") + frame(2, b"err")
    frames, seen = Frames(), []
    for byte in data:
        seen += frames.feed(bytes([byte]))
    assert seen == [(1, b"out"), (2, b""), (2, b"err")]
    assert list(Frames().feed(data)) == seen


class Api:
    """An engine's exec, with what it will say of it."""

    def __init__(self, *states: dict[str, Any] | Exception) -> None:
        self.states = list(states)
        self.near, self.far = socket.socketpair()
        self.made: list[tuple[Any, dict[str, Any]]] = []
        self.near.settimeout(5)
        self.far.settimeout(5)

    def exec_create(self, _container: str, argv: list[str], **how: Any) -> dict[str, str]:
        self.made.append((argv, how))
        return {"Id": "e1"}

    def exec_start(self, _id: str, **_: Any) -> Any:
        return SimpleNamespace(_sock=self.near, close=lambda: None)

    def exec_inspect(self, _id: str) -> dict[str, Any]:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(state, Exception):
            raise state
        return state


@pytest.fixture
def engine() -> Iterator[Callable[..., Api]]:
    made: list[Api] = []

    def make(*states: dict[str, Any] | Exception) -> Api:
        made.append(Api(*states))
        return made[-1]

    yield make
    for each in made:
        each.far.close()


def container(api: Api) -> Any:
    return SimpleNamespace(id="c1", client=SimpleNamespace(api=api))


RUNS = {"Running": True, "ExitCode": None, "Pid": 0}
ENDED = {"Running": False, "ExitCode": 7, "Pid": 0}


def test_the_status_comes_once_the_engine_knows_it(engine):
    api = engine(RUNS, RUNS, ENDED)
    with Execution(container(api), ["true"]) as made:
        assert made.status == 7


@pytest.mark.parametrize("tty", [True, False])
def test_what_still_runs_at_the_end_is_ended(engine, monkeypatch, tty):
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(execution.os, "kill", lambda *what: sent.append(what))
    api = engine({**RUNS, "Pid": 42})
    with Execution(container(api), ["sleep"], tty=tty):
        pass
    assert sent == [(42, 1 if tty else 15)]
    assert api.far.recv(1) == b""


def test_a_machine_that_went_away_is_named(engine, monkeypatch):
    api = engine(NotFound("gone", explanation="no such exec"))
    with Execution(container(api), ["true"]) as made, pytest.raises(Gone, match="no such exec"):
        _ = made.status
    monkeypatch.setattr(execute, "STATUS_S", 0.05)
    api = engine(RUNS)
    with Execution(container(api), ["true"]) as made, pytest.raises(Gone, match="does not tell"):
        _ = made.status


def test_a_guarded_command_is_given_to_the_guard_as_it_is(engine):
    api = engine(ENDED)
    with Execution.guarded(container(api), ["journalctl", "a b"]):
        pass
    [(argv, how)] = api.made
    assert argv[:2] == ["sh", "-c"]
    assert argv[3:] == ["sh", "journalctl", "a b"]
    assert how["stdin"]


def test_what_came_together_with_the_engines_answer_is_there():
    output = frame(1, b"soon")
    with real_engine(output, ENDED) as container, Execution(container, ["echo", "soon"]) as made:
        said = made.early
        while part := made.socket.recv(100):
            said += part
        assert said == output
        assert made.early
        assert made.status == 7
