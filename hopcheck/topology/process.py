"""Processes of a run: started with the environment given, ready when they say so, watched until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from hopcheck.install import PROGRAMS, missing
from hopcheck.topology.health import Health, family
from hopcheck.topology.running import Launch, OnExit, Place, Running

READY_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 3.0
FLOOD_INTERVAL_S = 0.1


class StartError(RuntimeError):
    """A process could not be started or ended before it was ready; the text names cause and next step.

    ``role`` is whose process it was; None for a part of the kit that is no process.
    """

    def __init__(self, message: str, role: str | None = None) -> None:
        super().__init__(message)
        self.role = role


class NotOurs(StartError):
    """What runs already would have to be started, ended or configured, which is not for the kit to do."""


@dataclass(frozen=True, slots=True)
class Command(Launch):
    """What to run, in the namespaces of the process ``inside``; with ``notify`` readiness is systemd's READY=1.

    ``health`` is a (port, path) on 127.0.0.1 that an HTTP answer makes ready too, for servers that do not notify;
    without both it is ready once it runs. ``name`` tells it from others of its role. It has ``patience`` seconds to get
    ready and ``grace`` seconds to end after ``ends_with``; ``limit`` is how many bytes its log may grow by.
    """

    role: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    inside: int | None = None
    notify: bool = True
    health: tuple[int, str] | None = None
    name: str = ""
    patience: float = READY_TIMEOUT_S
    grace: float = STOP_TIMEOUT_S
    ends_with: signal.Signals = signal.SIGTERM
    limit: int | None = None

    def __str__(self) -> str:
        return self.role if self.name in ("", self.role) else f"{self.role} ({self.name})"

    def with_environment(self, env: Mapping[str, str]) -> Command:
        """The same with these variables besides."""
        return replace(self, env={**self.env, **env})

    def with_program(self, had: Sequence[str], program: Sequence[str]) -> Command:
        """The same with another program in the place of the one it ``had``, where it had that one."""
        if [*self.argv[: len(had)]] != [*had]:
            return self
        return replace(self, argv=[*program, *self.argv[len(had) :]])

    @property
    def prefix(self) -> Sequence[str]:
        """What puts it into its namespaces."""
        return () if self.inside is None else entering(self.inside)

    @property
    def called(self) -> str:
        """The command line, its program by name only."""
        return " ".join([Path(self.argv[0]).name, *self.argv[1:]])

    def job(self) -> Command:
        """Without a readiness to wait for."""
        return replace(self, notify=False, health=None)

    def running(self, log: Path, on_exit: OnExit | None = None, place: Place | None = None) -> Process:
        """As a process."""
        return Process(self, log, on_exit, place)


class Process(Running):
    """One running command; its output goes to ``log``, its readiness comes by a socket in the ``place``.

    That must be a short absolute path (a unix address holds 107 bytes); default: where the log is.
    """

    def __init__(self, command: Command, log: Path, on_exit: OnExit | None = None, place: Place | None = None) -> None:
        self.command = command
        self.launch = command
        self.role = command.role
        self.log = log
        self._on_exit = on_exit
        self._place = place or Place(log.parent.absolute())
        self._notify = self._place.sockets / f"{log.stem}{command.name and '-'}{command.name}.notify"
        self._channel: socket.socket | None = None
        self._pid: int | None = None
        self._ended = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    @property
    def started(self) -> bool:
        """Whether it has ever run."""
        return self._pid is not None

    @property
    def pid(self) -> int:
        """The program's own pid, also where ``nsenter`` stands before it."""
        assert self._pid is not None
        if self.command.prefix:
            pid = self._pid
            while children := _children(pid):
                pid = children[0]
                if not _is_wrapper(pid):
                    return pid
            return pid
        return self._pid

    async def start(self) -> None:
        """Start and wait for readiness. Raises `StartError`."""
        loop = asyncio.get_running_loop()
        env = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **self.command.env}
        ready: asyncio.Future[str] = loop.create_future()
        if self.command.notify:
            self._channel = _notify_socket(self._notify)
            env["NOTIFY_SOCKET"] = self._channel.getsockname()
            loop.add_reader(self._channel, _on_notify, self._channel, ready)
        try:
            await self._run(env)
        except BaseException:
            self._hear_no_more()
            raise
        if self.command.notify or self.command.health is not None:
            await get_ready(self, str(self.command), self.command, self._ended, ready)
            self.reported = ready.result() if ready.done() else ""

    def _hear_no_more(self) -> None:
        """Close what it notifies; not before it has ended: one that answers already may be about to say so."""
        if self._channel is not None:
            asyncio.get_running_loop().remove_reader(self._channel)
            Path(self._channel.getsockname()).unlink(missing_ok=True)
            self._channel.close()
            self._channel = None

    async def _run(self, env: Mapping[str, str]) -> None:
        if self.command.cwd is not None and not self.command.cwd.is_dir():
            raise StartError(f"{self.command}: there is no directory {self.command.cwd} to run it in", self.role)
        if not self.command.prefix and shutil.which(self.command.argv[0], path=env.get("PATH")) is None:
            raise StartError(f"{self.command}: {_no_program(self.command.argv[0])}", self.role)
        server = self._place.server
        try:
            with self.log.open("ab") as log:
                size = log.tell()
                if server is not None and server.bears(self.command):
                    self._pid = await server.bear(self.command, env, log, self._forked_ended)
                else:
                    self._pid = self._spawned(env, log)
        except OSError as error:
            raise StartError(
                f"{self.command}: cannot run {self.command.argv[0]}: {error.strerror}", self.role
            ) from error
        if self.command.limit is not None:
            self._watch = asyncio.create_task(self._end_flood(size + self.command.limit))

    def _spawned(self, env: Mapping[str, str], log: BinaryIO) -> int:
        child = subprocess.Popen(
            [*deathbound(), *self.command.prefix, *self.command.argv],
            env=env,
            cwd=self.command.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        pidfd = os.pidfd_open(child.pid)
        asyncio.get_running_loop().add_reader(pidfd, self._reap, child, pidfd)
        return child.pid

    async def _end_flood(self, limit: int) -> None:
        """End it once its log is longer than ``limit`` bytes: nobody reads that, and the disk is everybody's."""
        while self.status is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), FLOOD_INTERVAL_S)
            # Whoever takes the log away has its bytes, too.
            if self.log.exists() and self.log.stat().st_size > limit:
                self.cause = f"wrote more than {(self.command.limit or 0) >> 20} MiB of output, so that it was ended"
                self._kill(signal.SIGKILL)
                await self._ended.wait()
                os.truncate(self.log, limit)

    def _reap(self, child: subprocess.Popen[bytes], pidfd: int) -> None:
        asyncio.get_running_loop().remove_reader(pidfd)
        os.close(pidfd)
        if not self.command.prefix:
            # What it started must not outlive it on its ports; the group is its own until it has been waited for.
            self._kill(signal.SIGKILL)
        self._exited(child.wait())

    def _forked_ended(self, status: int, with_server: bool) -> None:
        self.expected_exit |= with_server
        self._exited(status)

    def _exited(self, status: int) -> None:
        self.status = status
        self._hear_no_more()
        self._ended.set()
        if self._on_exit is not None:
            self._on_exit(self)

    def _kill(self, number: signal.Signals) -> None:
        """Send a signal to all that it started, or where it is wrapped to the program itself."""
        assert self._pid is not None
        with contextlib.suppress(ProcessLookupError):
            if not self.command.prefix:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._pid, number)
                    return
            # A fork that is not yet the first of its group is alone.
            if self.status is None:
                os.kill(self.pid, number)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program itself."""
        if self.status is None:
            os.kill(self.pid, number)

    async def freeze(self) -> None:
        """Stop it and what it started, as SIGSTOP does."""
        self._kill(signal.SIGSTOP)

    async def thaw(self) -> None:
        """Let them go on."""
        self._kill(signal.SIGCONT)

    async def stop(self) -> None:
        """Ask it to end, then KILL after its grace; returns when it is gone."""
        self.expected_exit = True
        if self._pid is None or self.status is not None:
            return
        for number, patience in ((self.command.ends_with, self.command.grace), (signal.SIGKILL, STOP_TIMEOUT_S)):
            self._kill(number)
            try:
                await asyncio.wait_for(self._ended.wait(), patience)
                return
            except TimeoutError:
                self.stubborn = True

    async def run(self, arguments: Sequence[str], program: Sequence[str]) -> None:
        """Have another command of ``program`` do its work in its environment. Raises `StartError`."""
        argv = [*program, *arguments]
        await to_its_end(replace(self.command, argv=argv), self.log)

    async def wait(self) -> int:
        """The exit status, negative for a signal."""
        await self._ended.wait()
        assert self.status is not None
        return self.status


class Awaited(Protocol):
    """How a start's readiness is known."""

    @property
    def health(self) -> tuple[int, str] | None: ...

    @property
    def patience(self) -> float: ...


async def get_ready(
    running: Running, who: str, how: Awaited, ended: asyncio.Event, ready: asyncio.Future[str] | None = None
) -> None:
    """Wait until what runs is ``ready`` or healthy; where it is not, it is stopped. Raises `StartError`."""
    over = asyncio.ensure_future(ended.wait())
    health = None if how.health is None else Health(*how.health)
    asked = [] if health is None else [asyncio.ensure_future(health.up(ended))]
    told = [] if ready is None else [ready]
    either: set[asyncio.Future[Any]] = {over, *asked, *told}
    try:
        await asyncio.wait(either, timeout=how.patience, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (over, *asked):
            task.cancel()
    if any(future.done() for future in told):
        return
    garbage = health is not None and health.garbage
    if running.status is None and any(task.done() for task in asked) and not garbage:
        return
    running.expected_exit = True
    if running.status is None:
        why = f"not ready after {how.patience:g} s"
        if health is not None:
            why = health.told if garbage else f"{why}: {health.why(family(running.pid))}"
        await running.stop()
    else:
        why = running.cause or f"ended with status {running.status} before it was ready"
    raise StartError(f"{who}: {why}\n{running.last_words()}", running.role)


async def to_its_end(job: Launch, log: Path, timeout: float | None = None) -> None:
    """Run something until it ends by itself. Raises `StartError` where it fails, or takes longer than ``timeout``."""
    run = job.job().running(log)
    said = f"{job}: `{job.called}`"
    await run.start()
    try:
        async with asyncio.timeout(timeout):
            status = await run.wait()
    except TimeoutError:
        raise StartError(f"{said} does not end within {timeout:g} s\n{run.last_words()}", job.role) from None
    finally:
        await run.stop()
    if status != 0:
        why = run.cause or f"ended with status {status}"
        raise StartError(f"{said} {why}\n{run.last_words()}", job.role)


async def printed(child: asyncio.subprocess.Process, told: bytes | None = None) -> tuple[bytes, bytes]:
    """What a child that was ``told`` something printed by its end; it is killed where nobody waits any longer."""
    try:
        return await child.communicate(told)
    except asyncio.CancelledError:
        # It may have ended without this task having got to know.
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.communicate()
        raise


def _no_program(program: str) -> str:
    if "/" not in program:
        if program in PROGRAMS:
            return missing(program)
        return f"there is no program {program} on PATH"
    if not Path(program).exists():
        return f"there is no program {program}"
    return f"{program} cannot be executed: chmod +x, or name the interpreter before it"


def entering(pid: int) -> list[str]:
    """Argument prefix that runs a command in the namespaces of the process ``pid``."""
    user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    return ["nsenter", f"--target={pid}", *user, "--mount", "--pid", "--wd=/", "--"]


def deathbound() -> list[str]:
    """The kit's death ends its children: without this an aborted run would leave servers on their ports."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []


def _children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _is_wrapper(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() in ("nsenter", "setpriv", "unshare")
    except OSError:
        return False


def _notify_socket(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    channel.bind(str(path))
    return channel


def _on_notify(channel: socket.socket, ready: asyncio.Future[str]) -> None:
    fields = dict(line.partition("=")[::2] for line in channel.recv(4096).decode(errors="replace").splitlines())
    if fields.get("READY") == "1" and not ready.done():
        ready.set_result(fields.get("STATUS", ""))
