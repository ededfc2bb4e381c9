"""Whether the machine has what the kit needs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from hopcheck.doctor.check import OK, PROBLEM, WARNING, Check, absent, lacking
from hopcheck.doctor.needs import Needs
from hopcheck.install.program import MACHINES, PROGRAMS, how, of_runs
from hopcheck.topology import room, scratch
from hopcheck.topology.ports import free_ports
from hopcheck.topology.roles import Ports
from hopcheck.topology.settings import PROCESS

PYTHON = (3, 11)
# The worker calls it by this path.
SYSTEM_PYTHON = Path("/usr/bin/python3")
PORTS = 60
"""As many as a flow on a few hosts has."""
SPACE_PROBLEM, SPACE_WARNING = 200 << 20, 2 << 30
"""Bytes: a run and its report; a host's image besides."""
_PATIENCE_S = 20


def checks(needed: Needs, values: Mapping[str, Any]) -> Iterator[Check]:
    """All of them, in the order in which one would mend them."""
    yield from _python()
    yield from _programs(needed)
    yield _root()
    yield _namespaces(needed)
    yield from _engine(needed, values)
    yield _ports(values["first-port"])
    yield _memory(values["hosts"])
    yield _watches(values["hosts"] * (room.WATCHES_OF_A_MACHINE if needed.machines else room.WATCHES_OF_PROCESSES))
    yield from _space(values["report"])


def _python() -> Iterator[Check]:
    version = sys.version.split()[0]
    if sys.version_info >= PYTHON:
        yield Check("Python", OK, version)
    else:
        yield Check("Python", PROBLEM, f"{version} is older than 3.11", "make the environment anew with a newer one")
    if not os.access(SYSTEM_PYTHON, os.X_OK):
        yield replace(absent(PROGRAMS["python3"], PROBLEM), name=str(SYSTEM_PYTHON))


def _programs(needed: Needs) -> Iterator[Check]:
    # Its first makes the environment in which this already runs.
    for program in of_runs(machines=needed.engine)[1:]:
        if path := program.find():
            yield Check(program.name, OK, path)
        else:
            yield absent(program, lacking(program.needed != MACHINES))


def _root() -> Check:
    if os.geteuid() == 0:
        return Check("root", OK, "yes")
    return Check("root", WARNING, "no: hosts are made in user namespaces, see the next line", "run as root if it fails")


def _namespaces(needed: Needs) -> Check:
    """Tries what a host that is processes needs: a mount namespace with an overlay over a directory of the system's."""
    name = "namespaces"
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    todo = "run as root, or allow unprivileged user namespaces (sysctl user.max_user_namespaces=10000)"
    with tempfile.TemporaryDirectory(
        prefix="hopcheck-doctor-", dir=_existing(scratch.ROOT), ignore_cleanup_errors=True
    ) as directory:
        place = Path(directory)
        for each in ("upper", "work"):
            (place / each).mkdir()
        layers = f"lowerdir=/etc,upperdir={place}/upper,workdir={place}/work"
        argv = ["unshare", *user, "--mount", "--pid", "--fork", "--mount-proc", "--propagation", "private"]
        try:
            told = subprocess.run(
                [*argv, "mount", "-t", "overlay", "overlay", "-o", layers, "/etc"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Check(name, lacking(needed.namespaces), f"cannot be tried: {error}", todo)
    if told.returncode == 0:
        return Check(name, OK, "mounts and processes of a host's own, an overlay over /etc")
    words = told.stderr.decode(errors="replace").strip().splitlines()
    said = words[-1] if words else f"status {told.returncode}"
    return Check(name, lacking(needed.namespaces), f"this machine refuses them: {said}", todo)


def _engine(needed: Needs, values: Mapping[str, Any]) -> Iterator[Check]:
    # Loading the engines' library takes a third of a second.
    from hopcheck.topology.containers.engine import Engine, EngineError

    try:
        engine = Engine.connect(timeout=_PATIENCE_S)
    except EngineError as error:
        if values["runtime"] == PROCESS and not needed.engine:
            yield Check("engine", OK, "none answers, and none is needed: runtime is process")
            return
        said, _, todo = str(error).partition("; ")
        yield Check("engine", lacking(needed.engine), said, todo or how([PROGRAMS["docker"]]), "docker")
        return
    with closing(engine.client):
        yield Check("engine", OK, str(engine))
        for name, todo in _images(needed, values):
            there = _has_image(engine.client, name)
            own = todo == OWN_IMAGE
            state = OK if there else lacking(not own)
            yield Check("image", state, name if there else f"{name} is not there", "" if there else todo)


OWN_IMAGE = "it is made by the first run that needs it, in some minutes: hopcheck images build"


def _images(needed: Needs, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    pull = "build it, or have the engine pull it"
    for sut in values["sut"].values():
        if sut.kind == "image":
            yield sut.given, pull
    if values["host-image"]:
        yield values["host-image"], pull
    elif needed.machines:
        yield "hopcheck/host-offline:latest", OWN_IMAGE


def _has_image(client: Any, name: str) -> bool:
    from docker.errors import ImageNotFound

    try:
        client.images.get(name)
    except ImageNotFound:
        return False
    return True


def _ports(first: int | None) -> Check:
    if first is None:
        try:
            free_ports(PORTS)
        except OSError as error:
            return Check("ports", PROBLEM, str(error), "narrow net.ipv4.ip_local_port_range, or end what listens")
        return Check("ports", OK, f"{PORTS} are free on 127.0.0.1")
    taken = [port for port in range(first, first + PORTS) if not _free(port)]
    if taken:
        return Check(
            "ports",
            lacking(taken[0] < first + Ports.needed()),
            f"from first-port {first} on these are taken: {', '.join(map(str, taken))}",
            "end what listens there (ss -ltnp), or choose another first-port",
        )
    return Check("ports", OK, f"{first} to {first + PORTS - 1} are free on 127.0.0.1")


def _free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _memory(hosts: int) -> Check:
    there, wanted = room.memory(), room.memory_wanted(hosts)
    said = f"{there // room.MB} MB are available, a run takes some {wanted // room.MB} MB"
    if there < wanted:
        return Check("memory", PROBLEM, said, "end something, or take fewer hosts")
    return Check("memory", OK, said)


def _watches(wanted: int) -> Check:
    there = room.watches_left()
    said = f"{there} inotify instances are left, the hosts want {wanted}"
    return Check("inotify", PROBLEM, said, room.MORE_WATCHES) if there < wanted else Check("inotify", OK, said)


def _space(report: Path | None) -> Iterator[Check]:
    places = {"scratch": _existing(scratch.ROOT), "report": _existing(report or Path())}
    for name, place in places.items():
        if not place.is_dir():
            yield Check(name, PROBLEM, f"{place} is no directory", f"give another one: {_ELSEWHERE[name]}")
            continue
        if not os.access(place, os.W_OK):
            yield Check(name, PROBLEM, f"{place} cannot be written to", f"give another one: {_ELSEWHERE[name]}")
            continue
        free = shutil.disk_usage(place).free
        said = f"{free / (1 << 30):.1f} GB free in {place}"
        if free < SPACE_PROBLEM:
            yield Check(name, PROBLEM, said, "make room: a run needs some 200 MB")
        elif free < SPACE_WARNING:
            yield Check(name, WARNING, said, "make room: an image of hosts needs some 2 GB")
        else:
            yield Check(name, OK, said)


_ELSEWHERE = {"scratch": "HOPCHECK_SCRATCH=DIR", "report": "--report DIR"}


def _existing(path: Path) -> Path:
    """The path, or the nearest directory above it that is there."""
    place = path.absolute()
    while not place.exists():
        place = place.parent
    return place
