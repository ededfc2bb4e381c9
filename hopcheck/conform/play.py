"""Plays a lot of cases and stories against the component, and goes on where one does not get to its end."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from hopcheck.conform.model import part_directory
from hopcheck.conform.plan import STORIES, Item, needed
from hopcheck.generated.play import play as generate
from hopcheck.topology.choice import choose
from hopcheck.topology.host import HOST_ROLES
from hopcheck.topology.process import NotOurs, StartError
from hopcheck.topology.running import last_moments
from hopcheck.topology.settings import PROCESS, QUICK, WITHOUT_ANSIBLE, Settings
from hopcheck.topology.stage import Stage
from hopcheck.trace import TraceTimeout

GIVE_UP = 10
"""So many items that do not get to their end are enough."""
PROGRESS_S = 2.0
RUNNER, CLIENT = "ansible-runner", "insights-client"
ANSIBLE_COST = 4.5
"""How many times as long a story takes with Ansible as with its stand-in."""


@dataclass(frozen=True)
class Lot:
    """Some items for one role. ``told`` goes into each trace, so that it can be judged without anything else.

    ``first`` is the number of its first part; further ones count on by ``step``.
    """

    role: str
    items: tuple[Item, ...]
    settings: Settings
    runtime: str
    told: Mapping[str, Any]
    report: Path
    first: int
    step: int

    @property
    def cost(self) -> float:
        """Seconds, about: only for its own role Ansible itself works."""
        return sum(item.cost for item in self.items) * (ANSIBLE_COST if self.role == RUNNER else 1)


def every_two_seconds(say: Callable[[str], None]) -> Callable[[str], None]:
    """Says no line less than two seconds after the one before."""
    last = 0.0

    def progress(line: str) -> None:
        nonlocal last
        if time.monotonic() - last >= PROGRESS_S:
            last = time.monotonic()
            say(line)

    return progress


def play(lot: Lot, say: Callable[[str], None]) -> None:
    """Play the items one after the other; after one that did not get to its end the rest gets a new topology.

    Parts of the report are written as they end; ``say`` is called with a line now and then, with how many requests
    were generated, and with each one of what a service that runs already must be told. Raises what the kit itself
    fails with.
    """
    left, number, troubles = list(lot.items), lot.first, 0
    progress = every_two_seconds(say)
    while left:
        done, well = _part(lot, left, number, say, progress)
        left, number, troubles = left[done:], number + lot.step, troubles + (not well)
        if not done or troubles == GIVE_UP:
            return


def _part(
    lot: Lot, items: Sequence[Item], number: int, say: Callable[[str], None], progress: Callable[[str], None]
) -> tuple[int, bool]:
    """How many of the items were played on one topology, and whether all of those got to their end."""
    hosts = 1 if lot.role in HOST_ROLES or any(each.story for each in items) else 0
    settings = replace(
        lot.settings,
        report=part_directory(lot.report, number),
        hosts=hosts,
        roles=needed(lot.role, items),
        commands={**({} if lot.role == RUNNER else WITHOUT_ANSIBLE), **lot.settings.commands},
    )
    runtime = choose(lot.runtime, settings).runtime
    if runtime.name == PROCESS and lot.role not in (RUNNER, CLIENT):
        # In a machine, the client is the image's.
        settings = replace(settings, commands={**QUICK, **settings.commands})
    served = any(sut.kind == "url" for sut in settings.suts.values())
    stage = Stage(settings, say if served else lambda _: None, runtime=runtime)
    stage.topology.tell("conform", role=lot.role, left=[each.name for each in items], **lot.told)
    with ExitStack() as closing:
        closing.callback(stage.close)
        try:
            stage.open()
        except (StartError, TraceTimeout):
            return 0, False  # the trace tells why
        for position, item in enumerate(items):
            progress(f"{lot.role}: {position + 1} of {len(items)}, {item.name}")
            stage.topology.tell("item", name=item.name)
            try:
                if item.generated:
                    put = sum(each.total for each in generate(stage.scene, lot.role, item.generated, progress))
                    say(f"{lot.role}: {put} generated requests were put to it")
                elif item.case is not None:
                    stage.ask([item.case])
                else:
                    stage.play(STORIES[item.name])
            except NotOurs as error:
                stage.topology.tell("left_out", name=item.name, why=str(error))
            except (StartError, TraceTimeout) as error:
                stage.call(last_moments(stage.topology.processes.values(), lot.role))
                stage.trouble(error, item=item.name)
                return position + 1, False
        stage.settle()
    return len(items), True


def play_all(
    lots: Iterable[Lot], jobs: int, say: Callable[[str], None], ended: Callable[[Lot], None] = lambda _: None
) -> None:
    """Play the lots, ``jobs`` at a time, each in a process of its own where there are several.

    ``ended`` is called with each one when it has been played. Interrupted, it ends what is under way, and waits for
    that. Raises `StartError` where one ended by an error of the kit's own, which it has printed.
    """
    waiting = list(lots)
    if jobs == 1 or len(waiting) == 1:
        for lot in waiting:
            play(lot, say)
            ended(lot)
        return
    # Forked: nothing runs in this process yet, and all that is loaded need not be loaded again.
    context = multiprocessing.get_context("fork")
    running: dict[Any, Lot] = {}
    done: list[Lot] = []
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                child = context.Process(target=_child, args=(waiting[0],))
                child.start()
                running[child] = waiting.pop(0)
            # Whoever comes next is under way while these are looked at.
            while done:
                ended(done.pop(0))
            over = wait([child.sentinel for child in running])
            for child in [child for child in running if child.sentinel in over]:
                child.join()
                if child.exitcode != 0:
                    raise StartError(f"a part of the kit ended with status {child.exitcode}, see above")
                done.append(running.pop(child))
    finally:
        for child in running:
            child.terminate()
        for child in running:
            child.join()
    for lot in done:
        ended(lot)


def _child(lot: Lot) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    try:
        play(lot, _say)
    except KeyboardInterrupt:
        sys.exit(2)


def _interrupt(_number: int, _frame: object) -> None:
    """Once: a terminal interrupts all of a group, whose first then ends the others while they clean up."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _say(line: str) -> None:
    print(f"hopcheck: {line}", file=sys.stderr, flush=True)
