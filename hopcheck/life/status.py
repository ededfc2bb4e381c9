"""``hopcheck status``: every run of this user, what of it runs and what should."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from hopcheck.life import machines, run
from hopcheck.life.connection import connections
from hopcheck.life.run import DEAD, RUNNING, Run
from hopcheck.topology import scratch

PROCESSES, ENDED = "running", "ended"
SILENT = "never connected"


@dataclass(frozen=True, slots=True)
class HostStatus:
    """``state`` is the container's or its processes', ``connection`` what Cloud Connector was last told."""

    name: str
    client_id: str
    state: str
    connection: str


@dataclass(frozen=True, slots=True)
class Status:
    """A run, and ``wrong``: what should run and does not."""

    run: Run
    roles: dict[str, bool]
    hosts: tuple[HostStatus, ...]
    wrong: tuple[str, ...]


def status(options: argparse.Namespace) -> int:
    """Print all; 1 where something that should run does not."""
    every = [of(each) for each in run.find()]
    if options.json:
        print(json.dumps([as_dict(each) for each in every], indent=2))
    else:
        print("\n\n".join("\n".join(block(each)) for each in every) if every else "no run is there")
    return int(any(each.wrong for each in every))


def of(found: Run) -> Status:
    """A run's status now."""
    told = found.record
    roles = {name: scratch.runs(mark) for name, mark in (told.roles if told else {}).items()}
    known = connections(Path(told.report) / "trace.jsonl") if told else {}
    containers = machines.states(found)
    hosts = tuple(
        HostStatus(
            host.name,
            host.client_id,
            containers.get(host.name) or _processes(host.name, roles),
            known.get(host.client_id, SILENT),
        )
        for host in found.hosts
    )
    return Status(found, roles, hosts, _wrong(found, roles, hosts))


def _processes(host: str, roles: dict[str, bool]) -> str:
    own = [alive for name, alive in roles.items() if name.endswith(f"-{host}")]
    return PROCESSES if own and all(own) else ENDED


def _wrong(found: Run, roles: dict[str, bool], hosts: tuple[HostStatus, ...]) -> tuple[str, ...]:
    if found.state == DEAD:
        return ("its owner is dead: the next start, or `down`, removes what it left",)
    if found.state != RUNNING:
        return ()
    ended = [f"{name} has ended" for name, alive in roles.items() if not alive]
    ended += [f"{host.name} is {host.state}" for host in hosts if host.state != PROCESSES]
    return (*ended, *(f"{host.name} is {host.connection}" for host in hosts if host.connection != "online"))


def block(each: Status) -> list[str]:
    """A run as lines for people."""
    found, told = each.run, each.run.record
    since = datetime.fromtimestamp(found.since).strftime("%Y-%m-%d %H:%M:%S")
    lines = [
        f"{found.id}  {found.state}, since {since} ({_age(time.time() - found.since)})",
        f"  owner     {found.pid} ({'hopcheck ' + found.verb if found.alive else 'dead'})",
    ]
    if told is not None:
        lines.append(f"  runtime   {told.runtime}")
        if found.alive:
            lines.append(f"  UI        {told.ui or 'not yet'}")
            if told.live:
                lines.append(f"  live      {told.live}")
            alive = sum(each.roles.values())
            lines.append(f"  roles     {alive} of {len(each.roles)} run: {', '.join(each.roles)}")
    for host in each.hosts:
        lines.append(f"  {host.name:<9} {host.state}, {host.connection}, client id {host.client_id or 'none yet'}")
    if told is not None:
        lines.append(f"  report    {told.report}")
    return [*lines, *(f"  wrong     {what}" for what in each.wrong)]


def as_dict(each: Status) -> dict[str, object]:
    """A run for programs."""
    found, told = each.run, each.run.record
    return {
        "run": found.id,
        "state": found.state,
        "since": datetime.fromtimestamp(found.since).astimezone().isoformat(timespec="seconds"),
        "owner": found.pid,
        "verb": found.verb,
        "runtime": told.runtime if told else None,
        "ui": told.ui or None if told else None,
        "live": told.live or None if told else None,
        "report": told.report if told else None,
        "scratch": str(found.directory),
        "roles": each.roles,
        "hosts": [asdict(host) for host in each.hosts],
        "wrong": list(each.wrong),
    }


def _age(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
