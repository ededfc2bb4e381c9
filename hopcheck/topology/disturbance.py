"""What may befall a machine around or during a run, by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from hopcheck.topology.containers.netfilter import Cut
from hopcheck.topology.host import Ground
from hopcheck.topology.host_config import CONSUMER, File, consumer
from hopcheck.trace import Event

if TYPE_CHECKING:
    # It brings the engine's SDK, which features without machines need not pay for.
    from hopcheck.topology.containers.container_host import ContainerHost

Act: TypeAlias = "Callable[[ContainerHost, Ground], Awaitable[None]]"


@dataclass(frozen=True, slots=True)
class Disturbance:
    """``act`` on the machine while its task waits, or, with ``before``, before Execute is pressed.

    ``heals`` undoes it once an event for which ``until`` holds was seen on that host and ``proves`` has returned. With
    ``returns`` the story goes on when the system has a new, whole session; without ``ends`` that is its end, as nobody
    will tell the user one. ``fault``: what follows it in the diagram may be missing.
    """

    act: Act
    before: bool = False
    fault: bool = True
    returns: bool = False
    ends: bool = True
    heals: Act | None = None
    proves: Act | None = None
    until: Callable[[Event], bool] | None = None


async def _restart(host: ContainerHost, _: Ground) -> None:
    await host.restart()


async def _kill_rhc(host: ContainerHost, _: Ground) -> None:
    await host.kill("rhc")


async def _renew(host: ContainerHost, ground: Ground) -> None:
    """As a renewal does: a new pair of the same name, key first, written into the files that are there."""
    pair = ground.authority.issue(host.identity.client_id)
    new = [File(f"{file.path}.new", file.content, file.mode) for file in consumer(pair)]
    await host.machine.put(new)
    cert, key = CONSUMER
    script = "".join(f"cat {path}.new >{path}; rm {path}.new\n" for path in (key, cert))
    await host.machine.run("sh", "-ec", script)


def _cut(host: ContainerHost, ground: Ground) -> Cut:
    return Cut(host.machine.pid, ground.plan.site.address, ground.plan.taps.mqtt_hosts)


async def _cut_off(host: ContainerHost, ground: Ground) -> None:
    await _cut(host, ground).make()


async def _bites(host: ContainerHost, ground: Ground) -> None:
    await _cut(host, ground).bites()


async def _heal(host: ContainerHost, ground: Ground) -> None:
    await _cut(host, ground).heal()


async def _fill(host: ContainerHost, _: Ground) -> None:
    """Write a ballast file until nothing fits any more."""
    ballast = Path("/var/lib/rhc-worker-playbook/ballast")
    await host.machine.run("sh", "-c", f"! dd if=/dev/zero of={ballast} bs=1k 2>/dev/null")


def _asked(event: Event) -> bool:
    """A data message on its way to the host."""
    return event.op == "PUBLISH" and event.attrs.get("leg") == "host" and event.attrs["topic"].endswith("/data/in")


DISTURBANCES: Mapping[str, Disturbance] = {
    "its machine is restarted": Disturbance(_restart, returns=True, ends=False),
    "its rhc is killed": Disturbance(_kill_rhc, returns=True),
    "its consumer certificate is renewed": Disturbance(_renew, fault=False, returns=True),
    "its network is cut until the message was lost once": Disturbance(
        _cut_off, before=True, fault=False, heals=_heal, proves=_bites, until=_asked
    ),
    "its run directory is filled": Disturbance(_fill, before=True),
}
