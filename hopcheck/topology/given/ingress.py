"""What cases of Ingress have given: those that it hands things to, away."""

from __future__ import annotations

from collections.abc import Mapping

from hopcheck.topology.given.known import given
from hopcheck.topology.scene import Scene


@given("storage that is away")
def _no_storage(scene: Scene) -> Mapping[str, str] | None:
    scene.stop("s3")
    scene.afterwards(lambda: scene.start("s3"))
    return None
