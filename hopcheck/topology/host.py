"""A remediation target, wherever it lives, and the runtime that makes one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hopcheck.taps.dbus import BusTap
from hopcheck.taps.process import ProcessTap
from hopcheck.topology.host_config import File
from hopcheck.topology.identity import Identity
from hopcheck.topology.permission import Permission
from hopcheck.topology.pki import Authority
from hopcheck.topology.process import READY_TIMEOUT_S, Command
from hopcheck.topology.roles import Plan
from hopcheck.topology.running import Running
from hopcheck.topology.settings import Settings
from hopcheck.topology.signing import Signed
from hopcheck.topology.site import Site
from hopcheck.topology.version import Versions
from hopcheck.trace import Store

FILES = "/var/lib/hopcheck"
STDIN = "stdin"
PATH = "/sbin:/bin:/usr/sbin:/usr/bin"
HOST_ROLES = ("rhc", "rhc-worker-playbook", "insights-client", "ansible-runner")


class Introduce(Protocol):
    """Writes a ``participant`` into the trace; ``host_name`` for roles that live on a host."""

    def __call__(self, role: str, kind: str, version: str, command: str, host_name: str | None = None) -> None: ...


class Lost(Protocol):
    """Writes a ``lost`` into the trace and ends every wait with ``cause`` and the role's last words."""

    def __call__(
        self, role: str, cause: str, words: str = "", status: int | None = None, host_name: str | None = None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a host shall differ from the usual one.

    ``config`` is written over the usual configuration, and ``commands`` are programs in the place of the settings'
    own, by role. Only a runtime with machines grants the rest: ``files`` of systemd and the like, ``tmpfs`` as path ->
    options, ``units`` that are started too, ``asleep`` to leave the worker for the bus to activate.
    """

    config: tuple[File, ...] = ()
    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    tmpfs: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    asleep: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What a topology offers the hosts that stand on it. ``started`` runs a process beside the kit."""

    settings: Settings
    directory: Path
    logs: Path
    store: Store
    versions: Versions
    authority: Authority
    plan: Plan
    signed: Signed
    permission: Permission
    started: Callable[[Command, str], Awaitable[Running]]
    introduce: Introduce
    lost: Lost

    def process_tap(self, identity: Identity, socket: Path) -> ProcessTap:
        """The tap at a host's process boundaries; it lets Ansible execute the run's own plays only."""
        return ProcessTap(self.store, path=socket, host=identity.client_id, may_run=self.permission)


class Host(ABC):
    """A remediation target that runs. ``files`` is the directory that the host has at `FILES`."""

    identity: Identity
    files: Path
    bus_tap: BusTap

    @abstractmethod
    async def settle(self) -> None:
        """End the host's own roles while everybody else still answers and is watched."""

    @abstractmethod
    async def last_words(self, role: str) -> str:
        """The end of what a role on this host said."""

    @abstractmethod
    async def write(self, file: File) -> None:
        """Write into a file of the running host, as somebody on it would."""

    @abstractmethod
    async def read(self, path: str) -> str:
        """A file of the running host; empty where there is none."""

    @abstractmethod
    async def start_in_vain(self, patience: float = READY_TIMEOUT_S) -> int | None:
        """End rhc and start it again, which is to fail; its exit status, None where it did not end.

        ``patience`` is how many seconds it is given.
        """

    @abstractmethod
    async def execute(self, argv: Sequence[str]) -> None:
        """Have a program run on the host until it ends, however it ends."""

    async def call(self, *argv: str, stdin: bytes = b"") -> None:
        """Call a program as the host's own programs call each other: with their PATH and no other variable."""
        (self.files / STDIN).write_bytes(stdin)
        await self.execute(["sh", "-c", f'exec env -i PATH={PATH} "$@" <"$0"', f"{FILES}/{STDIN}", *argv])

    @property
    def container(self) -> str | None:
        """The name of the container that this host is; None where it is none."""
        return None

    @property
    def enter(self) -> Sequence[str]:
        """Argument prefix that runs a command on the host, where it needs no engine for that."""
        return ()

    @property
    def bus_counts(self) -> dict[str, int] | None:
        """What a second witness saw on the bus, by kind of message; None where there was none."""
        return None


class Runtime(ABC):
    """Makes hosts. `open` comes first and tells where hosts will find the platform."""

    name: str
    engine: str = ""
    """The container engine and its version, where there is one."""
    watches: int
    """How many of the user's inotify instances a host takes at its peak."""

    @abstractmethod
    async def open(self, directory: Path, opened: AsyncExitStack) -> Site:
        """Prepare for the run with this scratch directory; what must be undone goes to ``opened``.

        Raises `StartError`.
        """

    @abstractmethod
    async def host(self, identity: Identity, ground: Ground, opened: AsyncExitStack, wishes: Wishes) -> Host:
        """A new host with its bus, taps, rhc and worker, both started. Raises `StartError`."""
