"""What is asked of the container engine, and its refusals in words that help."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

import docker
from docker.errors import APIError, ContainerError, DockerException, ImageNotFound, NotFound
from requests.exceptions import RequestException

from hopcheck.images import labels
from hopcheck.images.error import ImageError
from hopcheck.images.target import PROBE, Target
from hopcheck.topology.containers.engine import Engine, EngineError

Progress = Callable[[str], None]
_KEPT_LINES = 15


def connect() -> docker.DockerClient:
    """A client of the engine that the environment names. Raises ImageError."""
    try:
        return Engine.connect(timeout=600).client
    except EngineError as error:
        cause, _, step = str(error).partition("; ")
        raise ImageError(cause, step) from error


@contextmanager
def answering() -> Iterator[None]:
    """Turns what an engine that fails in the middle makes of any request into ImageError."""
    try:
        yield
    except (DockerException, RequestException) as error:
        raise ImageError(f"the container engine failed: {error}", "see whether it runs, and its log") from error


def architecture(client: docker.DockerClient) -> str:
    """``amd64``, ``arm64`` …"""
    return str(client.version()["Arch"])


def local(client: docker.DockerClient, name: str) -> str:
    """Id of an image that the engine has. Raises ImageError."""
    try:
        return str(client.images.get(name).id)
    except (ImageNotFound, APIError) as error:
        raise ImageError(
            f"the engine has no image {name}", f"look with  docker images  or fetch it with  docker pull {name}"
        ) from error


def pulled(client: docker.DockerClient, name: str, progress: Progress) -> str:
    """Id of an image, fetched from its registry where the engine has none. Raises ImageError."""
    try:
        return str(client.images.get(name).id)
    except ImageNotFound:
        progress(f"pulling {name}")
    try:
        client.images.pull(name)
    except APIError as error:
        raise ImageError(
            f"{name} cannot be pulled: {error.explanation}",
            "this base needs its registry; without a network use  --base offline  or an image of your own with  --from",
        ) from error
    return local(client, name)


def probe(client: docker.DockerClient, image: str) -> Target | None:
    """What the image's own Python says it is; None where the image has none yet. Raises ImageError."""
    try:
        told: bytes = client.containers.run(
            image,
            ["-c", PROBE],
            entrypoint="/usr/bin/python3",
            network_mode="none",
            remove=True,
            ulimits=Engine.of(client).ulimits,
            labels={labels.IMAGE: "probe"},
        )
    except ContainerError as error:
        raise ImageError(f"the Python of {image} does not work: {error}", "mend it or use another image") from error
    except NotFound:
        return None
    except APIError as error:
        if "no such file" in str(error.explanation).lower():
            return None
        raise ImageError(f"{image} cannot be run: {error.explanation}", "see the engine's log") from error
    return Target(*json.loads(told))


def build(
    client: docker.DockerClient,
    reference: str,
    pack: Callable[[BinaryIO], None],
    *,
    arguments: Mapping[str, str],
    marks: Mapping[str, str],
    network: bool,
    fresh: bool,
    progress: Progress,
) -> None:
    """Build the context that `pack` writes; whatever comes of it, no container is left. Raises ImageError."""
    with tempfile.TemporaryFile() as file:
        pack(file)
        file.seek(0)
        try:
            answers = client.api.build(
                fileobj=file,
                custom_context=True,
                dockerfile="Containerfile",
                tag=reference,
                buildargs=dict(arguments),
                labels=dict(marks),
                network_mode="default" if network else "none",
                nocache=fresh,
                rm=True,
                forcerm=True,
                decode=True,
            )
            _follow(answers, progress)
        except APIError as error:
            raise ImageError(f"the engine did not build: {error.explanation}", "see the engine's log") from error


def _follow(answers: Iterable[dict[str, Any]], progress: Progress) -> None:
    kept: list[str] = []
    failed = ""
    # To its end in any case: the SDK frees the connection only then.
    for answer in answers:
        failed = failed or str(answer.get("error", "")).strip()
        for line in str(answer.get("stream", "")).splitlines():
            if line.strip():
                kept.append(line)
            if line.startswith("Step "):
                progress(line)
    if failed:
        said = "\n".join(f"    {line}" for line in kept[-_KEPT_LINES:])
        raise ImageError(f"a build step failed: {failed}\n{said}\n", "see what it said above")


def tag(client: docker.DockerClient, reference: str, name: str) -> None:
    """Give an image another name. Raises ImageError."""
    repository, colon, version = name.rpartition(":")
    if not colon or "/" in version:
        # The colon, if any, is a registry's port.
        repository, version = name, "latest"
    try:
        client.images.get(reference).tag(repository, version)
    except APIError as error:
        raise ImageError(f"{name} cannot be a name: {error.explanation}", "choose NAME or NAME:TAG") from error
