"""What the kit starts and ends in a role's place, whether a process, several of them, a container or a service."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self

if TYPE_CHECKING:
    from hopcheck.topology.process import Command

DYING_S = 1.0
"""How long a process may take to end once its connections are shut, on a machine that is busy."""


class Launch(ABC):
    """How something is started, to be started so again, or otherwise."""

    __slots__ = ()
    role: str

    @abstractmethod
    def with_environment(self, env: Mapping[str, str]) -> Self:
        """The same with these variables besides."""

    @abstractmethod
    def with_program(self, had: Sequence[str], program: Sequence[str]) -> Self:
        """The same with another program in the place of the one it ``had``."""

    @property
    @abstractmethod
    def called(self) -> str:
        """What is run, for people."""

    def job(self) -> Launch:
        """The same as something that ends by itself: nobody waits until it is ready."""
        return self

    def again(self) -> Self:
        """The same for another start: what comes before the first is done."""
        return self

    @abstractmethod
    def running(self, log: Path, on_exit: OnExit | None = None, place: Place | None = None) -> Running:
        """What will run so, not yet started."""


class Running(ABC):
    """A role's component. ``status`` is its exit status once it has ended, ``reported`` what it told of its version.

    ``expected_exit`` says that its end is nobody's fault but ours, ``cause`` why the kit ended it, where its own
    doing was the reason. ``stubborn`` is set when it did not end within its grace.
    """

    role: str
    log: Path
    launch: Launch
    status: int | None = None
    reported: str = ""
    expected_exit: bool = False
    cause: str | None = None
    stubborn: bool = False
    owned: bool = True
    """Whether the kit can stop and start it."""

    @property
    @abstractmethod
    def started(self) -> bool:
        """Whether it has ever run as a process of this machine."""

    @property
    @abstractmethod
    def pid(self) -> int:
        """Its main program's pid."""

    @abstractmethod
    async def start(self) -> None:
        """Start and wait for readiness. Raises `StartError`."""

    @abstractmethod
    async def stop(self) -> None:
        """TERM, then KILL after its grace; returns when it is gone."""

    @abstractmethod
    async def wait(self) -> int:
        """Its exit status once it has ended, negative for a signal."""

    @abstractmethod
    async def freeze(self) -> None:
        """Let it stand still until `thaw`. Raises `StartError` where that is beyond the kit."""

    @abstractmethod
    async def thaw(self) -> None:
        """Let it go on."""

    @abstractmethod
    async def run(self, arguments: Sequence[str], program: Sequence[str]) -> None:
        """Have another command of the program do its work beside it. Raises `StartError` where it fails."""

    def last_words(self, lines: int = 8) -> str:
        """The end of its log."""
        return tail(self.log, self.role, lines)


OnExit = Callable[[Running], None]
OnEnd = Callable[[int, bool], None]
"""Is told a status, negative for a signal, and whether it ended because what started it has."""


class Forks(Protocol):
    """Starts some commands as forks of a process that has imported what they need."""

    def bears(self, command: Command) -> bool:
        """Whether this is one of them."""

    async def bear(self, command: Command, env: Mapping[str, str], log: BinaryIO, on_end: OnEnd) -> int:
        """Start it in a session of its own; its pid. Raises `StartError`, OSError."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are started: ``sockets`` is a short path, ``server`` starts what it bears."""

    sockets: Path
    server: Forks | None = None


async def last_moments(processes: Iterable[Running], role: str) -> None:
    """Give a role that fell silent the time to end: a process that dies shuts its connections before.

    Where it ends, that has been told when this returns.
    """
    ends = [asyncio.ensure_future(each.wait()) for each in processes if each.role == role and each.owned]
    if ends:
        _, alive = await asyncio.wait(ends, timeout=DYING_S, return_when=asyncio.FIRST_COMPLETED)
        for each in alive:
            each.cancel()


def tail(log: Path, role: str, lines: int = 8) -> str:
    """The last lines of a log, marked with the role."""
    text = _end(log).decode(errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"  {role}| {line[:500]}" for line in text[-lines:]) or f"  {role}| (no output)"


def _end(log: Path, size: int = 64 * 1024) -> bytes:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - size))
        return file.read()
