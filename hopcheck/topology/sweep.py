"""What dead runs left, removed: scratch directories, and containers and networks where an engine answers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hopcheck.topology import scratch

if TYPE_CHECKING:
    from hopcheck.topology.containers.engine import Engine

SOCKETS = (Path("/var/run/docker.sock"), Path("/run/podman/podman.sock"))


def sweep() -> list[str]:
    """Remove what belongs to runs whose owner is dead and which nobody kept; their names."""
    return [*_containers(None), *map(str, scratch.sweep())]


def discard(runs: Iterable[Path]) -> list[str]:
    """Remove everything of these runs, given by scratch directory, kept or not; their owners must be dead."""
    directories = list(runs)
    removed = _containers([path.name for path in directories])
    for path in directories:
        scratch.remove(path)
    return [*removed, *map(str, directories)]


def engine() -> Engine | None:
    """The engine that may hold something of a run; None where none answers, as then nothing can be there."""
    if not os.environ.get("DOCKER_HOST") and not any(path.exists() for path in SOCKETS):
        return None
    # Loading the engines' library takes a third of a second, which a machine without an engine need not pay.
    from hopcheck.topology.containers.engine import Engine, EngineError

    try:
        return Engine.connect(timeout=10)
    except EngineError:
        return None


def _containers(runs: list[str] | None) -> list[str]:
    """Those of ``runs``, or of every run left behind."""
    found = engine()
    if found is None:
        return []
    from hopcheck.topology.containers import labels

    return labels.remove(found, labels.left_behind(found) if runs is None else runs)
