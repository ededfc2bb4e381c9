"""Whose a container, network or image is, and the sweep that removes what dead runs left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from docker.errors import APIError, NotFound

from hopcheck.topology import scratch
from hopcheck.topology.containers.engine import Engine

RUN, OWNER, BOOT = "org.hopcheck.run", "org.hopcheck.owner", "org.hopcheck.boot"
# Where the run's scratch directory is: only who looks there can tell whether it was kept.
ROOT = "org.hopcheck.root"
# A container that is being removed, and a network that such a one is still on.
BUSY = (409, 403)


def labels(directory: Path) -> dict[str, str]:
    """The labels of what belongs to the run whose scratch directory this is: run, owner process, boot, root."""
    return {RUN: directory.name, OWNER: scratch.owner(directory), BOOT: boot(), ROOT: str(directory.parent)}


def boot() -> str:
    """This machine's boot: a pid and its start time mean nothing after the next one."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def left_behind(engine: Engine) -> list[str]:
    """Runs, by id, that have containers or networks here and whose owner is dead and did not keep them."""
    return sorted(run for run, alive in labelled(engine).items() if not alive and not scratch.is_kept(run))


def labelled(engine: Engine) -> dict[str, bool]:
    """Every run, by id, that has containers, networks or volumes here, and whether its owner lives."""
    return {
        each.labels[RUN]: each.labels.get(BOOT) == boot() and scratch.runs(each.labels.get(OWNER, ""))
        for each in _everything(engine)
    }


def remove(engine: Engine, runs: Iterable[str]) -> list[str]:
    """Remove containers, networks and volumes of these runs; their names."""
    wanted, removed = set(runs), []
    for each in _everything(engine):
        if each.labels[RUN] in wanted and each.remove():
            removed.append(each.name)
    return removed


def names(engine: Engine, run: str) -> list[str]:
    """The containers, networks and volumes of a run."""
    return [each.name for each in _everything(engine) if each.labels[RUN] == run]


@dataclass(frozen=True, slots=True)
class _Left:
    """A labelled thing of the engine. ``discard`` removes it."""

    name: str
    labels: Mapping[str, str]
    discard: Callable[[], None]

    def remove(self) -> bool:
        """False where somebody else removes it at this moment, or has."""
        try:
            self.discard()
        except NotFound:
            return False
        except APIError as error:
            if error.status_code not in BUSY:
                raise
            return False
        return True


def _everything(engine: Engine) -> list[_Left]:
    """Containers first: a network goes only when nobody is on it."""
    client, wanted = engine.client, {"label": [RUN, f"{ROOT}={scratch.ROOT}"]}
    containers = client.containers.list(all=True, filters=wanted, ignore_removed=True)
    others = [*client.networks.list(filters=wanted), *client.volumes.list(filters=wanted)]
    return [_Left(c.name, c.labels, partial(c.remove, force=True, v=True)) for c in containers] + [
        _Left(each.name, each.attrs.get("Labels") or {}, each.remove) for each in others
    ]
