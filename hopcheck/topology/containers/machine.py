"""One container with systemd as its first process: booted, furnished, restarted, removed."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import socket
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docker.errors import APIError, DockerException, NotFound
from requests import RequestException
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from hopcheck.topology.containers import places
from hopcheck.topology.containers.engine import Engine, EngineGone
from hopcheck.topology.containers.execute import execute
from hopcheck.topology.host_config import File
from hopcheck.topology.process import StartError

# The reaper is an image that an air-gapped machine does not have: the kit labels what it makes and cleans up itself.
testcontainers_config.ryuk_disabled = True

CGROUPS = "/sys/fs/cgroup"
BOOT_TIMEOUT_S = 20.0
# systemd stops here with the bus up and nothing under test started, until the taps are attached.
HOLD = "basic.target"
EngineTrouble = (DockerException, RequestException, OSError)


@dataclass(frozen=True, slots=True)
class Body:
    """What a machine is made of: ``names`` resolve to addresses, ``binds`` are outside directory -> inside."""

    image: str
    name: str
    hostname: str
    network: str
    labels: Mapping[str, str]
    names: Mapping[str, str]
    binds: Mapping[Path, str]
    tmpfs: Mapping[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()


class ExecError(RuntimeError):
    """A command in a machine ended with a status other than 0."""


class Machine:
    """A booting or running machine; ``outside`` is bound to it at `places.OUTSIDE`. Methods run on one loop."""

    def __init__(self, engine: Engine, body: Body, outside: Path) -> None:
        self.name = body.name
        self.hostname = body.hostname
        self.pid = 0
        self.expected_exit = False
        self._engine = engine
        self._body = body
        self._outside = outside
        self._notify = outside / Path(places.NOTIFY_SOCKET).name
        self._channel: socket.socket | None = None
        self._ready: asyncio.Future[None]
        self._making: asyncio.Task[None] | None = None
        self._container: Any = None

    async def boot(self) -> None:
        """Make it, and return when systemd holds at `HOLD`. Raises `StartError`."""
        loop = asyncio.get_running_loop()
        self._channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._channel.bind(str(self._notify))
        loop.add_reader(self._channel, self._told)
        self._ready = loop.create_future()
        try:
            self._making = asyncio.create_task(asyncio.to_thread(self._create))
            await asyncio.shield(self._making)
        except EngineTrouble as error:
            raise StartError(
                f"{self._body.hostname}: the engine could not start a container: {_said(error)}"
            ) from error
        await self._held()

    async def restart(self) -> None:
        """Shut it down as a user would and boot it to `HOLD` again, its files kept. Raises `StartError`."""
        self._ready = asyncio.get_running_loop().create_future()
        self.expected_exit = True
        await asyncio.to_thread(self._container.restart, timeout=10)
        await self._held()
        self.expected_exit = False

    async def _held(self) -> None:
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), BOOT_TIMEOUT_S)
        except TimeoutError:
            raise StartError(await asyncio.to_thread(self._why_not_ready)) from None
        await asyncio.to_thread(self._container.reload)
        self.pid = int(self._container.attrs["State"]["Pid"])

    def _create(self) -> None:
        body = self._body
        made = DockerContainer(body.image, command=f"{places.SYSTEMD} --unit={HOLD}", name=body.name)
        made.with_envs(container="docker", NOTIFY_SOCKET=places.NOTIFY_SOCKET)
        made.with_volume_mapping(CGROUPS, CGROUPS, "rw")
        for outside, inside in {self._outside: places.OUTSIDE, **body.binds}.items():
            made.with_volume_mapping(str(outside), inside, "rw")
        for path in ("/run", "/run/lock", "/tmp"):
            made.with_tmpfs_mount(path)
        made.tmpfs.update(body.tmpfs)
        made.with_kwargs(
            hostname=body.hostname,
            cgroupns="host",
            stop_signal="SIGRTMIN+3",
            network=body.network,
            extra_hosts=dict(body.names),
            labels=dict(body.labels),
            cap_add=list(body.capabilities),
            ulimits=self._engine.ulimits,
        )
        made.start()
        self._container = self._engine.client.containers.get(made.get_wrapped_container().id)

    def _told(self) -> None:
        assert self._channel is not None
        if "READY=1" in self._channel.recv(4096).decode().splitlines() and not self._ready.done():
            self._ready.set_result(None)

    def _why_not_ready(self) -> str:
        self._container.reload()
        state = self._container.attrs["State"]
        said = self._container.logs(tail=12).decode(errors="replace").strip()
        if state["Running"]:
            told = f"systemd did not say that it is ready within {BOOT_TIMEOUT_S:g} s"
        else:
            told = f"systemd ended with status {state['ExitCode']} while it booted"
        return f"{self._body.hostname} (image {self._body.image}): {told}\n{said or '(no output)'}"

    async def run(self, *argv: str, user: str = "root", check: bool = True) -> str:
        """What a command in the machine prints. Raises `ExecError` on another status than 0, with both outputs."""
        done = await asyncio.to_thread(execute, self._container, argv, user=user)
        text = done.out.decode(errors="replace")
        if check and done.status != 0:
            said = (done.err.decode(errors="replace").strip() or text.strip())[-800:]
            raise ExecError(f"{self._body.hostname}: {' '.join(argv)} ended with status {done.status}: {said}")
        return text

    async def put(self, files: Iterable[File], directories: Sequence[str] = ()) -> None:
        """Write files, as root's; no path may lie on a tmpfs, where the engine would lose it without a word."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for path in directories:
                member = tarfile.TarInfo(path.lstrip("/"))
                member.type, member.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(member)
            for file in files:
                member = tarfile.TarInfo(file.path.lstrip("/"))
                member.size, member.mode = len(file.content), file.mode
                archive.addfile(member, io.BytesIO(file.content))
        await asyncio.to_thread(self._container.put_archive, "/", packed.getvalue())

    def bus_address(self) -> str:
        """The machine's system bus, as this machine reaches it."""
        return f"unix:path=/proc/{self.pid}/root{places.BUS}"

    def disown(self) -> None:
        """Stop listening to it; whatever becomes of it is nobody's loss."""
        self.expected_exit = True
        if self._channel is not None:
            asyncio.get_running_loop().remove_reader(self._channel)
            self._channel.close()
            self._channel = None
            self._notify.unlink(missing_ok=True)

    async def remove(self) -> None:
        """Kill and remove it; safe to call at any stage, also while the engine still makes it, or has died."""
        if self._making is not None:
            await asyncio.gather(self._making, return_exceptions=True)
        with contextlib.suppress(NotFound, EngineGone):
            await asyncio.to_thread(self._remove)

    def _remove(self) -> None:
        if self._container is None:
            # The engine may have made it and then failed to start it.
            self._container = self._engine.client.containers.get(self._body.name)
        self._container.remove(force=True, v=True)


def _said(error: BaseException) -> str:
    return str(error.explanation if isinstance(error, APIError) and error.explanation else error)


def readable(path: Path) -> bool:
    """Whether this user may look into another process's root, as a tap on a machine's bus must."""
    return os.access(path, os.R_OK)
