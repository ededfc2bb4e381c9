"""Runs in containers, brought up to stay, killed, kept, two at once. Needs an engine, and fails without one."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from life_kit import Kit, opened

from hopcheck.home import FEATURES

pytestmark = pytest.mark.containers

LONG_S = 300.0
NOT_CONNECTED = FEATURES / "02-execute/not-connected.feature"
FAILS = """
Feature: A run that fails
  Scenario: What is asserted does not come
    Given a plan on a system that is not connected
    When the user presses Execute
    Then the UI is answered 201
"""


@pytest.fixture
def kit() -> Iterator[Kit]:
    with opened() as made:
        yield made


@pytest.fixture
def engine(kit: Kit) -> Iterator[docker.DockerClient]:
    client = docker.from_env()
    yield client
    assert left(client, kit) == []
    client.close()


def left(client: docker.DockerClient, kit: Kit, run: str | None = None) -> list[str]:
    """Containers and networks of a run, or of all below the kit's root."""
    labels = [f"org.hopcheck.root={kit.root}", *([f"org.hopcheck.run={run}"] if run else [])]
    wanted = {"label": labels}
    containers: list[Any] = client.containers.list(all=True, filters=wanted)
    return [each.name for each in [*containers, *client.networks.list(filters=wanted)]]


def inside(client: docker.DockerClient, container: str) -> str:
    return str(client.containers.get(container).top())


def test_up_status_logs_shell_down(kit: Kit, engine: docker.DockerClient, tmp_path: Path) -> None:
    try:
        kit("up", "--runtime", "containers", "--hosts", "2", "--report", str(tmp_path / "report"), timeout=LONG_S)
        [run] = kit.runs()
        assert (run["state"], run["runtime"], run["wrong"]) == ("running", "containers", [])
        assert [(host["name"], host["state"], host["connection"]) for host in run["hosts"]] == [
            ("host-1", "running", "online"),
            ("host-2", "running", "online"),
        ]
        assert len(left(engine, kit)) == 3

        assert "Started yggdrasil.service" in kit("logs", "rhc-host-1")
        assert "rhc-host-2 | " in kit("logs", "rhc")
        assert kit("shell", "host-2", "--", "hostname") == "host-2\n"
        large = "0123456789abcdef" * 60_000
        assert kit("shell", "host-1", "--", "cat", stdin=large) == large
        assert kit("shell", "host-1", "--", "sh", "-c", "echo out; echo err >&2; exit 7", expected=7) == "out\nerr\n"

        machine = f"{run['run']}-host-1"
        follower = kit.start("logs", "host-1", "--follow")
        kit.until(follower, "host-1")
        assert "journalctl" in inside(engine, machine)
        kit("shell", "host-1", "--", "logger", "told while followed")
        kit.until(follower, "told while followed")
        follower.kill()
        follower.wait()
        kit("shell", "host-1", "--", "sh", "-c", "timeout 20 sh -c 'while pgrep journalctl; do sleep 0.1; done'")
        assert "journalctl --no-pager" not in inside(engine, machine)

        engine.containers.get(machine).kill()
        assert "host-1 is exited" in kit("status", expected=1)
        assert "does not run" in kit("shell", "host-1", "--", "true", expected=2)
        down = kit("down")
        assert all(name in down for name in (f"{run['run']}-host-1", f"{run['run']}-host-2", run["scratch"]))
        assert left(engine, kit) == []
    finally:
        kit("down", "--all")


def test_a_killed_run_is_removed_by_the_next_and_a_live_one_beside_it_is_not(
    kit: Kit, engine: docker.DockerClient, tmp_path: Path
) -> None:
    def arguments(name: str) -> list[str]:
        return ["--runtime", "containers", "--report", str(tmp_path / name)]

    try:
        killed = kit.start("run", *arguments("killed"))
        kit.until(killed, "ready after")
        [dead] = [each["run"] for each in kit.runs()]
        kit("up", *arguments("lives"), timeout=LONG_S)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        assert len(left(engine, kit, dead)) == 2
        said = kit("run", *arguments("after"), str(NOT_CONNECTED), timeout=LONG_S)
        assert f"removed {dead}-host-1, left by a run that was killed" in said
        assert left(engine, kit, dead) == []
        [lives] = kit.runs()
        assert (lives["state"], lives["wrong"]) == ("running", [])
        assert lives["hosts"][0]["connection"] == "online"
        kit("down")
        assert left(engine, kit) == []
    finally:
        kit("down", "--all")


def test_a_failed_run_that_was_kept_stays_until_it_is_taken_down(
    kit: Kit, engine: docker.DockerClient, tmp_path: Path
) -> None:
    (tmp_path / "fails.feature").write_text(FAILS)
    arguments = ["--runtime", "containers", "--report", str(tmp_path / "report"), str(tmp_path / "fails.feature")]
    try:
        assert "kept hc-" in kit("run", "--keep", *arguments, expected=1, timeout=LONG_S)
        [run] = kit.runs()
        assert (run["state"], run["hosts"][0]["state"], run["wrong"]) == ("kept", "running", [])
        kit("run", *arguments, expected=1, timeout=LONG_S)
        assert len(left(engine, kit, run["run"])) == 2
        assert kit("shell", "host-1", "--", "hostname") == "host-1\n"
        assert "yggdrasil.service" in kit("logs", "host-1")
        assert f"{run['run']}-host-1" in kit("down")
        assert left(engine, kit) == []
    finally:
        kit("down", "--all")
