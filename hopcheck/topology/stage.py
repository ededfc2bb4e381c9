"""Plays stories on a topology, from the user's side: through the Remediations UI and nothing else."""

from __future__ import annotations

import http.client
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from hopcheck.topology import scratch
from hopcheck.topology.host import Host, Runtime
from hopcheck.topology.identity import Identity
from hopcheck.topology.loop import LoopThread
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import Settings
from hopcheck.topology.story import COMPLETE, Story
from hopcheck.topology.topology import Topology
from hopcheck.trace import Event, TraceTimeout

TERMINAL = ("success", "failure", "canceled")


@dataclass(frozen=True, slots=True)
class Played:
    """A story that has been played: which host and plan, and the UI's answer to Execute."""

    story: Story
    identity: Identity
    plan: str
    status: int
    run: str | None
    answer: Any


class Stage:
    """A topology that is up, and what was played on it. Context manager; `play` tells each story once."""

    def __init__(
        self,
        settings: Settings,
        progress: Callable[[str], None] = lambda _: None,
        runtime: Runtime | None = None,
    ) -> None:
        self._loop = LoopThread()
        self.topology = Topology(settings, progress, runtime)
        self.trace = self.topology.store
        self.played: dict[Story, Played] = {}
        self._progress = progress
        self._closed = self._settled = False
        self.up = False

    def __enter__(self) -> Stage:
        self.open()
        return self

    def open(self) -> None:
        """Bring everything up; what came up of a failed start is taken down. Raises `StartError`, `TraceTimeout`."""
        began = time.monotonic()
        try:
            self._loop.call(self.topology.start())
            self._spare: Host | None = self.host()
            ready_s = time.monotonic() - began
            self.topology.tell("ready", seconds=round(ready_s, 3))
            self.topology.record(ready=True)
            self.up = True
        except BaseException:
            if self.topology.settings.keep:
                self.keep()
            self.close()
            raise
        self._progress(f"ready after {ready_s:.2f} s")

    def __exit__(self, *_: object) -> None:
        self.close()

    def settle(self) -> None:
        """End what starts things; the trace is complete afterwards, and hosts and scratch are still there."""
        if self.up and not self._settled:
            self._settled = True
            self._loop.call(self.topology.settle())

    def close(self) -> None:
        """Settle, and take everything down but what `keep` asked for."""
        if not self._closed:
            self._closed = True
            try:
                self.settle()
            finally:
                self._loop.call(self.topology.stop())
                self._loop.close()

    def keep(self) -> None:
        """Let hosts and scratch directory outlive the end; ``hopcheck down`` removes them."""
        scratch.keep(self.topology.directory)

    def host(self) -> Host:
        """A new remediation target, up and known to Cloud Connector. Raises `StartError` or `TraceTimeout`."""
        host = self._loop.call(self.topology.add_host(f"host-{len(self.topology.hosts) + 1}"))
        client = host.identity.client_id
        self.trace.wait_for(
            lambda e: (
                e.protocol == "kafka" and e.attrs["key"] == client and e.attrs["topic"].endswith("rhc-message-ingress")
            ),
            what=f"the connection status of {host.identity.name} at Cloud Connector",
            timeout=10,
        )
        return host

    def restart(self, name: str) -> None:
        """End a process (a role, or a role and its host's name) and start it again. Raises `StartError`."""
        self._loop.call(self.topology.restart(name))

    def play(self, story: Story) -> Played:
        """Tell ``story``, or return how it went when it was told before. Raises `TraceTimeout` or `StartError`."""
        if story not in self.played:
            self.trace.heal()
            self._progress(story.label)
            self.played[story] = self._busy(story) if story.during_another else self._single(story)
        return self.played[story]

    def _single(self, story: Story) -> Played:
        if story.connected:
            host, self._spare = self._spare or self.host(), None
            identity = host.identity
            gate = Gate(host)
        else:
            identity = Identity.new(f"absent-{uuid.uuid4().hex[:6]}")
            self.topology.registry.enter(identity)
            gate = None
        plan = self._plan(story, identity)
        played = self._execute(story, identity, plan)
        if gate is not None and played.run is not None:
            self._finish(played, gate)
        return played

    def _busy(self, story: Story) -> Played:
        host, self._spare = self._spare or self.host(), None
        gate = Gate(host)
        first_story = Story("the plan that runs already", uploads=0)
        first = self._execute(first_story, host.identity, self._plan(first_story, host.identity))
        self._wait(
            host.identity,
            lambda e: e.op == "spawn" and e.edge == "rhc-worker-playbook>ansible-runner",
            "ansible-runner to start for the first plan",
        )
        second = self._execute(story, host.identity, self._plan(story, host.identity))
        self._terminal(second)
        self._finish(first, gate)
        return second

    def _finish(self, played: Played, gate: Gate) -> None:
        since = self._stimulus(played).seq
        if played.story.uploads:
            self._wait(
                played.identity,
                lambda e: e.seq > since and e.edge == "rhc>ingress" and e.op == "request",
                f"{played.story.uploads} interval uploads",
                played.story.uploads,
            )
        gate.open()
        self._terminal(played)
        gate.close()
        self._progress("terminal status seen in the UI")

    def _stimulus(self, played: Played) -> Event:
        return self.trace.where(protocol="kit", op="stimulus", plan=played.plan)[-1]

    def _terminal(self, played: Played) -> None:
        """Until the UI was answered a terminal status, and the worker's END for that message has been seen."""

        def ended(event: Event) -> bool:
            if event.edge != "remediations-ui>remediations" or event.op != "response" or event.payload is None:
                return False
            body = event.payload.json
            return (
                isinstance(body, dict)
                and body.get("id") == played.run
                and "executors" in body
                and body.get("status") in TERMINAL
            )

        timeout = self.topology.settings.timeout_s
        end = self.trace.wait_for(ended, what=f"the UI to be shown the end of {played.story.label!r}", timeout=timeout)
        self.trace.wait_for(
            lambda e: e.seq > end.seq and e.edge == end.edge and _is_log(e),
            what="the UI to be shown the log",
            timeout=timeout,
        )
        since = self._stimulus(played).seq
        dispatched = [
            e
            for e in self.trace.where(protocol="dbus", op="call", member="Dispatch", host=played.identity.client_id)
            if e.seq > since
        ]
        if dispatched:
            message = dispatched[0].attrs["args"][1]
            self._wait(
                played.identity,
                lambda e: (
                    e.protocol == "dbus"
                    and e.op == "signal"
                    and e.attrs["member"] == "Event"
                    and e.attrs["args"][:2] == [2, message]
                ),
                "the worker's END event",
            )

    def _wait(self, identity: Identity, matches: Callable[[Event], bool], what: str, count: int = 1) -> Event:
        return self.trace.wait_for(
            lambda e: e.host == identity.client_id and matches(e),
            what=what,
            timeout=self.topology.settings.timeout_s,
            count=count,
        )

    def _plan(self, story: Story, identity: Identity) -> str:
        answer = self._ui(
            "POST",
            "/api/plans",
            {
                "name": story.label,
                "auto_reboot": False,
                "add": {"issues": [{"id": issue, "systems": [identity.inventory_id]} for issue in story.issues]},
            },
        )
        status, created = answer
        if status != 201:
            raise TraceTimeout(f"the plan was not created: the UI was answered {status} {created}\n{self.trace.tail()}")
        plan = str(created["id"])
        deadline = time.monotonic() + self.topology.settings.timeout_s
        while story.connected and not self._connected(plan):
            if time.monotonic() > deadline:
                raise TraceTimeout(f"{identity.name} never showed as connected in the UI\n{self.trace.tail()}")
        return plan

    def _connected(self, plan: str) -> bool:
        """Open the plan's page, as a user would, and read in the trace what it was told."""
        self._ui("GET", f"/plans/{quote(plan)}")
        asked = {
            e.exchange
            for e in self.trace.where(edge="remediations-ui>remediations", op="request")
            if e.attrs["path"].endswith(f"/{plan}/connection_status")
        }
        told = [
            e.payload.json
            for e in self.trace.where(edge="remediations-ui>remediations", op="response", status=200)
            if e.exchange in asked and e.payload is not None
        ]
        return bool(told) and any(item["connection_status"] == "connected" for item in told[-1]["data"])

    def _execute(self, story: Story, identity: Identity, plan: str) -> Played:
        self.topology.tell(
            "expect",
            label=story.label,
            outcome=story.outcome,
            uploads=story.uploads,
            passes=int(story.connected),
            run_key={"plan": plan, "client_id": identity.client_id},
        )
        self.topology.tell("stimulus", label=story.label, plan=plan, client_id=identity.client_id)
        status, answer = self._ui("POST", f"/api/plans/{quote(plan)}/execute")
        return Played(story, identity, plan, status, answer.get("run"), answer)

    def _ui(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.topology.plan.ports.ui, timeout=30)
        try:
            connection.request(
                method, path, orjson.dumps(body) if body is not None else None, {"Content-Type": "application/json"}
            )
            response = connection.getresponse()
            data = response.read()
        except OSError as error:
            raise TraceTimeout(f"the Remediations UI did not answer {method} {path}: {error}") from error
        finally:
            connection.close()
        is_json = (response.getheader("Content-Type") or "").startswith("application/json")
        return response.status, orjson.loads(data) if is_json else data.decode()


def _is_log(event: Event) -> bool:
    body = event.payload.json if event.op == "response" and event.payload is not None else None
    return isinstance(body, dict) and "console" in body


class Gate:
    """The file that a task waits for: a FIFO, so that nobody polls."""

    def __init__(self, host: Host) -> None:
        self._path = host.files / "gate"
        self._fd = -1
        if not self._path.exists():
            os.mkfifo(self._path, 0o600)

    def open(self) -> None:
        """Let the waiting task go on, or the one that comes."""
        # O_RDWR never blocks on a FIFO, and what is written stays while this end is open.
        self._fd = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        os.write(self._fd, b"go")

    def close(self) -> None:
        """Forget what nobody read."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


__all__ = ["COMPLETE", "Played", "Stage", "StartError", "Story"]
