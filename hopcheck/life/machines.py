"""The containers of runs, looked up at the engine; nothing of it is loaded where no run has any."""

from __future__ import annotations

from typing import Any

from hopcheck.life.run import Run, Unclear
from hopcheck.topology import sweep
from hopcheck.topology.record import HostRecord

GONE = "gone"


def states(run: Run) -> dict[str, str]:
    """The state of each host's container, as the engine calls it (running, exited …), by the host's name."""
    hosts = [host for host in run.hosts if host.container]
    if not hosts:
        return {}
    found = sweep.engine()
    if found is None:
        return {host.name: "no engine answers" for host in hosts}
    every = {each.name: each.status for each in found.client.containers.list(all=True, ignore_removed=True)}
    return {host.name: every.get(host.container, GONE) for host in hosts}


def container(run: Run, host: HostRecord) -> Any:
    """A host's container, which runs. Raises `Unclear` where it does not."""
    from docker.errors import NotFound

    found = sweep.engine()
    if found is None:
        raise Unclear(f"no container engine answers, so {host.name} of {run.id} cannot be reached")
    try:
        machine = found.client.containers.get(host.container)
    except NotFound:
        raise Unclear(f"{host.name} of {run.id} is gone: there is no container {host.container}") from None
    if machine.status != "running":
        raise Unclear(f"{host.name} of {run.id} does not run: its container {machine.name} is {machine.status}")
    return machine
