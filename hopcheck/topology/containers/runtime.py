"""The container runtime: every host a machine of its own, on a network that ends at the taps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from hopcheck.topology import room
from hopcheck.topology.containers import labels
from hopcheck.topology.containers.container_host import ContainerHost, Surroundings
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.containers.layer import tapped
from hopcheck.topology.containers.network import Network
from hopcheck.topology.containers.watch import EngineWatch
from hopcheck.topology.host import Ground, Runtime, Wishes
from hopcheck.topology.identity import Identity
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import Settings
from hopcheck.topology.site import Site

PLATFORM = "platform.hopcheck.test"


class ContainerRuntime(Runtime):
    """Hosts in containers of ``engine``, made of ``image``."""

    name = "containers"
    watches = room.WATCHES_OF_A_MACHINE

    def __init__(
        self, engine: Engine, image: str, settings: Settings, progress: Callable[[str], None] = lambda _: None
    ) -> None:
        self._engine = engine
        self.engine = f"{engine.kind} {engine.version}"
        self._image = image
        self._settings = settings
        self._progress = progress
        self._tapped = ""
        self._watch: EngineWatch
        self._around: Surroundings

    async def open(self, directory: Path, opened: AsyncExitStack) -> Site:
        """The image with its last layer, and the run's network. Raises `StartError`."""
        self._tapped = await asyncio.to_thread(
            tapped,
            self._engine,
            self._image,
            native=self._settings.native,
            overlay=self._settings.host_overlay,
            progress=self._progress,
        )
        name, marks = directory.name, labels.labels(directory)
        try:
            network = await asyncio.to_thread(Network.create, self._engine, name, marks)
        except Exception as error:
            raise StartError(f"the engine could not make the network {name}: {error}") from error
        opened.push_async_callback(asyncio.to_thread, network.remove)
        self._watch = EngineWatch(self._engine, name)
        await self._watch.start()
        opened.push_async_callback(self._watch.stop)
        site = Site(PLATFORM, network.gateway)
        self._around = Surroundings(network.name, site, marks)
        return site

    async def host(self, identity: Identity, ground: Ground, opened: AsyncExitStack, wishes: Wishes) -> ContainerHost:
        """A machine, booted, watched, then let go on until rhc and worker are ready."""
        if wishes.commands:
            raise StartError("a host that is a machine has its own programs; --host-overlay and --native change them")
        self._watch.lost = ground.lost
        host = ContainerHost(self._engine, self._tapped, identity, ground, self._around, wishes)
        self._watch.add(host.machine)
        await host.start(opened)
        return host
