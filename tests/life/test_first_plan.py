from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from hopcheck.life.first_plan import NAME, first_plan
from hopcheck.topology.identity import Identity
from hopcheck.trace import TraceTimeout


class Stage:
    """What the plan needs of a stage."""

    def __init__(self, hosts: dict[str, SimpleNamespace], roles: tuple[str, ...]) -> None:
        self.topology = SimpleNamespace(hosts=hosts, settings=SimpleNamespace(roles=roles))
        self.user = self
        self.refuses = False
        self.made: list[tuple[str, list[Identity]]] = []

    def plan(self, name: str, cast: list[tuple[object, Identity]]) -> str:
        if self.refuses:
            raise TraceTimeout("the plan was not created: 400\nthe trace's tail")
        self.made.append((name, [identity for _, identity in cast]))
        return "id"


@pytest.fixture
def hosts(tmp_path: Path) -> dict[str, SimpleNamespace]:
    made = {name: SimpleNamespace(files=tmp_path / name, identity=Identity.new(name)) for name in ("host-1", "host-2")}
    for host in made.values():
        host.files.mkdir()
    return made


def test_a_user_of_up_finds_a_plan_with_every_host(hosts):
    stage = Stage(hosts, ("remediations-ui", "rhc"))
    assert first_plan(stage, print) == "id"
    assert stage.made == [(NAME, [host.identity for host in hosts.values()])]


def test_nothing_waits_for_a_story(hosts):
    first_plan(Stage(hosts, ()), print)
    assert [(host.files / "gate").read_text() for host in hosts.values()] == ["go", "go"]


def test_nobody_to_work_for_is_no_plan(hosts):
    assert first_plan(Stage(hosts, ("rhc",)), print) is None
    assert first_plan(Stage({}, ("remediations-ui",)), print) is None


def test_a_component_that_makes_no_plans_can_be_looked_at_all_the_same(hosts):
    stage, told = Stage(hosts, ("remediations-ui",)), []
    stage.refuses = True
    assert first_plan(stage, told.append) is None
    assert told == ["the plan was not created: 400"]
