"""A run as another process finds it: by its scratch directory, the record in it, and its owner's life."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hopcheck.topology import record, scratch
from hopcheck.topology.record import HostRecord, Record

STARTING, RUNNING, KEPT, DEAD = "starting", "running", "kept", "dead"


class Unclear(RuntimeError):
    """The command line names nothing that is there, or not one thing; the text says what there is."""


class Gone(RuntimeError):
    """A host that was there a moment ago is there no more."""


@dataclass(frozen=True, slots=True)
class Run:
    """``since`` is in seconds of the epoch, ``owner`` a mark of `scratch.mark`."""

    directory: Path
    owner: str
    since: float
    state: str
    record: Record | None

    @property
    def id(self) -> str:
        """The name of its scratch directory, which everything of the run is labelled with."""
        return self.directory.name

    @property
    def pid(self) -> int:
        """Of its owner, which may be dead."""
        return int(self.owner.partition(":")[0])

    @property
    def alive(self) -> bool:
        """Whether its owner lived when it was found."""
        return self.state in (STARTING, RUNNING)

    @property
    def verb(self) -> str:
        """What brought it up; a run that has written nothing yet is somebody's `run`."""
        return self.record.verb if self.record else "run"

    @property
    def logs(self) -> Path | None:
        """Where its roles' logs are."""
        return Path(self.record.report) / "logs" if self.record else None

    @property
    def hosts(self) -> list[HostRecord]:
        """Its hosts, also one that never got ready: such a one has no client id to tell."""
        known = {host.name: host for host in (self.record.hosts if self.record else ())}
        in_containers = self.record is not None and self.record.runtime == "containers"
        for place in sorted(self.directory.glob("*/files")):
            name = place.parent.name
            container = f"{self.id}-{name}" if in_containers else None
            known.setdefault(name, HostRecord(name, "", container, ()))
        return list(known.values())

    def host(self, name: str) -> HostRecord:
        """Raises `Unclear` with the names that there are."""
        for host in self.hosts:
            if host.name == name:
                return host
        raise Unclear(f"{self.id} has no host {name!r}; {there_are([host.name for host in self.hosts], name)}")


def find() -> list[Run]:
    """Every run of this user, oldest first."""
    found = []
    for directory in scratch.all_runs():
        try:
            found.append(_found(directory))
        except (FileNotFoundError, ValueError):
            continue  # it ended, and was removed, while we looked
    return found


def _found(directory: Path) -> Run:
    owner, told = scratch.owner(directory), record.read(directory)
    if scratch.runs(owner):
        state = RUNNING if told is not None and told.ready else STARTING
    else:
        state = KEPT if scratch.is_kept(directory.name) else DEAD
    found = Run(directory, owner, scratch.began(directory), state, told)
    if not found.owner:
        raise FileNotFoundError(os.fspath(directory))
    return found


def choose(runs: Sequence[Run], wanted: str | None) -> Run:
    """The run with this id, or with an id that begins so; without one, the only run. Raises `Unclear`."""
    if wanted is None:
        if len(runs) == 1:
            return runs[0]
        raise Unclear("no run is there; `up` starts one" if not runs else f"which run?\n{listing(runs)}")
    exact = [run for run in runs if run.id == wanted]
    begun = exact or [run for run in runs if wanted and run.id.startswith(wanted)]
    if len(begun) == 1:
        return begun[0]
    raise Unclear(f"no run {wanted!r}; {there_are([run.id for run in runs], wanted)}" if not begun else listing(begun))


def listing(runs: Iterable[Run]) -> str:
    """A line for each."""
    return "\n".join(f"  {run.id}  {run.state}, {run.verb}, process {run.pid}" for run in runs)


def there_are(names: Iterable[str], wanted: str) -> str:
    """The names that could have been meant, nearest first."""

    def likeness(name: str) -> float:
        return -difflib.SequenceMatcher(None, wanted, name).ratio()

    known = sorted(sorted(set(names)), key=likeness)
    return f"there are {', '.join(known)}" if known else "there are none"
