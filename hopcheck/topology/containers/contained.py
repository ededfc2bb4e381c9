"""A server role that is an image: one container of it on this machine's own network, with the role's environment."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from docker.errors import APIError, ImageNotFound, NotFound

from hopcheck.topology.containers.engine import Engine, EngineError
from hopcheck.topology.containers.labels import labels
from hopcheck.topology.containers.machine import EngineTrouble
from hopcheck.topology.process import StartError, get_ready, to_its_end
from hopcheck.topology.running import Launch, OnExit, Place, Running

VERSION = "org.opencontainers.image.version"


@dataclass(frozen=True, slots=True)
class Image:
    """An image that is here: its digest, the directory that it runs in, and its entry point and command."""

    engine: Engine
    name: str
    digest: str
    directory: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    version: str

    @classmethod
    def found(cls, engine: Engine, name: str) -> Image:
        """The image called so. Raises `StartError` where it is not here: the kit never pulls by itself."""
        try:
            image = engine.client.images.get(name)
        except ImageNotFound as error:
            raise StartError(
                f"there is no image {name} here: {engine.kind} pull {name}, or build it; the kit never pulls by itself"
            ) from error
        except EngineTrouble as error:
            raise StartError(f"the image {name} cannot be looked at: {error}") from error
        config = image.attrs.get("Config") or {}
        told = image.attrs.get("RepoDigests") or [image.id]
        return cls(
            engine,
            name,
            str(told[0]),
            config.get("WorkingDir") or "/",
            tuple(config.get("Entrypoint") or ()),
            tuple(config.get("Cmd") or ()),
            str((config.get("Labels") or {}).get(VERSION, "")),
        )


def images(names: Mapping[str, str]) -> dict[str, Image]:
    """The images of some roles, by role. Raises `StartError`."""
    if not names:
        return {}
    try:
        engine = Engine.connect()
    except EngineError as error:
        raise StartError(str(error)) from error
    return {role: Image.found(engine, name) for role, name in names.items()}


@dataclass(frozen=True, slots=True)
class Contained(Launch):
    """A container to start. ``argv`` follows the image's entry point, or is a whole command line after ``program``.

    ``mounts`` are directories and files that it finds where they lie here, and whether it may write there. ``owner`` is
    the run's scratch directory. ``health`` is a (port, path) on 127.0.0.1; times are seconds, ``limit`` bytes.
    """

    role: str
    name: str
    image: Image
    argv: tuple[str, ...]
    program: str | None
    env: Mapping[str, str]
    mounts: Mapping[Path, bool]
    directory: str
    owner: Path
    health: tuple[int, str] | None
    patience: float
    grace: float
    limit: int

    def __str__(self) -> str:
        return self.role if self.name in ("", self.role) else f"{self.role} ({self.name})"

    @property
    def called(self) -> str:
        """The image and what it is given."""
        return " ".join([self.image.name, *([self.program] if self.program else []), *self.argv])

    def with_environment(self, env: Mapping[str, str]) -> Contained:
        """The same with these variables besides."""
        return replace(self, env={**self.env, **env})

    def with_program(self, had: Sequence[str], program: Sequence[str]) -> Contained:
        """Itself: what is in an image stays there."""
        return self

    def job(self) -> Contained:
        """Without a health to wait for."""
        return replace(self, health=None, name=f"{self.name}-job")

    def running(self, log: Path, on_exit: OnExit | None = None, place: Place | None = None) -> Container:
        """As a container."""
        return Container(self, log, on_exit)


class Container(Running):
    """One container of an image, its output in ``log``; stopped, killed and paused by its engine."""

    def __init__(self, launch: Contained, log: Path, on_exit: OnExit | None = None) -> None:
        self.launch: Contained = launch
        self.role = launch.role
        self.log = log
        self._on_exit = on_exit
        self._container: Any = None
        self._ended = asyncio.Event()
        self._frozen = False
        self._pid = 0

    @property
    def started(self) -> bool:
        """Whether it has ever run."""
        return self._pid != 0

    @property
    def pid(self) -> int:
        """That of its first process, as this machine sees it."""
        return self._pid

    async def start(self) -> None:
        """Make it, start it, wait until it is healthy. Raises `StartError`."""
        try:
            await asyncio.to_thread(self._create)
        except EngineTrouble as error:
            await asyncio.to_thread(self._remove)
            said = error.explanation if isinstance(error, APIError) else str(error)
            raise StartError(f"{self.launch}: {self.launch.called} cannot be started: {said}", self.role) from error
        loop = asyncio.get_running_loop()
        told: Callable[[int], object] = lambda status: loop.call_soon_threadsafe(self._exited, status)  # noqa: E731
        threading.Thread(target=self._watch, args=(told,), name=f"hopcheck-{self.role}", daemon=True).start()
        if self.launch.health is not None:
            await get_ready(self, str(self.launch), self.launch, self._ended)

    def _create(self) -> None:
        launch, image = self.launch, self.launch.image
        name = f"{launch.owner.name}-{launch.role}{launch.name and '-'}{launch.name}"
        client = image.engine.client
        argv = list(launch.argv)
        if launch.program is None and argv and not image.entrypoint:
            # Arguments would take the place of the command that the image has instead of an entry point.
            argv = [*image.command, *argv]
        more: dict[str, Any] = {} if launch.program is None else {"entrypoint": [launch.program]}
        if image.engine.kind == "docker":
            # Nobody's program is written to be the first process: that one is sent no signal that it does not handle.
            more["init"] = True
        self._container = client.containers.create(
            image.name,
            argv or None,
            name=name,
            environment=dict(launch.env),
            network_mode="host",
            volumes={str(p): {"bind": str(p), "mode": "rw" if write else "ro"} for p, write in launch.mounts.items()},
            working_dir=launch.directory,
            labels=labels(launch.owner),
            ulimits=image.engine.ulimits,
            **more,
        )
        self._container.start()
        self._container.reload()
        self._pid = int(self._container.attrs["State"]["Pid"])

    def _watch(self, told: Callable[[int], object]) -> None:
        """In a thread of its own: copies its output until it ends, which is told with its status."""
        try:
            with self.log.open("ab", buffering=0) as log:
                left = self.launch.limit
                # To its end even where it is ended for its length: what breaks off leaves its socket open.
                for piece in self._container.logs(stream=True, follow=True):
                    log.write(piece[: max(0, left)])
                    left -= len(piece)
                    if left <= 0 and self.cause is None:
                        limit = self.launch.limit >> 20
                        self.cause = f"wrote more than {limit} MiB of output, so that it was ended"
                        self._container.kill()
            status = int(self._container.wait()["StatusCode"])
        except EngineTrouble as error:
            self.cause, status = f"is out of sight: {error}", -1
        # As a shell tells of a signal.
        told(128 - status if 128 < status < 160 else status)

    def _exited(self, status: int) -> None:
        if self._ended.is_set():
            return
        self.status = status
        self._ended.set()
        if self._on_exit is not None:
            self._on_exit(self)

    async def stop(self) -> None:
        """Have the engine end it, by force after its grace, and remove it."""
        self.expected_exit = True
        if self._container is None:
            return
        if self._frozen:
            await self.thaw()
        if self.status is None and self.started:
            began = time.monotonic()
            try:
                await asyncio.to_thread(self._container.stop, timeout=round(self.launch.grace))
                await self._ended.wait()
            except NotFound:
                pass
            except EngineTrouble as error:
                raise StartError(f"{self.launch} cannot be ended: {error}") from error
            self.stubborn = self.status == -signal.SIGKILL and time.monotonic() - began >= round(self.launch.grace)
        await asyncio.to_thread(self._remove)
        self._container = None

    def _remove(self) -> None:
        if self._container is not None:
            with contextlib.suppress(NotFound):
                self._container.remove(force=True, v=True)

    async def wait(self) -> int:
        """Its exit status, negative for a signal."""
        await self._ended.wait()
        assert self.status is not None
        return self.status

    async def freeze(self) -> None:
        """Pause it."""
        await asyncio.to_thread(self._container.pause)
        self._frozen = True

    async def thaw(self) -> None:
        """Let it go on."""
        self._frozen = False
        await asyncio.to_thread(self._container.unpause)

    async def run(self, arguments: Sequence[str], program: Sequence[str]) -> None:
        """In a container of its own with the same environment. Raises `StartError`."""
        await to_its_end(replace(self.launch, argv=tuple(arguments)), self.log)


def prepared(mounts: Iterable[tuple[Path, bool]]) -> dict[Path, bool]:
    """The mounts, each there before an engine makes a directory of root's in its place.

    What may be written to is everybody's, as nobody knows whom an image runs as.
    """
    found: dict[Path, bool] = {}
    for path, write in mounts:
        if not path.exists():
            path.mkdir(parents=True)
        if write:
            os.chmod(path, 0o777)
        found[path] = write
    return found
