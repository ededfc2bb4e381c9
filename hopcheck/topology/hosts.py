"""The remediation targets of a topology, and how they come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack

from hopcheck.topology.host import Ground, Host, Runtime, Wishes
from hopcheck.topology.identity import Identity


class Hosts(Mapping[str, Host]):
    """Those that are up by their names, in the order in which they were asked for, whoever came up first."""

    def __init__(self) -> None:
        self._opened: dict[str, AsyncExitStack] = {}
        # Replaced, never altered: others read it on threads of their own.
        self._up: Mapping[str, Host] = {}

    def __getitem__(self, name: str) -> Host:
        return self._up[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._up)

    def __len__(self) -> int:
        return len(self._up)

    async def add(self, runtime: Runtime, identity: Identity, ground: Ground, wishes: Wishes) -> Host:
        """A new one with its bus, taps, rhc and worker, both started. Raises `StartError`."""
        opened = self._opened[identity.name] = AsyncExitStack()
        host = await runtime.host(identity, ground, opened, wishes)
        up = {**self._up, identity.name: host}
        self._up = {name: up[name] for name in self._opened if name in up}
        return host

    async def remove(self, name: str) -> None:
        """End one, its own roles first and while it is watched."""
        host = self._up[name]
        await host.settle()
        await host.bus_tap.drain()
        self._up = {each: other for each, other in self._up.items() if each != name}
        await self._opened.pop(name).aclose()

    async def settle(self) -> None:
        """End their own roles."""
        await asyncio.gather(*(host.settle() for host in self._up.values()))

    async def drain(self) -> None:
        """Until the taps on their buses have seen whatever there was before. Raises TimeoutError."""
        for host in self._up.values():
            await host.bus_tap.drain()

    async def close(self) -> None:
        """End all else of them, side by side; one that fails to close does not keep the others open."""
        closed = await asyncio.gather(*(opened.aclose() for opened in self._opened.values()), return_exceptions=True)
        for error in closed:
            if isinstance(error, BaseException):
                raise error

    @property
    def bus_counts(self) -> dict[str, dict[str, int]]:
        """What the second witness saw on the bus of each, by client id; complete after `close`."""
        counts = {host.identity.client_id: host.bus_counts for host in self._up.values()}
        return {host: count for host, count in counts.items() if count is not None}
