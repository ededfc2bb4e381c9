"""What cases have given that only a contract is about: those whom a role asks, away."""

from __future__ import annotations

from collections.abc import Mapping

from hopcheck.topology.given.known import given
from hopcheck.topology.scene import Scene

Values = Mapping[str, str]


def _away(scene: Scene, role: str) -> None:
    """Until the case is over."""
    scene.stop(role)
    scene.afterwards(lambda: scene.start(role))


@given("a dispatcher that is away")
def _no_dispatcher(scene: Scene) -> None:
    _away(scene, "playbook-dispatcher")


@given("the platform's services away")
def _no_platform(scene: Scene) -> None:
    _away(scene, "platform")
