from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any

import pytest

from hopcheck.topology.host import Wishes
from hopcheck.topology.hosts import Hosts
from hopcheck.topology.identity import Identity
from hopcheck.topology.process import StartError


class Stand:
    """A runtime whose hosts only write down what is done to them; one comes up when ``up`` says so."""

    def __init__(self) -> None:
        self.did: list[str] = []
        self.up: dict[str, asyncio.Event] = {}

    async def host(self, identity: Identity, ground: Any, opened: AsyncExitStack, wishes: Wishes) -> Any:
        name = identity.name

        async def does(what: str) -> None:
            self.did.append(f"{name} {what}")

        opened.push_async_callback(does, "closed")
        if name in self.up:
            await self.up[name].wait()
        if name == "bad":
            raise StartError("it does not come up")
        tap = SimpleNamespace(drain=lambda: does("drained"))
        counts = {"signal": 3} if name == "b" else None
        return SimpleNamespace(identity=identity, settle=lambda: does("settled"), bus_tap=tap, bus_counts=counts)


async def added(hosts: Hosts, stand: Stand, *names: str) -> None:
    for name in names:
        await hosts.add(stand, Identity.new(name), None, Wishes())  # type: ignore[arg-type]


async def test_they_stand_in_the_order_in_which_they_were_asked_for() -> None:
    hosts, stand = Hosts(), Stand()
    stand.up = {"a": asyncio.Event()}
    slow = asyncio.create_task(added(hosts, stand, "a"))
    await asyncio.sleep(0)
    await added(hosts, stand, "b")
    assert list(hosts) == ["b"]
    stand.up["a"].set()
    await slow
    assert (list(hosts), len(hosts)) == (["a", "b"], 2)
    assert hosts.bus_counts == {hosts["b"].identity.client_id: {"signal": 3}}


async def test_one_that_is_removed_settles_is_drained_and_closed_and_the_rest_stays() -> None:
    hosts, stand = Hosts(), Stand()
    await added(hosts, stand, "a", "b")
    before = hosts.values()
    await hosts.remove("a")
    assert stand.did == ["a settled", "a drained", "a closed"]
    assert [host.identity.name for host in before] == ["b"]
    await hosts.settle()
    await hosts.drain()
    await hosts.close()
    assert stand.did[3:] == ["b settled", "b drained", "b closed"]


async def test_what_came_up_of_one_that_did_not_is_closed_with_the_others() -> None:
    hosts, stand = Hosts(), Stand()
    with pytest.raises(StartError):
        await added(hosts, stand, "bad")
    assert list(hosts) == []
    await hosts.close()
    assert stand.did == ["bad closed"]
