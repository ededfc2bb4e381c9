"""What cases of Cloud Connector have given: hosts that say this or that."""

from __future__ import annotations

from collections.abc import Mapping

from hopcheck.topology.given.known import given
from hopcheck.topology.scene import Scene


@given("a host that repeated its online status with other dispatchers")
def _repeated(scene: Scene) -> Mapping[str, str]:
    guest = scene.guest(online=False)
    status = guest.status()
    guest.say(status)
    scene.until_connected(guest)
    status["content"]["dispatchers"] = {"another": {}}
    guest.say(status)
    scene.fence()
    return {"guest": guest.client_id}
