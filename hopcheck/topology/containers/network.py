"""A run's own network: hosts reach the taps on its gateway and nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hopcheck.topology import scratch
from hopcheck.topology.containers.engine import Engine, EngineGone


@dataclass(frozen=True, slots=True)
class Network:
    """A bridge with no way out; taps listen on ``gateway``, which no other machine reaches.

    Podman gives a bridge without a way out no gateway either: its hosts can reach what this machine can.
    """

    name: str
    gateway: str
    made: Any

    @classmethod
    def create(cls, engine: Engine, name: str, labels: Mapping[str, str]) -> Network:
        """Raises docker's APIError where the engine has no address range left."""
        closed = engine.kind == "docker"
        made = engine.client.networks.create(name, driver="bridge", internal=closed, labels=dict(labels))
        made.reload()
        return cls(name, _gateway(made.attrs), made)

    def remove(self) -> None:
        """After its last container; a kept run (the network bears its id) keeps it, and so does an engine that died."""
        if not scratch.is_kept(self.name):
            with contextlib.suppress(EngineGone):
                self.made.remove()


def _gateway(attrs: Mapping[str, Any]) -> str:
    """Docker and Podman both tell it; Docker may add the prefix length."""
    [config, *_] = attrs["IPAM"]["Config"]
    return str(config["Gateway"]).partition("/")[0]
