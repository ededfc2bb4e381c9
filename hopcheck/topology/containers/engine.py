"""The container engine that answers at the usual socket: Docker's, or Podman's through the same interface."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import DockerException
from docker.types import Ulimit
from requests.exceptions import ConnectionError as RequestsConnectionError

# What a request becomes when nobody is there to answer: what the engine had can be removed by a later start only.
EngineGone = RequestsConnectionError

LOCAL = ("unix://", "npipe://", "http+unix://")
# Below the hard limits of an engine that may not raise them (no CAP_SYS_RESOURCE): Podman asks for its own otherwise.
PODMAN_LIMITS = {"nofile": 20_000, "nproc": 10_000}


class EngineError(RuntimeError):
    """There is no engine to work with; the text names cause and next step."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A connected engine. ``kind`` is docker or podman; ``cgroups`` the version (1 or 2) its containers see."""

    client: docker.DockerClient
    kind: str
    version: str
    cgroups: int
    driver: str

    @classmethod
    def connect(cls, timeout: float = 60.0) -> Engine:
        """The engine that DOCKER_HOST or the default socket names. Raises `EngineError`."""
        address = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
        if not address.startswith(LOCAL):
            raise EngineError(
                f"the engine at {address} is on another machine: hosts are watched through sockets and addresses of "
                "this one; unset DOCKER_HOST, or use --runtime process"
            )
        try:
            knock(address)
            return cls.of(docker.from_env(timeout=timeout))
        except (DockerException, OSError) as error:
            raise EngineError(_why(address, error)) from error

    @classmethod
    def of(cls, client: docker.DockerClient) -> Engine:
        """The engine behind a client. Raises what docker and requests raise where it does not answer."""
        about: dict[str, Any] = client.version()
        info: dict[str, Any] = client.info()
        parts = {part.get("Name", ""): part.get("Version", "") for part in about.get("Components") or ()}
        podman = next((version for name, version in parts.items() if name.startswith("Podman")), None)
        return cls(
            client,
            "docker" if podman is None else "podman",
            podman or about.get("Version", ""),
            int(info.get("CgroupVersion") or 1),
            info.get("CgroupDriver", ""),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.version}, cgroup v{self.cgroups}"

    @property
    def ulimits(self) -> list[Ulimit]:
        """Resource limits that a container of this engine must be given."""
        limits = PODMAN_LIMITS if self.kind == "podman" else {}
        return [Ulimit(name=name, soft=limit, hard=limit) for name, limit in limits.items()]


def knock(address: str) -> None:
    """Raises OSError where nobody listens: docker's library would leave its socket open then."""
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(address.removeprefix("unix://"))


def _why(address: str, error: BaseException) -> str:
    causes = list(_chain(error))
    if any(isinstance(each, PermissionError) for each in causes):
        return (
            f"the engine at {address} may not be used by this user: permission denied; run as root, or join the "
            "socket's group (usermod -aG docker USER, then log in again)"
        )
    if any(isinstance(each, FileNotFoundError | ConnectionRefusedError) for each in causes):
        return (
            f"no container engine answers at {address}; start one (systemctl start docker, or "
            "podman system service --time=0 and DOCKER_HOST=unix://…), or use --runtime process"
        )
    return f"the engine at {address} does not answer: {error}; see whether it runs, and its log"


def _chain(error: BaseException | None) -> list[BaseException]:
    """An error, what caused it, and what the libraries between wrapped as arguments."""
    found: list[BaseException] = []
    queue = [error]
    while queue:
        each = queue.pop()
        if each is None or each in found:
            continue
        found.append(each)
        queue += [each.__cause__, each.__context__, *(arg for arg in each.args if isinstance(arg, BaseException))]
    return found
