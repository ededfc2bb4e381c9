"""A remediation target that is a machine: its system bus and process boundaries watched from outside."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from hopcheck.taps.dbus import BusTap
from hopcheck.topology import scratch
from hopcheck.topology.containers import places
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.containers.layer import shim_digests
from hopcheck.topology.containers.machine import Body, EngineTrouble, ExecError, Machine, readable
from hopcheck.topology.facts import HostSide
from hopcheck.topology.host import FILES, Ground, Host, Wishes
from hopcheck.topology.host_config import DIRECTORIES, File, configuration
from hopcheck.topology.identity import Identity
from hopcheck.topology.process import READY_TIMEOUT_S, StartError
from hopcheck.topology.registration import worker_registered
from hopcheck.topology.site import Site
from hopcheck.trace import Event

WORKER_UNIT = places.UNITS["rhc-worker-playbook"]
# What rhc's own packages do when they are installed: their users may read what is theirs.
_OWN = """\
for group in rhsm yggdrasil; do
    if getent group $group >/dev/null; then chgrp $group {key}; break; fi
done
if getent passwd yggdrasil >/dev/null; then chown -R yggdrasil: /var/lib/yggdrasil; fi
{first}exec systemctl start default.target {units}
"""
JOURNAL = ("journalctl", "--no-pager", "--quiet", "-o", "short-iso-precise")


@dataclass(slots=True)
class Versions:
    """What an image's programs say of themselves, asked once for all hosts of a run."""

    told: asyncio.Task[dict[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all hosts of a run share."""

    network: str
    site: Site
    labels: Mapping[str, str]
    versions: Versions = field(default_factory=Versions)


class ContainerHost(Host):
    """Brought up by `start`, once. A role whose bus name goes away unbidden is ``lost``.

    ``reached`` tells when it was ``booted`` and ``watched`` (configured, taps attached), in monotonic nanoseconds.
    """

    def __init__(
        self, engine: Engine, image: str, identity: Identity, ground: Ground, around: Surroundings, wishes: Wishes
    ) -> None:
        place = ground.directory / identity.name
        outside = place / "outside"
        self.identity = identity
        self.files = place / "files"
        for directory in (self.files, outside):
            directory.mkdir(parents=True)
        self.machine = Machine(
            engine,
            Body(
                image,
                f"{ground.directory.name}-{identity.name}",
                identity.name,
                around.network,
                around.labels,
                {around.site.name: around.site.address},
                {self.files: FILES},
                wishes.tmpfs,
                ground.settings.host_capabilities,
            ),
            outside,
        )
        self.reached: dict[str, int] = {}
        self._ground = ground
        self._around = around
        self._wishes = wishes
        self._process_tap = ground.process_tap(identity, outside / Path(places.PROCESS_SOCKET).name)
        self._expected: set[str] = set()
        self._introduced: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, opened: AsyncExitStack) -> None:
        """Boot, furnish, attach the taps, go on. Raises `StartError`."""
        await self._process_tap.start()
        opened.push_async_callback(self._process_tap.stop)
        opened.push_async_callback(self._end)
        await self.machine.boot()
        self.reached["booted"] = time.monotonic_ns()
        ground = self._ground
        side = HostSide(self.identity, ground.authority.issue(self.identity.client_id), ground.signed)
        files = [*configuration(ground.plan, side), *self._settings()]
        await asyncio.gather(self.machine.put(files, DIRECTORIES), self._attach())
        opened.push_async_callback(self._detach)
        self.reached["watched"] = time.monotonic_ns()
        ground.store.subscribe(self._seen)
        await self._go_on()
        self._introduced = asyncio.create_task(self._introduce())

    @property
    def container(self) -> str:
        """The machine's own."""
        return self.machine.name

    def _settings(self) -> list[File]:
        generation = self._ground.settings.worker_generation
        chosen = []
        if "rhc-worker-playbook" not in self._ground.settings.native and generation != "0.2.4":
            text = f"[Service]\nEnvironment=WORKER_GENERATION={generation}\n"
            chosen.append(File(f"/etc/systemd/system/{WORKER_UNIT}.d/hopcheck.conf", text.encode()))
        return [*chosen, *self._wishes.config, *self._wishes.files]

    async def _attach(self) -> None:
        if not readable(Path(f"/proc/{self.machine.pid}/root")):
            raise StartError("a machine's bus can be watched by root only: run the kit as root, or --runtime process")
        self.bus_tap = BusTap(self._ground.store, address=self.machine.bus_address(), host=self.identity.client_id)
        try:
            await self.bus_tap.start()
        except (OSError, TimeoutError) as error:
            raise StartError(f"{self.identity.name}: the system bus cannot be watched: {error!r}") from error

    async def _end(self) -> None:
        self.machine.disown()
        if not scratch.is_kept(self._ground.directory.name):
            await self.machine.remove()

    async def _detach(self) -> None:
        await self.bus_tap.stop()

    async def _go_on(self) -> None:
        """From the hold to everything that the machine starts by itself."""
        units = [unit for unit in places.UNITS.values() if not (self._wishes.asleep and unit == WORKER_UNIT)]
        units += self._wishes.units
        first = "systemctl daemon-reload; systemctl reload dbus.service\n" if self._settings() else ""
        if self._wishes.asleep:
            first += f"systemctl --quiet disable {WORKER_UNIT}\n"
        script = _OWN.format(key="/etc/pki/consumer/key.pem", units=" ".join(units), first=first)
        timeout = self._ground.settings.timeout_s
        try:
            # systemd itself waits for a bus name for a minute and a half.
            async with asyncio.timeout(timeout):
                await self.machine.run("sh", "-ec", script)
        except TimeoutError:
            raise await self._not_started(f"did not start within {timeout:g} s") from None
        except ExecError as error:
            raise await self._not_started(f"did not start: {error}") from error
        if not self._wishes.asleep:
            await asyncio.to_thread(worker_registered, self._ground.store, self.identity)

    async def _not_started(self, why: str) -> StartError:
        """About the role whose unit failed, or else the first that is not up."""
        units = places.UNITS
        said = await self.machine.run("systemctl", "is-active", *units.values(), check=False)
        states = dict(zip(units, said.split(), strict=True))
        role = next((role for bad in ("failed", "activating") for role in units if states[role] == bad), "rhc")
        words = await self.last_words(role)
        return StartError(f"{self.identity.name}: {units[role]} {why}\nits journal:\n{words}", role)

    async def _introduce(self) -> None:
        settings, versions = self._ground.settings, self._around.versions
        if versions.told is None:
            versions.told = asyncio.create_task(self._ask_versions())
        for role, version in (await versions.told).items():
            kind = "real" if role == "ansible-runner" else "native" if role in settings.native else "stand-in"
            self._ground.introduce(role, kind, version, places.UNITS.get(role, role), self.identity.name)

    async def _ask_versions(self) -> dict[str, str]:
        asked = f"{places.LIBEXEC}/versions.py"
        answer: dict[str, str] = json.loads(await self.machine.run(places.PYTHON, asked, places.FOUND, places.REAL))
        return answer

    def _seen(self, event: Event) -> None:
        if event.host != self.identity.client_id or event.protocol != "dbus" or event.op != "signal":
            return
        if event.attrs["member"] != "NameOwnerChanged" or event.attrs["args"][2]:
            return
        role = next((role for role, name in places.BUS_NAMES.items() if name == event.attrs["args"][0]), None)
        if role is None or "machine" in self._expected:
            return
        if role in self._expected:
            self._expected.discard(role)
            return
        task = asyncio.get_running_loop().create_task(self._lost(role))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lost(self, role: str) -> None:
        cause = f"{role} on {self.identity.name} ended by itself: its name left the bus"
        self._ground.lost(role, cause, await self.last_words(role), host_name=self.identity.name)

    async def last_words(self, role: str) -> str:
        """From the machine's journal."""
        unit = places.UNITS.get(role)
        which = [] if unit is None else ["-u", unit]
        try:
            text = await self.machine.run(*JOURNAL, *which, "-n", "12", check=False)
        except EngineTrouble as error:
            text = f"(the journal cannot be read: {error})"
        return "\n".join(f"  {self.identity.name}| {line}" for line in text.splitlines()) or (
            f"  {self.identity.name}| (nothing in the journal{'' if unit is None else f' of {unit}'})"
        )

    async def kill(self, role: str, signal: str = "KILL") -> None:
        """Send a signal to a role's own process, as a story asks."""
        self._expected.add(role)
        await self.machine.run("systemctl", "kill", f"--signal={signal}", "--kill-who=main", places.UNITS[role])

    async def write(self, file: File) -> None:
        """Into the file that is there."""
        await self.machine.put([File(f"{file.path}.new", file.content, file.mode)])
        await self.machine.run("sh", "-ec", 'cat "$1.new" >"$1"; rm "$1.new"', "sh", file.path)

    async def execute(self, argv: Sequence[str]) -> None:
        """As the engine lets root in; what it says is dropped."""
        await self.machine.run(*argv, check=False)

    async def read(self, path: str) -> str:
        """As root sees it."""
        return await self.machine.run("sh", "-c", 'cat "$1" 2>/dev/null || true', "sh", path)

    async def start_in_vain(self, patience: float = READY_TIMEOUT_S) -> int | None:
        """As systemd tells it, which is asked to wait for the end: the unit has started with its bus name."""
        unit = places.UNITS["rhc"]
        self._expected.add("rhc")
        await self.machine.run("systemctl", "stop", unit)
        self._expected.add("rhc")
        try:
            async with asyncio.timeout(patience):
                await self.machine.run("systemctl", "start", "--wait", unit, check=False)
        except TimeoutError:
            await self.machine.run("systemctl", "stop", unit)
            return None
        told = await self.machine.run("systemctl", "show", "--value", "--property=ExecMainStatus", unit)
        return int(told)

    async def restart(self) -> None:
        """The whole machine, as after a reboot; its roles come back with it. Raises `StartError`."""
        if self._introduced is not None:
            # Another host may wait for the versions that this one is being asked.
            await self._introduced
        self._expected.add("machine")
        self.bus_tap.expect_end()
        await self.machine.restart()
        await self.bus_tap.stop()
        await self._attach()
        self._expected.discard("machine")
        await self._go_on()

    async def settle(self) -> None:
        """Stop both units, then keep the journal and see that no shim was replaced."""
        self._expected.add("machine")
        try:
            if self._introduced is not None:
                await self._introduced
            await self.machine.run("systemctl", "stop", WORKER_UNIT, places.UNITS["rhc"])
            journal, digests = await asyncio.gather(
                self.machine.run(*JOURNAL), self.machine.run("sha256sum", *self._shims, check=False)
            )
        except (ExecError, *EngineTrouble) as error:
            self._ground.lost(self.identity.name, f"the machine could not be settled: {error}")
            return
        (self._ground.logs / f"{self.identity.name}.journal").write_text(journal)
        told = dict(line.split(maxsplit=1)[::-1] for line in digests.splitlines())
        for path, digest in self._shims.items():
            if told.get(path) != digest:
                self._ground.lost("process shim", f"{path} on {self.identity.name} is not the kit's shim any more")

    @property
    def _shims(self) -> dict[str, str]:
        return shim_digests(self._ground.settings.native)


__all__ = ["ContainerHost", "Surroundings", "Versions"]
