"""What a trace says of who took part: whose it is, what it is, and what exactly."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from hopcheck.topology.deployment import Deployment
from hopcheck.topology.process import Command
from hopcheck.topology.roles import Plan
from hopcheck.topology.running import Launch, Running
from hopcheck.topology.service import ServiceLaunch
from hopcheck.topology.version import Versions

REAL = ("broker", "dbus-daemon", "ansible-runner", "postgresql")
VERSIONS: Mapping[str, list[str]] = {
    "broker": ["mosquitto", "-h"],
    "dbus-daemon": ["dbus-daemon", "--version"],
}


async def participant(
    launch: Launch,
    process: Running,
    plan: Plan | None,
    host_name: str | None,
    versions: Versions,
    *,
    given: bool = False,
) -> dict[str, Any]:
    """Role, kind, version and command, and of a stranger's command the files it names, with their SHA-256.

    ``plan`` is there for a role of the server side, ``host_name`` for one of a host; ``given`` says that somebody put
    the component there.
    """
    told: dict[str, Any]
    if isinstance(launch, ServiceLaunch):
        told = {"role": launch.role, "kind": "foreign", "version": process.reported, "command": launch.base.url}
        return {**told, "identity": {}}
    main = launch.main if isinstance(launch, Deployment) else launch
    if not isinstance(main, Command):
        image = plan.images[launch.role] if plan is not None else None
        assert image is not None
        told = {"role": launch.role, "kind": "foreign", "version": image.version, "command": main.called}
        return {**told, "identity": {image.name: image.digest}}
    role = launch.role
    told = {"role": role, "kind": "foreign" if given else "real" if role in REAL else "stand-in"}
    asked, directory, prefix = VERSIONS.get(role, [*main.argv, "--version"]), None, main.prefix
    if plan is not None and role in plan.settings.commands:
        program = plan.given(role)
        # An interpreter of a hundred megabytes takes its time.
        told |= {"kind": "foreign", "identity": await asyncio.to_thread(program.digests)}
        asked, directory = [*program.argv, "--version"], program.directory
    elif role == "postgresql":
        asked = [next(word for word in main.argv if word.endswith("/postgres")), "--version"]
    told["version"] = process.reported or await versions.of(asked, directory, prefix)
    told["command"] = main.called
    return told if host_name is None else {**told, "host_name": host_name}
