"""The bare run: the same ansible-runner call on a fresh host, without worker, verification and shims."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hopcheck.topology.gate import Gate
from hopcheck.topology.process_host import HostCommands, ProcessHost
from hopcheck.topology.stage import Stage
from hopcheck.trace import Event

TIMEOUT_S = 60.0
_UPLOAD = "insights-client>ingress"


class BareRunError(RuntimeError):
    """ansible-runner alone did not do what it does in the flow."""


@dataclass(frozen=True, slots=True)
class Call:
    """How the worker called ansible-runner in a flow, and the playbook that it gave it."""

    arguments: tuple[str, ...]
    env: dict[str, str]
    playbook: str
    content: str

    @classmethod
    def seen(cls, spawn: Event) -> Call:
        """From the process tap's event. Raises `BareRunError` where the playbook is not in it."""
        argv, files = spawn.attrs["argv"], spawn.attrs["files"]
        arguments = argv[argv.index("ansible_runner") + 1 :]
        playbook = arguments[arguments.index("--playbook") + 1]
        if playbook not in files or files[playbook]["text"] is None:
            raise BareRunError(f"the trace does not hold the playbook {playbook}")
        # PYTHONPATH is where the shim stands; the program behind it does without.
        env = {name: value for name, value in spawn.attrs["env"].items() if name != "PYTHONPATH"}
        return cls(tuple(arguments), env, playbook, files[playbook]["text"])

    @property
    def artifacts(self) -> str:
        """Where ansible-runner leaves status and job events."""
        return f"{self.arguments[-1]}/artifacts/{self.arguments[self.arguments.index('--ident') + 1]}"


def bare(stage: Stage, call: Call) -> float:
    """Seconds of a run on a new host whose gate is open; the collection uploads through the running topology.

    Raises `BareRunError` unless the playbook succeeds and the upload is accepted.
    """
    host = stage.host()
    assert isinstance(host, ProcessHost), "the bare run is measured beside the kit"
    _prepare(stage, host, call)
    seen = len(stage.trace)
    began = time.monotonic()
    done = subprocess.run(
        [*host.namespace.enter, sys.executable, "-m", "ansible_runner", *call.arguments],
        env=call.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=TIMEOUT_S,
        check=False,
    )
    took = time.monotonic() - began
    status = host.namespace.inside(f"{call.artifacts}/status").read_text()
    if done.returncode != 0 or status != "successful":
        raise BareRunError(f"ansible-runner: exit {done.returncode}, {status}\n{done.stderr.decode()[-800:]}")
    events = stage.trace.events[seen:]
    if not any(
        e.edge == _UPLOAD and e.host == host.identity.client_id and e.op == "response" and e.attrs["status"] == 202
        for e in events
    ):
        raise BareRunError("ansible-runner: the collection was not uploaded")
    if any(e.protocol == "process" for e in events):
        raise BareRunError("a process shim stood in the way of the bare run")
    return took


def _prepare(stage: Stage, host: ProcessHost, call: Call) -> None:
    place = host.namespace.inside
    client = HostCommands(host.namespace, stage.topology.plan).client()
    _write(place("/usr/bin/insights-client"), f'#!/bin/sh\nexec {" ".join(client)} "$@"\n')
    _write(place(call.playbook), call.content)
    place(f"{call.artifacts}/job_events").mkdir(mode=0o750, parents=True)
    Gate(host).open()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def spans(events: Any) -> dict[str, float]:
    """Seconds from spawn to exit of each program of a run, by edge; the last of each edge counts."""
    began: dict[str, Event] = {}
    found = {}
    for event in events:
        if event.protocol == "process" and event.op == "spawn":
            began[event.exchange] = event
        elif event.protocol == "process" and event.op == "exit" and event.exchange in began:
            found[event.edge] = (event.t - began[event.exchange].t) / 1e9
    return found
