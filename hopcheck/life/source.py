"""Where something of a run is written: a role's log, or the journal of a host that is a machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hopcheck.life import machines
from hopcheck.life.run import Run, Unclear, there_are
from hopcheck.topology.containers.places import UNITS
from hopcheck.topology.record import HostRecord

SUFFIXES = (".log", ".journal")
JOURNAL = ("journalctl", "--no-pager", "--quiet", "-o", "short-iso-precise")


@dataclass(frozen=True, slots=True)
class Source:
    """What bears ``name``: a file, or a ``host`` whose journal is asked, for one ``unit`` or for everything."""

    name: str
    file: Path | None = None
    host: HostRecord | None = None
    unit: str | None = None

    def journal(self, *more: str) -> list[str]:
        """The command that prints it, on the host."""
        return [*JOURNAL, *(["-u", self.unit] if self.unit else []), *more]


def sources(found: Run) -> list[Source]:
    """Each log file and each host's journal, which is a file after the host has been settled or is gone."""
    files = _files(found)
    running = {name for name, state in machines.states(found).items() if state == "running"}
    live = [Source(host.name, host=host) for host in found.hosts if host.name in running]
    names = {source.name for source in live}
    return [*(source for source in files if source.name not in names), *live]


def chosen(found: Run, name: str | None) -> list[Source]:
    """All of them, or those that a role's or a host's name means. Raises `Unclear` with the names that there are.

    ``rhc-host-1`` is a role on one host, ``rhc`` that role on every host.
    """
    every = sources(found)
    if name is None:
        return every
    hosts = [host.name for host in found.hosts]
    every += _units(every)
    meant = [source for source in every if source.name == name]
    if not meant and name in hosts:
        meant = [source for source in every if source.name.endswith(f"-{name}")]
    if not meant:
        meant = [source for source in every if source.name in {f"{name}-{host}" for host in hosts}]
    if not meant:
        raise Unclear(f"{found.id} has no log of {name!r}; {there_are([*(each.name for each in every), *hosts], name)}")
    return meant


def _files(found: Run) -> list[Source]:
    if found.logs is None or not found.logs.is_dir():
        return []
    files = [path for path in found.logs.iterdir() if path.suffix in SUFFIXES]
    return sorted((Source(path.stem, file=path) for path in files), key=lambda source: source.name)


def _units(every: list[Source]) -> list[Source]:
    """The roles that have no log but in their host's journal."""
    return [
        Source(f"{role}-{source.name}", host=source.host, unit=unit)
        for source in every
        if source.host is not None
        for role, unit in UNITS.items()
    ]
