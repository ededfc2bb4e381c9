"""What a run has, written into its scratch directory for the commands of other processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from hopcheck.topology import scratch, whole_file

if TYPE_CHECKING:
    from hopcheck.topology.topology import Topology

VERSION = 2
FILE = "run.json"


@dataclass(frozen=True, slots=True)
class HostRecord:
    """A host: its ``container``'s name, or the argument prefix that ``enter``s its namespaces."""

    name: str
    client_id: str
    container: str | None
    enter: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A run as its owner knows it. ``verb`` is what brought it up, ``roles`` are processes as `scratch.mark` has them.

    ``report`` is absolute, ``ui`` empty until the server side is up, ``live`` the URL of the page that shows the run
    while it goes, where there is one.
    """

    verb: str
    runtime: str
    report: str
    ui: str
    ready: bool
    roles: Mapping[str, str]
    hosts: tuple[HostRecord, ...]
    live: str = ""

    def write(self, directory: Path) -> None:
        """Replace the record in a scratch directory: a reader sees the old one or the new one."""
        data = orjson.dumps({"version": VERSION, **asdict(self)}, option=orjson.OPT_INDENT_2)
        whole_file.replace(directory / FILE, data)


def of(topology: Topology, *, ready: bool) -> Record:
    """The record of a topology as it is now."""
    plan = getattr(topology, "plan", None)
    return Record(
        topology.verb,
        topology.runtime.name,
        str(topology.settings.report.absolute()),
        f"http://127.0.0.1:{plan.ports.ui}/" if plan is not None else "",
        ready,
        # A process whose start is still awaited has no pid to tell.
        {name: scratch.mark(process.pid) for name, process in topology.processes.items() if process.started},
        tuple(
            HostRecord(host.identity.name, host.identity.client_id, host.container, tuple(host.enter))
            for host in topology.hosts.values()
        ),
        topology.live,
    )


def read(directory: Path) -> Record | None:
    """The record in a scratch directory; None where there is none, or one of another version of the kit."""
    try:
        told: dict[str, Any] = orjson.loads((directory / FILE).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    if told.pop("version", None) != VERSION:
        return None
    hosts = tuple(HostRecord(**{**host, "enter": tuple(host["enter"])}) for host in told.pop("hosts"))
    return Record(**told, hosts=hosts)
