"""Plays stories on a topology, from the user's side: through the Remediations UI and nothing else."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from hopcheck.checks.cases import Case
from hopcheck.topology import room, scratch
from hopcheck.topology.asker import asker
from hopcheck.topology.awaited import dispatched_since, end_of, granted, is_over, known_to_connector, log_after
from hopcheck.topology.gate import Gate
from hopcheck.topology.host import Host, Runtime, Wishes
from hopcheck.topology.identity import Identity
from hopcheck.topology.loop import LoopThread
from hopcheck.topology.machines import MACHINES
from hopcheck.topology.played import Member, Played, Visit
from hopcheck.topology.process import StartError
from hopcheck.topology.scene import Scene
from hopcheck.topology.settings import Settings
from hopcheck.topology.story import COMPLETE, Story, System, told
from hopcheck.topology.topology import Topology
from hopcheck.topology.user import User
from hopcheck.trace import Event, TraceTimeout

if TYPE_CHECKING:
    from hopcheck.topology.containers.container_host import ContainerHost
    from hopcheck.topology.disturbance import Act, Disturbance
    from hopcheck.topology.host import Ground
    from hopcheck.topology.visit import Errand

RUNNER = "rhc-worker-playbook>ansible-runner"
T = TypeVar("T")


class Stage:
    """A topology that is up, and what was played on it. Context manager; `play` tells each story once.

    Raises `StartError` where there is no room for it.
    """

    def __init__(
        self,
        settings: Settings,
        progress: Callable[[str], None] = lambda _: None,
        runtime: Runtime | None = None,
    ) -> None:
        room.check(settings.report, settings.hosts)
        self._loop = LoopThread()
        self.topology = Topology(settings, progress, runtime)
        self.trace = self.topology.store
        self.played: dict[Story, Played] = {}
        self._stuck: dict[Story, str] = {}
        self._progress = progress
        self._spares: list[Host] = []
        self._names: set[str] = set()
        self._scene: Scene | None = None
        self.user: User
        self._closed = self._settled = False
        self.up = False
        self.ready_s = 0.0

    def __enter__(self) -> Stage:
        self.open()
        return self

    def open(self) -> None:
        """Bring everything up; what came up of a failed start is taken down. Raises `StartError`, `TraceTimeout`."""
        began = time.monotonic()
        settings = self.topology.settings
        try:
            self.call(self.topology.start())
            if "remediations-ui" in settings.roles:
                self.user = User(self.topology.plan.ports.ui, self.trace, settings.timeout_s)
            self._spares = self.hosts([""] * settings.hosts)
            self.ready_s = time.monotonic() - began
            self.topology.tell("ready", seconds=round(self.ready_s, 3))
            self.topology.record(ready=True)
            self.up = True
        except BaseException as error:
            self.trouble(error)
            if self.topology.settings.keep:
                self.keep()
            self.close()
            if isinstance(error, OSError) and room.is_about(error):
                raise StartError(room.told(error)) from error
            raise
        self._progress(f"ready after {self.ready_s:.2f} s")

    def trouble(self, error: BaseException, **attrs: object) -> None:
        """Write down what kept something from its end, and whose process it was if anybody's."""
        cause, _, words = str(error).partition("\n")
        role = error.role if isinstance(error, StartError) else None
        self.topology.tell("trouble", role=role, kind=type(error).__name__, cause=cause, words=words, **attrs)

    def __exit__(self, *_: object) -> None:
        self.close()

    def settle(self) -> None:
        """End what starts things; the trace is complete afterwards, and hosts and scratch are still there."""
        if self.up and not self._settled:
            self._settled = True
            if self._scene is not None:
                self._scene.close()
            self.call(self.topology.settle())

    def close(self) -> None:
        """Settle, and take everything down but what `keep` asked for."""
        if not self._closed:
            self._closed = True
            try:
                self.settle()
            finally:
                self.call(self.topology.stop())
                self._loop.close()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Have a coroutine run where taps and processes live, and wait for its result."""
        return self._loop.call(coroutine)

    def catch_up(self) -> None:
        """Have the trace hold all that there was before this call, seen from wherever. Raises TimeoutError."""
        self.call(self.topology.catch_up())

    def keep(self) -> None:
        """Let hosts and scratch directory outlive the end; ``hopcheck down`` removes them."""
        scratch.keep(self.topology.directory)

    def host(self) -> Host:
        """A new remediation target, up and known to Cloud Connector. Raises `StartError` or `TraceTimeout`."""
        return self.hosts([""])[0]

    def hosts(self, names: Sequence[str], wishes: Wishes | None = None) -> list[Host]:
        """New remediation targets, started side by side, each as `host`; an empty name stands for any that is free."""
        room.watches(len(names) * self.topology.runtime.watches)
        given: list[str] = []
        for name in names:
            given.append(self._free(name, given))
        # Also one that does not come up has had its name.
        self._names.update(given)
        hosts = self.call(self._start(given, wishes))
        for host in hosts:
            self._connected(host)
        return hosts

    def enlist(self, wishes: Wishes) -> Host:
        """A host as wished for, on which the next plan is executed. Raises as `hosts`."""
        [host] = self.hosts([""], wishes)
        self._spares.insert(0, host)
        return host

    def dismiss(self, hosts: Iterable[Host]) -> None:
        """Take hosts down that nothing will be played on any more; the trace keeps what was seen of them."""
        for host in hosts:
            self.call(self.topology.remove_host(host.identity.name))
            self._spares = [spare for spare in self._spares if spare is not host]

    def _connected(self, host: Host) -> None:
        try:
            self.trace.wait_for(
                known_to_connector(host.identity),
                what=f"the connection status of {host.identity.name} at Cloud Connector",
                timeout=self.topology.settings.timeout_s,
            )
        except TraceTimeout as error:
            words = self.call(host.last_words("rhc"))
            raise StartError(f"{host.identity.name} never connected: {error}\n{words}", "rhc") from error

    async def _start(self, names: Sequence[str], wishes: Wishes | None) -> list[Host]:
        try:
            async with asyncio.TaskGroup() as group:
                started = [group.create_task(self.topology.add_host(name, wishes)) for name in names]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return [task.result() for task in started]

    def _free(self, name: str, taken: Iterable[str]) -> str:
        """The name, or where it is taken or empty the first of its numbered ones that is not."""
        known = {*self._names, *taken}
        if name and name not in known:
            return name
        number = 1 if not name else 2
        while (numbered := f"{name or 'host'}-{number}") in known:
            number += 1
        return numbered

    def restart(self, name: str, program: Sequence[str] = ()) -> None:
        """End a process (a role, or a role and its host's name) and start it again. Raises `StartError`."""
        self.call(self.topology.restart(name, program))

    def play(self, story: Story) -> Played:
        """Tell ``story``, or return how it went when it was told before. Raises `TraceTimeout` or `StartError`.

        One that came to no end would only take its time again.
        """
        story = told(story, self.topology.settings.hosts)
        if (why := self._stuck.get(story)) is not None:
            raise TraceTimeout(f"{story.label!r} was told before and came to no end: {why}")
        if story not in self.played:
            self.trace.heal()
            self._progress(story.label)
            tell = self._busy if story.during_another else self._troubled if story.disturbance else self._plain
            try:
                self.played[story] = tell(story)
            except TraceTimeout as error:
                self._stuck[story] = str(error)
                raise
        return self.played[story]

    def _plain(self, story: Story) -> Played:
        cast = self._cast(story)
        gates = {m.identity: Gate(self.topology.hosts[m.identity.name]) for m in cast if m.system.connected}
        played = self._execute(story, cast, story.fault or None)
        if played.run is not None:
            self._finish(played, gates)
        return played

    def _troubled(self, story: Story) -> Played:
        """A story in which something befalls the plan's one machine."""
        # Only machines can be disturbed so, and their engine's library takes its time to load.
        from hopcheck.topology.disturbance import DISTURBANCES

        trouble = DISTURBANCES[story.disturbance]
        cast = self._cast(story)
        host = self.topology.hosts[cast[0].identity.name]
        gate = Gate(host)
        if trouble.before:
            self._befall(trouble, story.disturbance, host)
        played = self._execute(story, cast, story.disturbance if trouble.fault else None)
        if trouble.heals is not None:
            self._heal(trouble, trouble.heals, played, host)
        if not trouble.before:
            started = "ansible-runner to start"
            self._since(self._stimulus(played), host, lambda e: e.op == "spawn" and e.edge == RUNNER, started)
            self._befall(trouble, story.disturbance, host)
        if trouble.ends:
            self._finish(played, {host.identity: gate})
        return played

    def visit(self, errand: Errand, what: str) -> Visit:
        """Let somebody on a machine do something, until it was seen what became of it."""
        if not self._spares:
            self._spares.append(self.host())
        host = self._spares[0]
        identity = host.identity
        self.topology.tell("visit", what=what, host_name=identity.name, client_id=identity.client_id, **asker())
        start = self.trace.where(protocol="kit", op="visit")[-1]
        said: list[str] = []

        async def act(machine: ContainerHost, ground: Ground) -> None:
            said.append(await errand.act(machine, ground))

        self._act(act, host)
        for answer, over in errand.over.items():
            self.trace.wait_for(
                lambda e, over=over: e.seq > start.seq and over(e),  # type: ignore[misc]
                what=f"{answer} to {what}, who says:\n{said[0]}",
                timeout=self.topology.settings.timeout_s,
            )
        self.topology.tell("left", what=what, host_name=identity.name, client_id=identity.client_id)
        end = self.trace.where(protocol="kit", op="left")[-1]
        return Visit(what, identity, tuple(e for e in self.trace if start.seq < e.seq < end.seq))

    def ask(self, cases: Iterable[Case]) -> None:
        """Play those of the cases that were not played before. Raises `TraceTimeout` where nobody answers."""
        self.scene.play(cases)

    @property
    def scene(self) -> Scene:
        """The kit's own hands on it."""
        if self._scene is None:
            self._scene = Scene(self)
        return self._scene

    def _befall(self, trouble: Disturbance, what: str, host: Host) -> None:
        op = "fault" if trouble.fault else "disturbance"
        self.topology.tell(op, what=what, host_name=host.identity.name, client_id=host.identity.client_id)
        told = self.trace.where(protocol="kit", op=op)[-1]
        self._progress(f"{host.identity.name}: {what}")
        self._act(trouble.act, host)
        if trouble.returns:
            self._since(told, host, granted, f"both subscriptions of {host.identity.name} once more", 2)

    def _heal(self, trouble: Disturbance, heals: Act, played: Played, host: Host) -> None:
        if trouble.until is not None:
            self._since(self._stimulus(played), host, trouble.until, "what the trouble waits for")
        if trouble.proves is not None:
            self._act(trouble.proves, host)
        # Told first: from here on what comes from the host may have come through.
        self.topology.tell("healed", host_name=host.identity.name, client_id=host.identity.client_id)
        self._act(heals, host)

    def _act(self, act: Act, host: Host) -> None:
        self.call(self.topology.act(act, host))

    def _since(self, start: Event, host: Host, matches: Callable[[Event], bool], what: str, count: int = 1) -> Event:
        return self._wait(host.identity, lambda e: e.seq > start.seq and matches(e), what, count)

    def _cast(self, story: Story) -> tuple[Member, ...]:
        """Who plays: connected systems are hosts that nothing has run on, the others are known but not there."""
        systems = story.cast(self.topology.settings.hosts)
        names = [system.name for system in systems if system.connected]
        hosts = iter(self.hosts(names, MACHINES[story.machine]) if story.machine else self._unused(names))
        return tuple(Member(each, next(hosts).identity if each.connected else self._absent(each)) for each in systems)

    def _unused(self, names: Sequence[str]) -> list[Host]:
        spares = [None if name or not self._spares else self._spares.pop(0) for name in names]
        fresh = iter(self.hosts([name for name, spare in zip(names, spares, strict=True) if spare is None]))
        return [spare or next(fresh) for spare in spares]

    def _absent(self, system: System) -> Identity:
        identity = Identity.new(system.name or f"absent-{uuid.uuid4().hex[:6]}")
        self.topology.registry.enter(identity)
        return identity

    def _busy(self, story: Story) -> Played:
        cast = self._cast(story)
        identity = cast[0].identity
        gate = Gate(self.topology.hosts[identity.name])
        first_story = Story("the plan that runs already", uploads=0)
        first = self._execute(first_story, (Member(first_story.cast(1)[0], identity),))
        self._wait(
            identity,
            lambda e: e.op == "spawn" and e.edge == RUNNER,
            "ansible-runner to start for the first plan",
        )
        second = self._execute(story, cast)
        self._terminal(second)
        self._finish(first, {identity: gate})
        return second

    def _finish(self, played: Played, gates: dict[Identity, Gate]) -> None:
        """Open each system's gate once its own uploads have been seen; until the whole run is over."""
        since = self._stimulus(played).seq
        for member in sorted(played.connected, key=lambda each: each.system.uploads):
            if member.system.uploads:
                self._wait(
                    member.identity,
                    lambda e: e.seq > since and e.edge == "rhc>ingress" and e.op == "request",
                    f"{member.system.uploads} interval uploads of {member.identity.name}",
                    member.system.uploads,
                    timeout=self._patience(played),
                )
            gates[member.identity].open()
        self._terminal(played)
        for gate in gates.values():
            gate.close()
        self._progress("terminal status seen in the UI")

    def _patience(self, played: Played) -> float:
        """Seconds that a step may take where all the plan's systems have this one machine to run on."""
        return self.topology.settings.timeout_s * max(1, len(played.connected))

    def _stimulus(self, played: Played) -> Event:
        self.trace.check("the press of Execute to be recorded")
        return self.trace.where(protocol="kit", op="stimulus", plan=played.plan)[-1]

    def _terminal(self, played: Played) -> None:
        """Until the UI was told the end of the run and every system's log, and each worker's END has been seen."""
        timeout = self._patience(played)
        end = self.trace.wait_for(
            lambda e: is_over(e, played.run),
            what=f"the UI to be shown the end of {played.story.label!r}",
            timeout=timeout,
        )
        since = self._stimulus(played).seq
        for member in played.connected:
            self.trace.wait_for(
                log_after(end, member.identity.inventory_id),
                what=f"the UI to be shown the log of {member.identity.name}",
                timeout=timeout,
            )
            self._ended(member.identity, since, timeout)

    def _ended(self, identity: Identity, since: int, timeout: float) -> None:
        """Until the worker told the end of what it was given since then."""
        message = dispatched_since(self.trace, identity, since)
        if message is not None:
            what = f"the END event of the worker of {identity.name}"
            self._wait(identity, end_of(message), what, timeout=timeout)

    def _wait(
        self,
        identity: Identity,
        matches: Callable[[Event], bool],
        what: str,
        count: int = 1,
        timeout: float | None = None,
    ) -> Event:
        return self.trace.wait_for(
            lambda e: e.host == identity.client_id and matches(e),
            what=what,
            timeout=timeout or self.topology.settings.timeout_s,
            count=count,
        )

    def _execute(self, story: Story, cast: tuple[Member, ...], fault: str | None = None) -> Played:
        """One plan on all of the cast, one press of Execute; ``fault`` is declared with it."""
        plan = self.user.plan(story.label, [(member.system, member.identity) for member in cast])
        connected = [member.identity for member in cast if member.system.connected]
        self.user.see_connected(plan, connected)
        for member in cast:
            # Those that a fault swallows nobody can demand.
            whole = member.system.connected and not story.fault
            self.topology.tell(
                "expect",
                label=story.label,
                outcome=member.system.outcome,
                uploads=member.system.uploads if whole else 0,
                passes=int(bool(connected)),
                host_name=member.identity.name,
                **({} if fault is None else {"fault": fault}),
                run_key={"plan": plan, "client_id": member.identity.client_id},
            )
        clients = [member.identity.client_id for member in cast]
        self.topology.tell("stimulus", label=story.label, plan=plan, client_ids=clients, **asker())
        status, answer = self.user.execute(plan)
        return Played(story, cast, plan, status, answer.get("run"), answer)


__all__ = ["COMPLETE", "Member", "Played", "Stage", "StartError", "Story", "Visit"]
