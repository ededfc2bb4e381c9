from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from hopcheck.life.first_plan import NAME, first_plan
from hopcheck.topology.identity import Identity


class Stage:
    """What the plan needs of a stage."""

    def __init__(self, hosts: dict[str, SimpleNamespace], roles: tuple[str, ...]) -> None:
        self.topology = SimpleNamespace(hosts=hosts, settings=SimpleNamespace(roles=roles))
        self.user = self
        self.made: list[tuple[str, list[Identity]]] = []

    def plan(self, name: str, cast: list[tuple[object, Identity]]) -> str:
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
    assert first_plan(stage) == "id"
    assert stage.made == [(NAME, [host.identity for host in hosts.values()])]


def test_nothing_waits_for_a_story(hosts):
    first_plan(Stage(hosts, ()))
    assert [(host.files / "gate").read_text() for host in hosts.values()] == ["go", "go"]


def test_nobody_to_work_for_is_no_plan(hosts):
    assert first_plan(Stage(hosts, ("rhc",))) is None
    assert first_plan(Stage({}, ("remediations-ui",))) is None
