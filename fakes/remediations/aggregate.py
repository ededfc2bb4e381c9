"""The state of a run, made of Dispatcher's runs and hosts on each read (facts B.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STATUSES = ("pending", "running", "success", "failure", "canceled")

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Executor:
    """Who ran the playbook: all direct hosts together, or one Satellite."""

    id: str
    name: str
    kind: str
    counts: Mapping[str, int]
    playbook: str
    hosts: Sequence[Object]

    @property
    def status(self) -> str:
        """A failure shows at once; otherwise what still runs decides."""
        for status in ("failure", "running", "success", "canceled"):
            if self.counts[status]:
                return status
        return "pending"


def executors(run_id: str, runs: Sequence[Object], hosts: Sequence[Object]) -> list[Executor]:
    """The executors of a Remediations run; a Dispatcher run without hosts is left out."""
    by_run: dict[str, list[Object]] = {}
    for host in hosts:
        by_run.setdefault(host["run"]["id"], []).append(host)
    direct = [run for run in runs if [host["host"] for host in by_run.get(run["id"], [])] == ["localhost"]]
    found = []
    if direct:
        found.append(
            Executor(
                run_id,
                "Direct connected",
                "direct",
                count(run["status"] for run in direct),
                direct[0]["url"],
                [host for run in direct for host in by_run[run["id"]]],
            )
        )
    found += [
        Executor(
            run["id"],
            "RHC Satellite",
            "satellite",
            count(host["status"] for host in by_run[run["id"]]),
            run["url"],
            by_run[run["id"]],
        )
        for run in runs
        if run not in direct and run["id"] in by_run
    ]
    return found


def count(statuses: Iterable[str]) -> dict[str, int]:
    """How many of each; `timeout` counts as failure (SRV-110)."""
    counts = dict.fromkeys(STATUSES, 0)
    for status in statuses:
        counts[shown(status)] += 1
    return counts


def shown(status: str) -> str:
    """A host's status as the lists show it."""
    return "failure" if status == "timeout" else status


def run_status(found: Sequence[Executor]) -> str:
    """The status of the whole run."""
    statuses = {executor.status for executor in found}
    for status in ("failure", "canceled"):
        if status in statuses:
            return status
    if statuses <= {"pending"}:
        return "pending"
    return "success" if statuses == {"success"} else "running"
