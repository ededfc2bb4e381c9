"""Hosts of the process runtime: a private mount namespace with a private bus, and processes in it."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import sys
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from hopcheck.taps.dbus import BusTap
from hopcheck.taps.stub import install_shim, runner_package
from hopcheck.topology import room
from hopcheck.topology.bus import PrivateBus
from hopcheck.topology.bus_monitor import BusMonitor
from hopcheck.topology.facts import HostSide
from hopcheck.topology.host import FILES, Ground, Host, Runtime, Wishes
from hopcheck.topology.host_config import DIRECTORIES, File, configuration
from hopcheck.topology.identity import Identity
from hopcheck.topology.namespace import Namespace
from hopcheck.topology.process import READY_TIMEOUT_S, Command, Process, StartError
from hopcheck.topology.profile import of_role
from hopcheck.topology.registration import worker_listed, worker_registered
from hopcheck.topology.roles import Plan
from hopcheck.topology.running import Running
from hopcheck.topology.site import Site
from hopcheck.topology.version import ansible

RUNNER = "/usr/lib64/rhc-worker-playbook/ansible_runner"
SHIM_PYTHON = "/usr/bin/python3"


class HostCommands:
    """How a host's programs are started inside ``namespace``."""

    def __init__(self, namespace: Namespace, plan: Plan, side: HostSide | None = None) -> None:
        self._namespace = namespace
        self._plan = plan
        self._side = side or HostSide()

    def rhc(self, address: str) -> Command:
        """yggdrasil's daemon on the host's own bus; of a stranger's that starts its worker itself that tells enough."""
        tells = self.installed is None or not self._plan.settings.swapped("rhc")
        return self._command("rhc", address, notify=tells)

    def worker(self, address: str) -> Command:
        """The playbook worker on the same bus; its unit is of Type=dbus: ready when it owns its name."""
        return self._command("rhc-worker-playbook", address, notify=False)

    def program(self, role: str) -> tuple[str, ...]:
        """What a role's command line begins with."""
        return self._plan.program(role)

    def client(self, *module: str) -> list[str]:
        """The argument list of the insights-client behind the shim; ``module`` picks its verifier front end."""
        own = self._plan.settings.commands.get("insights-client")
        if own:
            return [*self._plan.program("insights-client"), *module]
        return [sys.executable, "-m", ".".join(("fakes.insights_client", *module))]

    def runner(self) -> list[str]:
        """The argument list of the ansible-runner behind its shim: the real one, but where faults are played."""
        return [*self._plan.settings.commands.get("ansible-runner", (sys.executable, "-m", "ansible_runner"))]

    @property
    def installed(self) -> str | None:
        """Where rhc expects the worker, if it is to start it; else the kit does."""
        return of_role("rhc-worker-playbook", self._plan.settings.profiles).installed

    def install_worker(self, path: str) -> None:
        """The worker's program where rhc expects it, with the variables that its profile gives it."""
        environment = self._plan.host_environment("rhc-worker-playbook", self._side)
        words = [
            *(f"{name}={value}" for name, value in environment.items()),
            *self._plan.program("rhc-worker-playbook"),
        ]
        self._namespace.write(path, f'#!/bin/sh\nexec env {shlex.join(words)} "$@"\n', 0o755)

    def _command(self, role: str, bus: str, *, notify: bool = True) -> Command:
        environment = self._plan.host_environment(role, replace(self._side, bus=bus))
        return Command(
            role,
            self._plan.program(role),
            {"STATE_DIRECTORY": "/var/lib", **environment},
            inside=self._namespace.init,
            notify=notify,
        )

    def install_shims(self, socket: Path) -> None:
        """Process shims at the paths of the verifier, insights-client and ansible-runner's package."""
        for program, real in (
            ("/usr/bin/insights-client", self.client()),
            ("/usr/libexec/rhc-playbook-verifier", self.client("verifier")),
        ):
            install_shim(self._namespace.root, program, real=real, socket=socket, python=SHIM_PYTHON)
        package = runner_package(RUNNER, real=self.runner(), socket=socket, python=SHIM_PYTHON)
        for name, text in package.items():
            self._namespace.write(f"{RUNNER}/{name}", text)


def furnish(namespace: Namespace, identity: Identity, files: list[File]) -> None:
    """Write a host's configuration into its namespace, and the Ansible commands that this Python has."""
    for file in files:
        # Everything in the namespace runs as one user: no group needs to read what the owner may.
        namespace.write(file.path, file.content, file.mode if file.group == "root" else file.mode & 0o600)
    namespace.write("/etc/machine-id", uuid.UUID(identity.insights_id).hex + "\n")
    for directory in DIRECTORIES:
        namespace.path(directory + "/.").mkdir(parents=True, exist_ok=True)
    for program in ("ansible-playbook", "ansible"):
        namespace.write(
            f"/usr/bin/{program}",
            f'#!/bin/sh\nexec {sys.executable} {Path(sys.executable).parent / program} "$@"\n',
            0o755,
        )


@dataclass(slots=True)
class ProcessHost(Host):
    """Its namespace, and its processes by role."""

    identity: Identity
    files: Path
    namespace: Namespace
    bus_tap: BusTap
    monitor: BusMonitor | None = None
    roles: dict[str, Running] = field(default_factory=dict)

    async def settle(self) -> None:
        """End worker and rhc."""
        await asyncio.gather(*(process.stop() for process in self.roles.values()))

    async def last_words(self, role: str) -> str:
        """From its log."""
        process = self.roles.get(role)
        return "" if process is None else process.last_words()

    async def write(self, file: File) -> None:
        """Inside its namespace: watches are on the file there."""
        argv = [*self.namespace.enter, "sh", "-c", f"cat >{shlex.quote(file.path)}"]
        await asyncio.to_thread(subprocess.run, argv, input=file.content, check=True)

    async def read(self, path: str) -> str:
        """As somebody inside its namespace sees it."""
        argv = [*self.namespace.enter, "cat", path]
        told = await asyncio.to_thread(subprocess.run, argv, capture_output=True, check=False)
        return told.stdout.decode()

    async def start_in_vain(self, patience: float = READY_TIMEOUT_S) -> int | None:
        """The same command with the same environment, which is ended where it does not end."""
        rhc = self.roles["rhc"]
        await rhc.stop()
        assert isinstance(rhc.launch, Command)
        again = Process(replace(rhc.launch, notify=False), rhc.log)
        await again.start()
        try:
            async with asyncio.timeout(patience):
                return await again.wait()
        except TimeoutError:
            await again.stop()
            return None

    async def execute(self, argv: Sequence[str]) -> None:
        """Inside its namespaces; what it says is dropped."""
        inside = [*self.namespace.enter, *argv]
        await asyncio.to_thread(subprocess.run, inside, stdin=subprocess.DEVNULL, capture_output=True, check=False)

    @property
    def enter(self) -> Sequence[str]:
        """Through its namespaces."""
        return self.namespace.enter

    @property
    def bus_counts(self) -> dict[str, int] | None:
        """Complete after the bus has ended."""
        return None if self.monitor is None else self.monitor.counts(self.bus_tap.own_names)


class ProcessRuntime(Runtime):
    """Hosts beside the kit on this machine's loopback."""

    name = "process"
    watches = room.WATCHES_OF_PROCESSES

    async def open(self, directory: Path, opened: AsyncExitStack) -> Site:
        """Nothing to prepare."""
        return Site()

    async def host(self, identity: Identity, ground: Ground, opened: AsyncExitStack, wishes: Wishes) -> ProcessHost:
        """Its roles appear as processes named ``ROLE-HOST``."""
        if replace(wishes, config=(), commands={}) != Wishes():
            raise StartError("this host must be a machine of its own: --runtime containers")
        place, name = ground.directory / identity.name, identity.name
        shared = place / "files"
        shared.mkdir(parents=True)
        namespace = Namespace(place / "root", {FILES: shared})
        plan = replace(
            ground.plan, settings=replace(ground.settings, commands={**ground.settings.commands, **wishes.commands})
        )
        side = HostSide(identity, ground.authority.issue(identity.client_id), ground.signed)
        commands = HostCommands(namespace, plan, side)
        files = configuration(plan, side)
        furnish(namespace, identity, [*files, *wishes.config])
        process_tap = ground.process_tap(identity, place / "shim")
        await process_tap.start()
        opened.push_async_callback(process_tap.stop)
        commands.install_shims(place / "shim")
        opened.push_async_callback(namespace.stop)
        await namespace.start()
        private = PrivateBus(place)
        monitor = BusMonitor(private.address, ground.logs / f"dbus-monitor-{name}.log")
        # Opened before its bus and so closed after it: the end of the bus is the end of what it tells.
        opened.push_async_callback(monitor.stop)
        bus = await ground.started(Command("dbus-daemon", private.argv()), f"dbus-daemon-{name}")
        opened.push_async_callback(bus.stop)
        bus_tap = BusTap(ground.store, address=private.address, host=identity.client_id)
        if ground.settings.reconcile:
            # Before the tap, which would otherwise record the monitor's arrival.
            await monitor.start()
        await bus_tap.start()
        opened.push_async_callback(bus_tap.stop)
        host = ProcessHost(identity, shared, namespace, bus_tap, monitor if ground.settings.reconcile else None)
        roles, client = await asyncio.gather(
            self._roles(commands, private.address, ground, identity),
            ground.versions.of([*commands.client(), "--version"]),
        )
        suts = plan.settings.suts
        kind = "foreign" if "insights-client" in suts else "stand-in"
        ground.introduce("insights-client", kind, client, " ".join(commands.client()), name)
        runner = commands.runner()
        real = "ansible-runner" not in plan.settings.commands
        told = ansible() if real else await ground.versions.of([*runner, "--version"])
        kind = "foreign" if "ansible-runner" in suts else "real" if real else "stand-in"
        ground.introduce("ansible-runner", kind, told, " ".join(runner[1:]), name)
        host.roles = {process.role: process for process in roles}
        return host

    async def _roles(self, commands: HostCommands, bus: str, ground: Ground, identity: Identity) -> list[Running]:
        """rhc and its worker, which one of rhc's own kind starts itself. Raises `StartError`."""
        name, worker = identity.name, "rhc-worker-playbook"
        if (path := commands.installed) is not None:
            commands.install_worker(path)
            rhc = await ground.started(commands.rhc(bus), f"rhc-{name}")
            await asyncio.to_thread(worker_listed, ground.store, identity)
            kind = "foreign" if worker in ground.settings.suts else "stand-in"
            program = commands.program(worker)
            ground.introduce(
                worker, kind, await ground.versions.of([*program, "--version"]), " ".join(program[1:]), name
            )
            return [rhc]
        started, _, rhc = await asyncio.gather(
            ground.started(commands.worker(bus), f"{worker}-{name}"),
            asyncio.to_thread(worker_registered, ground.store, identity),
            ground.started(commands.rhc(bus), f"rhc-{name}"),
        )
        return [started, rhc]
