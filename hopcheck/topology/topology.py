"""The whole flow on one machine: server roles, hosts, and a tap on every edge."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

from hopcheck import __version__
from hopcheck.taps.hold import Ask
from hopcheck.taps.http import HttpTap
from hopcheck.taps.http.lane import Fault
from hopcheck.taps.mqtt import MqttTap
from hopcheck.taps.passthrough import PassThrough
from hopcheck.topology import record, scratch
from hopcheck.topology.broker import Broker
from hopcheck.topology.edges import open_taps
from hopcheck.topology.fork_server import ROLE, ForkServer
from hopcheck.topology.host import Ground, Host, Runtime, Wishes
from hopcheck.topology.hosts import Hosts
from hopcheck.topology.identity import Identity
from hopcheck.topology.kafka import Kafka
from hopcheck.topology.participant import REAL, participant
from hopcheck.topology.permission import Permission
from hopcheck.topology.pki import Authority
from hopcheck.topology.postgresql import databases
from hopcheck.topology.process import NotOurs, StartError
from hopcheck.topology.process_host import ProcessRuntime
from hopcheck.topology.registry import Registry
from hopcheck.topology.roles import SERVERS, Plan, Ports, Secrets, images_of, server_profiles
from hopcheck.topology.running import Launch, Place, Running
from hopcheck.topology.service import untapped
from hopcheck.topology.settings import CONTAINERS, Settings
from hopcheck.topology.signing import Signed, sign
from hopcheck.topology.site import Site
from hopcheck.topology.version import Versions
from hopcheck.trace import Draft, Redactor, Store

PLAYS = Path(__file__).parent / "plays"

JUDGED = ("summary.json", "junit.xml", "index.html")
"""What `hopcheck.report` makes of a trace, in the same directory."""


class Topology:
    """Brings everything up and takes it down again; all methods run on the taps' loop.

    ``progress`` is called with a line for each stage. A role that ends unbidden is written to the trace as
    ``lost``, and every wait on the trace ends with its name and last words.
    """

    def __init__(
        self,
        settings: Settings,
        progress: Callable[[str], None] = lambda _: None,
        runtime: Runtime | None = None,
    ) -> None:
        self.settings = settings
        self.runtime = runtime or ProcessRuntime()
        self.progress = progress
        running = any(sut.kind == "url" for sut in settings.suts.values())
        self.secrets = Secrets.lasting() if running else Secrets()
        self.directory = scratch.new()
        self.store = Store(settings.report, Redactor(bytes.fromhex(settings.seed), self.secrets.values()))
        self.authority = Authority(self.directory / "pki")
        self.hosts = Hosts()
        self._versions = Versions()
        self.said: set[tuple[str, bytes]] = set()
        self.processes: dict[str, Running] = {}
        self._gone: set[str] = set()
        self.programs: dict[str, tuple[str, ...]] = {}
        self.verb, self.live = "run", ""
        self._next_port = 0
        self.plan: Plan
        self.kafka = Kafka(self.store, settings.bootstrap)
        self._listeners: list[HttpTap | MqttTap | PassThrough] = []
        self.site = Site()
        self.opened = AsyncExitStack()
        self.opened.push_async_callback(asyncio.to_thread, scratch.end, self.directory)
        self.opened.callback(self.store.close)
        self._signed: Signed
        self._ground: Ground
        self.registry = Registry(settings, self.directory)
        self._logs = settings.report / "logs"
        self._broker: Broker
        self.forks = ForkServer(self.directory, self._logs, partial(self._on_exit, name=ROLE, host_name=None))
        self._ready = False

    def tell(self, op: str, **attrs: object) -> None:
        """A bookkeeping event of the kit itself."""
        self.store.append(Draft("kit", "kit", "kit", op, "hopcheck", "hopcheck", attrs=attrs))

    async def start(self) -> None:
        """Server side and taps. Raises `StartError` with cause and remedy."""
        self._logs.mkdir(parents=True, exist_ok=True)
        for earlier in self._logs.iterdir():
            # Processes append; what another run's have said there would be taken for theirs. `up` has begun its own.
            if earlier.name != "owner.log":
                earlier.unlink()
        for name in JUDGED:
            # What an earlier run came to is no word on this one, which may not get so far.
            (self.settings.report / name).unlink(missing_ok=True)
        self.record()
        self.tell(
            "run",
            runtime=self.runtime.name,
            seed=self.settings.seed,
            kit=__version__,
            kafka=self.kafka.described,
            python=sys.version.split()[0],
            **({"engine": self.runtime.engine} if self.runtime.engine else {}),
            **({"generation": self.settings.generation} if self.settings.generation else {}),
            **self.settings.about,
        )
        self.forks.begin()
        self.opened.push_async_callback(self.forks.stop)
        self.progress("signing the run's plays, starting broker, Kafka and server roles")
        try:
            ports = Ports.choose(self.settings.first_port)
        except OSError as error:
            raise StartError(str(error)) from error
        ports.fix(server_profiles(self.settings))
        if self.settings.first_port is not None:
            self._next_port = ports.beyond
        self._broker = Broker(
            ports.broker_hosts, ports.broker_connector, "cloud-connector", self.secrets.broker_password
        )
        self.site = await self.runtime.open(self.directory, self.opened)
        names = dict.fromkeys(("localhost", "127.0.0.1", self.site.name, self.site.address))
        certificate = self.authority.issue("localhost", *names)
        broker = self._broker.command(self.directory / "broker", self.authority, certificate)
        try:
            async with asyncio.TaskGroup() as group:
                signing = group.create_task(sign(self.directory, PLAYS))
                stored = group.create_task(databases(self))
                found = group.create_task(images_of(self.settings))
                # Cloud Connector, like its real counterpart, ends where it finds no broker.
                await self.started(broker)
                await self.kafka.open(self.opened)
                mutual = self.authority.server_context(certificate, client_certificates=True)
                plain = self.authority.server_context(certificate, client_certificates=False)
                taps = await open_taps(self, ports, mutual, plain)
                images = await found
                for image in images.values():
                    self.opened.callback(image.engine.client.close)
                self.plan = Plan(
                    self.settings,
                    self.directory,
                    ports,
                    taps,
                    self.secrets,
                    str(self.kafka.bootstrap),
                    self.authority.bundle,
                    self.registry,
                    self.site,
                    await stored,
                    images,
                )
                for launch in self.plan.server_roles(self.progress):
                    group.create_task(self.started(launch))
        except ExceptionGroup as errors:
            refused = errors.subgroup(StartError)
            if refused is None:
                raise
            raise _first(refused) from None
        self._signed = signing.result()
        self._ground = Ground(
            self.settings,
            self.directory,
            self._logs,
            self.store,
            self._versions,
            self.authority,
            self.plan,
            self._signed,
            Permission(self._signed.templates.values()),
            self.started,
            self._introduce,
            self._lost,
        )
        self.record()

    def record(self, *, ready: bool = False) -> None:
        """Let other commands know what there is by now."""
        self._ready = self._ready or ready
        record.of(self, ready=self._ready).write(self.directory)

    async def open(self, tap: HttpTap | MqttTap | PassThrough, address: str = "127.0.0.1") -> int:
        try:
            port = await tap.start(address, self._next_port)
        except OSError as error:
            raise StartError(f"no tap can listen on {address}:{self._next_port or 'any port'}: {error}") from error
        if self._next_port:
            self._next_port += 1
        self.opened.push_async_callback(tap.stop)
        self._listeners.append(tap)
        return port

    async def started(self, launch: Launch, name: str | None = None) -> Running:
        """Start what the server side has or, where ``name`` ends in a host's, a process of that host."""
        role = launch.role
        name = name or role
        host_name = name.removeprefix(f"{role}-") if name != role else None
        on_exit = partial(self._on_exit, name=name, host_name=host_name)
        self._gone.discard(name)
        process = launch.running(self._logs / f"{name}.log", on_exit, Place(self.directory, self.forks))
        self.processes[name] = process
        if name in REAL:
            self.opened.push_async_callback(process.stop)
        try:
            await process.start()
        except StartError as error:
            # Without a role it is not the component's doing.
            if name not in self._gone and error.role is not None:
                cause, _, words = str(error).partition("\n")
                self._lost(role, cause, words, process.status, host_name)
            raise
        # The broker comes before there is a plan.
        plan = self.plan if name in SERVERS else None
        given = role in self.settings.suts
        self.tell("participant", **await participant(launch, process, plan, host_name, self._versions, given=given))
        return process

    async def take_kafka_away(self) -> None:
        """Let nobody reach Kafka until `bring_kafka_back`. Raises `StartError` where it is not the kit's own."""
        await self.kafka.take_away()
        self.tell("away", what="kafka")

    async def bring_kafka_back(self) -> None:
        """What it held it still holds."""
        self.tell("back", what="kafka")
        await self.kafka.bring_back()

    async def run(self, role: str, arguments: Sequence[str]) -> None:
        """Have another command of a role's program do its work beside its server. Raises `StartError`."""
        await self.processes[role].run(arguments, self.programs.get(role) or self.plan.program(role))

    async def hold(self, edge: str, matches: Callable[[Draft], bool]) -> Callable[[], Coroutine[Any, Any, None]]:
        """Keep such messages of an HTTP edge from going on, after they were seen, until what is returned is called."""
        going_on = asyncio.Event()
        [tap] = [each for each in self._listeners if isinstance(each, HttpTap) and each.name == f"http:{edge}"]
        tap.faults = lambda draft, data: Fault(data, going_on.wait()) if matches(draft) else None

        async def release() -> None:
            tap.faults = None
            going_on.set()

        return release

    async def schedule(self, ask: Ask | None) -> None:
        """Let ``ask`` say of whatever goes through a tap what it waits for (`hopcheck.taps.hold`); None: it goes on."""
        for tap in self._listeners:
            if not isinstance(tap, PassThrough):
                tap.hold(ask)

    async def cut(self, leg: str) -> None:
        """Break every MQTT connection of a leg, ``host`` or ``connector``, without a DISCONNECT."""
        for tap in self._listeners:
            if isinstance(tap, MqttTap) and tap.name == f"mqtt:{leg}":
                tap.cut()

    async def restart(self, name: str, program: Sequence[str] = ()) -> Running:
        """End a process and start it again with the same state, another ``program`` where there is one.

        Raises `StartError`.
        """
        old = self.processes[name]
        if not old.owned:
            raise NotOurs(f"{name} was not started by the kit, and so cannot be started again")
        await self.end(old)
        launch = old.launch.again()
        if program:
            had = self.programs.get(name) or self.plan.program(old.role)
            launch = launch.with_program(had, program)
            self.programs[name] = tuple(program)
        process = await self.started(launch, name)
        self.record()
        return process

    def _introduce(self, role: str, kind: str, version: str, command: str, host_name: str | None = None) -> None:
        where = {} if host_name is None else {"host_name": host_name}
        self.tell("participant", role=role, kind=kind, version=version, command=command, **where)

    def _on_exit(self, process: Running, name: str, host_name: str | None) -> None:
        if not process.expected_exit:
            self._gone.add(name)
            cause = f"{process.role} {process.cause or f'ended by itself with status {process.status}'}"
            self._lost(process.role, cause, process.last_words(), process.status, host_name)

    def _lost(
        self, role: str, cause: str, words: str = "", status: int | None = None, host_name: str | None = None
    ) -> None:
        where = {} if host_name is None else {"host_name": host_name}
        self.tell("lost", role=role, status=status, cause=cause, **where)
        self.store.fail_waits(f"{cause}\n{words}")

    async def add_host(self, name: str, wishes: Wishes | None = None) -> Host:
        """A new remediation target with its bus, taps, rhc and worker, both started. Raises `StartError`."""
        identity = Identity.new(name)
        self.registry.enter(identity)
        host = await self.hosts.add(self.runtime, identity, self._ground, wishes or Wishes())
        self.record()
        return host

    async def remove_host(self, name: str) -> None:
        """End a host, its own roles first and while it is watched; the trace keeps what was seen of it."""
        await self.hosts.remove(name)
        gone = {f"{process.role}-{name}" for process in self.processes.values()}
        self.processes = {each: process for each, process in self.processes.items() if each not in gone}
        self.record()

    async def act(self, act: Callable[[Any, Ground], Awaitable[None]], host: Host) -> None:
        """Let something befall a host. Raises `StartError` where this runtime's hosts cannot be touched so."""
        if self.runtime.name != CONTAINERS:
            raise StartError("only a host that is a machine can be disturbed so: --runtime containers")
        await act(host, self._ground)

    async def settle(self) -> None:
        """End those who start things (the UI, then the hosts) while everybody else still answers and is watched.

        To reconcile, everybody else ends too, callers before those they call: what the trace holds is then all that
        there was. Raises TimeoutError where a connection outlives both its ends.
        """
        self.tell("settling")
        await self._stop(["remediations-ui"])
        await self.hosts.settle()
        # A stranger that does not end when it is told to is a finding, and so has to be in the trace.
        for role in ("remediations", "playbook-dispatcher", "cloud-connector", "ingress", "s3"):
            if self.settings.reconcile or self.settings.swapped(role):
                await self._stop([role])
        if self.settings.reconcile:
            async with asyncio.timeout(10):
                await asyncio.gather(*(tap.drain() for tap in self._listeners))
        await self.catch_up()
        for role, variables, remedy in untapped(self.processes.values(), self.store):
            self.tell("untapped", role=role, variables=variables)
            self.progress(remedy)
        if self.settings.reconcile:
            await self.kafka.count()
        self.tell("closed")
        self.store.seal()

    async def catch_up(self) -> None:
        """Until the observers beside the path, on buses and of Kafka, have seen whatever there was before this call.

        Raises TimeoutError.
        """
        await self.hosts.drain()
        await self.kafka.catch_up()

    async def stop(self) -> None:
        """End roles, taps and scratch; the trace stays. Safe to call at any stage, and after a failed start."""
        for process in self.processes.values():
            process.expected_exit = True
        self.store.seal()
        await self._stop([p.role for p in self.processes.values() if p.role not in REAL])
        # Last opened, first closed; one that fails to close does not keep the others open.
        try:
            await self.hosts.close()
        finally:
            await self.opened.aclose()

    async def end(self, process: Running) -> None:
        """Stop it, and write down where a stranger of the server side had to be killed."""
        told = process.stubborn
        await process.stop()
        if process.stubborn and not told and self.settings.swapped(process.role) and process.role in SERVERS:
            self.tell("stubborn", role=process.role)

    async def _stop(self, roles: Collection[str]) -> None:
        await asyncio.gather(*(self.end(p) for p in self.processes.values() if p.role in roles))


def _first(group: ExceptionGroup[StartError]) -> StartError:
    """Which of several tasks that failed was the first to say so."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, ExceptionGroup) else error


__all__ = ["StartError", "Topology"]
