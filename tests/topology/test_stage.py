import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from hopcheck.topology.awaited import is_over, log_after
from hopcheck.topology.gate import Gate
from hopcheck.topology.identity import Identity
from hopcheck.topology.played import Member, Played
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import COMPLETE, System
from hopcheck.topology.user import EDGE
from hopcheck.trace import Event, Payload, TraceTimeout


@dataclass
class Target:
    files: Path


def test_an_open_gate_lets_a_later_reader_pass(tmp_path):
    gate = Gate(Target(tmp_path))
    gate.open()
    reader = os.open(tmp_path / "gate", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert os.read(reader, 2) == b"go"
    finally:
        os.close(reader)
        gate.close()


def test_a_closed_gate_has_nothing_to_read(tmp_path):
    gate = Gate(Target(tmp_path))
    reader = os.open(tmp_path / "gate", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert os.read(reader, 2) == b""
    finally:
        os.close(reader)
        gate.close()


IDENTITIES = [Identity.new("web"), Identity.new("mail")]


def answer(body, seq=2, op="response", edge=EDGE):
    payload = Payload(json.dumps(body).encode())
    return Event(seq, seq, seq, "", "tap", edge, "http", op, "a", "b", "x", None, {}, payload)


def shown(status, **counts):
    return {"id": "run", "status": status, "executors": [{"counts": {"running": 0, "pending": 0, **counts}}]}


@pytest.mark.parametrize("status", ["success", "failure", "canceled"])
def test_a_run_is_over_when_nobody_runs(status):
    assert is_over(answer(shown(status)), "run")
    assert not is_over(answer(shown(status, running=1)), "run")
    assert not is_over(answer(shown(status, pending=1)), "run")


@pytest.mark.parametrize(
    "event",
    [
        answer(shown("running")),
        answer({**shown("success"), "id": "another"}),
        answer({"id": "run", "status": "success"}),
        answer([]),
        answer(shown("success"), op="request"),
        answer(shown("success"), edge="rhc>ingress"),
    ],
)
def test_what_is_not_the_end_of_a_run(event):
    assert not is_over(event, "run")


def test_a_component_that_tells_no_counts_ends_a_run_too():
    assert is_over(answer({"id": "run", "status": "failure", "executors": [{}]}), "run")


def test_the_log_is_the_systems_own_and_comes_after_the_end():
    is_log = log_after(answer(shown("success")), "system")
    assert is_log(answer({"console": "", "system_id": "system"}, seq=3))
    assert not is_log(answer({"console": "", "system_id": "system"}, seq=1))
    assert not is_log(answer({"console": "", "system_id": "another"}, seq=3))
    assert not is_log(answer({"system_id": "system"}, seq=3))


def test_a_played_story_knows_its_systems():
    cast = (Member(System("web"), IDENTITIES[0]), Member(System("mail", connected=False), IDENTITIES[1]))
    played = Played(COMPLETE, cast, "plan", 201, "run", None)
    assert played.identity is IDENTITIES[0]
    assert played.connected == [cast[0]]


class Names(Stage):
    def __init__(self, *known):
        self._names = set(known)


def test_a_name_is_given_once():
    stage = Names("host-1", "web")
    assert stage._free("", ["host-2"]) == "host-3"
    assert stage._free("mail", []) == "mail"
    assert stage._free("web", []) == "web-2"
    assert stage._free("web", ["web-2"]) == "web-3"


class Stuck(Stage):
    def __init__(self):
        self.topology = SimpleNamespace(settings=SimpleNamespace(hosts=1))
        self.trace = SimpleNamespace(heal=lambda: None)
        self.played, self._stuck, self._progress, self.tries = {}, {}, lambda _: None, 0

    def _plain(self, story):
        self.tries += 1
        raise TraceTimeout("waited 60 s for the end")


def test_a_story_that_came_to_no_end_is_not_told_again():
    stage = Stuck()
    for _ in range(2):
        with pytest.raises(TraceTimeout, match="waited 60 s for the end"):
            stage.play(COMPLETE)
    assert stage.tries == 1
    with pytest.raises(TraceTimeout):
        stage.play(replace(COMPLETE, label="another"))
    assert stage.tries == 2
