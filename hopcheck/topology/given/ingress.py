"""What cases of Ingress have given: those that it hands things to, away."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from hopcheck.topology.given.known import given
from hopcheck.topology.scene import Scene

ANNOUNCE = "platform.upload.announce"


@given("storage that is away")
def _no_storage(scene: Scene) -> Mapping[str, str] | None:
    scene.stop("s3")
    scene.afterwards(lambda: scene.start("s3"))
    return None


@given("Kafka that is away until an upload was answered")
def _no_kafka(scene: Scene) -> Mapping[str, str] | None:
    request = uuid.uuid4().hex

    def back() -> None:
        scene.bring_kafka_back()
        scene.wait(
            lambda e: e.attrs.get("topic") == ANNOUNCE and e.payload is not None and request in (e.payload.text or ""),
            "the announce of what was uploaded while Kafka was away",
        )

    scene.take_kafka_away()
    scene.afterwards(back)
    return {"request": request}
