"""The host image: named after what it is made of, built where that name is missing."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import docker
from docker.errors import ImageNotFound

from hopcheck.images import cache, context, debian, engine, labels, wheels
from hopcheck.images.bases import Base, find
from hopcheck.images.requirements import requirements
from hopcheck.images.target import Target, machine

Progress = Callable[[str], None]
SUBSCRIPTION = ("RHSM_ORG", "RHSM_ACTIVATION_KEY")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An image to be: `context` and `source` are digests, `source` of the base's recipe or the id of an image."""

    base: Base
    context: str
    source: str

    @property
    def reference(self) -> str:
        """``hopcheck/host-<base>:<12 hex digits>``"""
        return f"hopcheck/host-{self.base.name}:{cache.digest(self.context, self.source)}"

    def latest(self) -> tuple[str, str]:
        """Repository and tag of the name that the newest image bears too."""
        return f"hopcheck/host-{self.base.name}", "latest"


def build(
    client: docker.DockerClient, base: str, *, source: str | None, progress: Progress, fresh: bool = False
) -> str:
    """See `hopcheck.images.ensure`."""
    chosen = find(base)
    content = context.files(chosen)
    with engine.answering():
        architecture = engine.architecture(client)
        wanted = Wanted(chosen, context.digest(content), _source(client, chosen, source, architecture, progress))
        if not fresh and _there(client, wanted):
            progress(f"{wanted.reference}: cached")
            return wanted.reference
        with cache.lock(lambda: progress("waiting for another build on this machine")):
            if fresh or not _there(client, wanted):
                _make(client, wanted, content, source or chosen.image, architecture, progress, fresh)
    return wanted.reference


def _source(client: docker.DockerClient, base: Base, source: str | None, architecture: str, progress: Progress) -> str:
    if source is not None:
        return engine.local(client, source)
    if base.recipe is not None:
        return debian.digest(base.recipe, architecture)
    assert base.image is not None
    return engine.pulled(client, base.image, progress)


def _there(client: docker.DockerClient, wanted: Wanted) -> bool:
    try:
        image = client.images.get(wanted.reference)
    except ImageNotFound:
        return False
    if ":".join(wanted.latest()) not in image.tags:
        image.tag(*wanted.latest())
    return True


def _make(
    client: docker.DockerClient,
    wanted: Wanted,
    content: context.Content,
    image: str | None,
    architecture: str,
    progress: Progress,
    fresh: bool,
) -> None:
    base = wanted.base
    if image is None:
        assert base.recipe is not None
        image = debian.ensure(client, base.name, base.recipe, architecture, progress=progress, fresh=fresh)
    target = engine.probe(client, image) or Target(base.python, base.glibc, machine(architecture))
    asked = [requirement for name in base.wheels for requirement in requirements(name)]
    folder = wheels.ensure(asked, target, progress=progress, fresh=fresh)
    progress(f"building {wanted.reference} on {image}")
    engine.build(
        client,
        wanted.reference,
        lambda into: context.pack(content, folder, into),
        arguments={"BASE": image, "PACKAGES": base.packages, **_subscription(base)},
        marks={labels.BASE: base.name, labels.CONTEXT: wanted.context, labels.SOURCE: wanted.source},
        network=base.network,
        fresh=fresh,
        progress=progress,
    )
    client.images.get(wanted.reference).tag(*wanted.latest())


def _subscription(base: Base) -> dict[str, str]:
    return {name: os.environ[name] for name in SUBSCRIPTION if base.name == "rhel" and name in os.environ}
