"""Processes of a run: started with the environment given, ready when they say so, watched until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READY_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 3.0
HEALTH_INTERVAL_S = 0.05


class StartError(RuntimeError):
    """A process could not be started or ended before it was ready; the text names cause and next step.

    ``role`` is whose process it was; None for a part of the kit that is no process.
    """

    def __init__(self, message: str, role: str | None = None) -> None:
        super().__init__(message)
        self.role = role


@dataclass(frozen=True, slots=True)
class Command:
    """What to run. ``prefix`` puts it into a namespace; with ``notify`` readiness comes as systemd's READY=1.

    ``health`` is a (port, path) on 127.0.0.1 that any HTTP answer makes ready too, for servers that do not notify.
    """

    role: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    prefix: Sequence[str] = ()
    notify: bool = True
    health: tuple[int, str] | None = None


class Process:
    """One running command; its output goes to ``log``, its readiness comes by a socket in ``sockets``.

    ``sockets`` must be a short absolute path (a unix address holds 107 bytes); default: where the log is.
    """

    def __init__(
        self, command: Command, log: Path, on_exit: Callable[[Process], None] | None = None, sockets: Path | None = None
    ) -> None:
        self.command = command
        self.role = command.role
        self.log = log
        self.status: int | None = None
        self.reported = ""
        self.expected_exit = False
        self._on_exit = on_exit
        self._notify = (sockets or log.parent.absolute()) / f"{log.stem}.notify"
        self._child: subprocess.Popen[bytes] | None = None
        self._ended = asyncio.Event()

    @property
    def started(self) -> bool:
        """Whether it has ever run."""
        return self._child is not None

    @property
    def pid(self) -> int:
        """The program's own pid, also where ``nsenter`` stands before it."""
        assert self._child is not None
        if self.command.prefix:
            pid = self._child.pid
            while children := _children(pid):
                pid = children[0]
                if not _is_wrapper(pid):
                    return pid
            return pid
        return self._child.pid

    async def start(self) -> None:
        """Start and wait for readiness. Raises `StartError`."""
        loop = asyncio.get_running_loop()
        env = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **self.command.env}
        channel = None
        ready: asyncio.Future[str] = loop.create_future()
        if self.command.notify:
            channel = _notify_socket(self._notify)
            env["NOTIFY_SOCKET"] = channel.getsockname()
            loop.add_reader(channel, _on_notify, channel, ready)
        argv = [*deathbound(), *self.command.prefix, *self.command.argv]
        try:
            with self.log.open("ab") as log:
                self._child = subprocess.Popen(
                    argv,
                    env=env,
                    cwd=self.command.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            raise StartError(f"{self.role}: cannot run {self.command.argv[0]}: {error.strerror}", self.role) from error
        pidfd = os.pidfd_open(self._child.pid)
        loop.add_reader(pidfd, self._exited, pidfd)
        try:
            if channel is not None:
                await self._wait_ready(ready)
        finally:
            if channel is not None:
                loop.remove_reader(channel)
                Path(channel.getsockname()).unlink(missing_ok=True)
                channel.close()

    async def _wait_ready(self, ready: asyncio.Future[str]) -> None:
        ended = asyncio.ensure_future(self._ended.wait())
        asked = [] if self.command.health is None else [asyncio.ensure_future(self._healthy(*self.command.health))]
        either: set[asyncio.Future[Any]] = {ready, ended, *asked}
        await asyncio.wait(either, timeout=READY_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
        for task in (ended, *asked):
            task.cancel()
        if ready.done():
            self.reported = ready.result()
            return
        if self.status is None and any(task.done() for task in asked):
            return
        self.expected_exit = True
        if self.status is None:
            await self.stop()
            raise StartError(f"{self.role}: not ready after {READY_TIMEOUT_S:g} s\n{self.last_words()}", self.role)
        raise StartError(
            f"{self.role}: ended with status {self.status} before it was ready\n{self.last_words()}", self.role
        )

    async def _healthy(self, port: int, path: str) -> None:
        """Until the port answers HTTP: nothing tells when a stranger listens, so it is asked again and again."""
        while self.status is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), HEALTH_INTERVAL_S)
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                try:
                    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                    if (await reader.readline()).startswith(b"HTTP/"):
                        return
                finally:
                    writer.close()

    def last_words(self, lines: int = 8) -> str:
        """The end of its log."""
        text = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"  {self.role}| {line}" for line in text[-lines:]) or f"  {self.role}| (no output)"

    def _exited(self, pidfd: int) -> None:
        assert self._child is not None
        asyncio.get_running_loop().remove_reader(pidfd)
        os.close(pidfd)
        self.status = self._child.wait()
        self._ended.set()
        if self._on_exit is not None:
            self._on_exit(self)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program itself."""
        if self.status is None:
            os.kill(self.pid, number)

    async def stop(self) -> None:
        """TERM, then KILL after a grace; returns when it is gone."""
        self.expected_exit = True
        if self._child is None or self.status is not None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                self.signal(number)
            try:
                await asyncio.wait_for(self._ended.wait(), STOP_TIMEOUT_S)
                return
            except TimeoutError:
                continue

    async def wait(self) -> int:
        """The exit status, negative for a signal."""
        await self._ended.wait()
        assert self.status is not None
        return self.status


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
    fields = dict(line.partition("=")[::2] for line in channel.recv(4096).decode().splitlines())
    if fields.get("READY") == "1" and not ready.done():
        ready.set_result(fields.get("STATUS", ""))
