"""A role's component that is several processes, with what has to be done before they start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hopcheck.topology.process import StartError, to_its_end
from hopcheck.topology.running import Launch, OnExit, Place, Running

MIGRATION_S = 120.0


@dataclass(frozen=True, slots=True)
class Deployment(Launch):
    """How a role is started: ``before`` one after the other, each to its end, then ``processes`` in order.

    Then ``after``, each to its end.
    """

    role: str
    processes: tuple[Launch, ...]
    before: tuple[Launch, ...] = ()
    after: tuple[Launch, ...] = ()

    @property
    def main(self) -> Launch:
        """The first process."""
        return self.processes[0]

    def with_environment(self, env: Mapping[str, str]) -> Deployment:
        """All of its commands with these variables besides."""
        return self._each(lambda command: command.with_environment(env))

    def with_program(self, had: Sequence[str], program: Sequence[str]) -> Deployment:
        """With another program wherever it ``had`` that one."""
        return self._each(lambda launch: launch.with_program(had, program))

    @property
    def called(self) -> str:
        """That of its first process."""
        return self.main.called

    def _each(self, change: Callable[[Launch], Launch]) -> Deployment:
        parts = (self.processes, self.before, self.after)
        return Deployment(self.role, *(tuple(map(change, part)) for part in parts))

    def again(self) -> Deployment:
        """Without what is done before and after the first start."""
        return replace(self, before=(), after=())

    def running(self, log: Path, on_exit: OnExit | None = None, place: Place | None = None) -> Running:
        """One of a single process is that process."""
        if len(self.processes) > 1 or self.before or self.after:
            return Group(self, log, on_exit, place)
        return self.main.running(log, on_exit, place)


class Group(Running):
    """The processes of a deployment as one: started in order, ended in reverse, with one log.

    ``on_exit`` is told of each process that ends.
    """

    def __init__(
        self, deployment: Deployment, log: Path, on_exit: OnExit | None = None, place: Place | None = None
    ) -> None:
        self.launch = deployment
        self.role = deployment.role
        self.log = log
        self._before, self._after = deployment.before, deployment.after
        self._processes = [each.running(log, self._ended, place) for each in deployment.processes]
        self._on_exit = on_exit

    def _ended(self, process: Running) -> None:
        if self.status is None:
            self.status, self.cause = process.status, process.cause
        if self._on_exit is not None:
            self._on_exit(process)

    @property
    def started(self) -> bool:
        """Whether its first process has ever run."""
        return self._processes[0].started

    @property
    def pid(self) -> int:
        """That of its first process."""
        return self._processes[0].pid

    async def start(self) -> None:
        """What comes before, then each process once the one before it is ready, then what comes after.

        Raises `StartError`.
        """
        for command in self._before:
            await to_its_end(command, self.log, MIGRATION_S)
        try:
            for process in self._processes:
                await process.start()
            for command in self._after:
                await to_its_end(command, self.log, MIGRATION_S)
        except StartError:
            await self.stop()
            raise
        self.reported = next((each.reported for each in self._processes if each.reported), "")

    async def stop(self) -> None:
        """Last started, first ended; returns when all are gone."""
        self.expected_exit = True
        for process in self._processes:
            process.expected_exit = True
        for process in reversed(self._processes):
            await process.stop()
            self.stubborn |= process.stubborn

    async def wait(self) -> int:
        """The status of the last one to end that was started last."""
        return [await process.wait() for process in self._processes][-1]

    async def freeze(self) -> None:
        """All of them."""
        for process in self._processes:
            await process.freeze()

    async def thaw(self) -> None:
        """All of them."""
        for process in reversed(self._processes):
            await process.thaw()

    async def run(self, arguments: Sequence[str], program: Sequence[str]) -> None:
        """In the environment of the first process. Raises `StartError`."""
        await self._processes[0].run(arguments, program)
