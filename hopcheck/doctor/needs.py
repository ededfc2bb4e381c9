"""What a configuration needs of the machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hopcheck.topology.settings import CONTAINERS, PROCESS
from hopcheck.topology.sut import Sut


@dataclass(frozen=True, slots=True)
class Needs:
    """``machines``: hosts must be machines; ``engine``: a container engine; ``namespaces``: hosts may be processes."""

    machines: bool
    engine: bool
    namespaces: bool


def needs(values: Mapping[str, Any]) -> Needs:
    """Those of the options' values."""
    suts: Iterable[Sut] = values["sut"].values()
    kinds = {sut.kind for sut in suts}
    images = any(values[name] for name in ("host-image", "host-overlay", "native"))
    machines = values["runtime"] == CONTAINERS or images or "host" in kinds
    return Needs(machines, machines or "image" in kinds, not machines or values["runtime"] == PROCESS)
