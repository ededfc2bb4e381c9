"""Which runtime a run has, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hopcheck.topology.host import Runtime
from hopcheck.topology.process import StartError
from hopcheck.topology.process_host import ProcessRuntime
from hopcheck.topology.settings import AUTO, CONTAINERS, NATIVE, PROCESS, Settings


@dataclass(frozen=True, slots=True)
class Choice:
    """A runtime and the reason for it, in a few words."""

    runtime: Runtime
    why: str


def choose(asked: str, settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Choice:
    """The runtime asked for; ``auto`` takes containers where an engine answers and an image is there or can be made.

    Raises `StartError` where the one asked for cannot be had.
    """
    own = [role for role in NATIVE if role in settings.commands]
    hosted = [f"--sut {sut}" for sut in settings.suts.values() if sut.kind == "host"]
    only_machines = [
        option
        for option, given in (
            ("--host-image", settings.host_image),
            ("--host-overlay", settings.host_overlay),
            ("--native", len(settings.native) > len(hosted)),
        )
        if given
    ] + hosted
    if settings.generation:
        if asked == CONTAINERS or only_machines:
            raise StartError(f"hosts of --generation {settings.generation} are processes: use --runtime process")
        return Choice(ProcessRuntime(), f"hosts of --generation {settings.generation} are processes")
    if asked == PROCESS or (asked == AUTO and own and not only_machines):
        if only_machines:
            raise StartError(f"{', '.join(only_machines)} need hosts that are machines: --runtime containers")
        why = "asked for" if asked == PROCESS else f"--sut {own[0]}=cmd: runs beside the kit"
        return Choice(ProcessRuntime(), why)
    if own:
        raise StartError(
            f"--sut {own[0]}=cmd: runs beside the kit, not in a machine: give the program by --host-overlay DIR "
            f"--native {own[0]}, or use --runtime process"
        )
    if settings.reconcile:
        if asked == CONTAINERS:
            raise StartError("--reconcile counts on a private bus of its own: use it with --runtime process")
        return Choice(ProcessRuntime(), "--reconcile counts on a private bus of its own")
    return _containers(asked == AUTO and not only_machines, settings, progress)


def _containers(may_fall_back: bool, settings: Settings, progress: Callable[[str], None]) -> Choice:
    # Loading the engines' library takes a third of a second, which the process runtime need not pay.
    from hopcheck.images import ImageError, ensure
    from hopcheck.topology.containers.engine import Engine, EngineError
    from hopcheck.topology.containers.runtime import ContainerRuntime

    try:
        engine = Engine.connect()
        image = settings.host_image or ensure(engine.client, progress=progress)
    except (EngineError, ImageError) as error:
        if not may_fall_back:
            raise StartError(str(error)) from error
        return Choice(ProcessRuntime(), str(error))
    return Choice(ContainerRuntime(engine, image, settings, progress), f"{engine} answers")
