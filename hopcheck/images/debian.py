"""The base that is made here, from the distribution's package archive: mmdebstrap, then `docker import`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopcheck.images import cache, labels
from hopcheck.images.bases import Recipe
from hopcheck.images.error import ImageError
from hopcheck.install import missing

if TYPE_CHECKING:
    import docker

PROGRAM = "mmdebstrap"
MIRROR = "HOPCHECK_DEBIAN_MIRROR"
"""Variable: a mirror's address or a file of apt sources, in place of the distribution's own archive."""
_OUT_OF_REACH = ("Could not resolve", "Temporary failure", "Could not connect", "Unable to connect", "Failed to fetch")

_IMPORTED = re.compile(r"sha256:[0-9a-f]{64}")


def digest(recipe: Recipe, architecture: str) -> str:
    """Of what a base is made of. The archive's state does not count: a newer one is asked for with ``--no-cache``."""
    return cache.digest(asdict(recipe), architecture)


def reference(base: str, recipe: Recipe, architecture: str) -> str:
    """The base image's name and tag."""
    return f"hopcheck/base-{base}:{digest(recipe, architecture)}"


def ensure(
    client: docker.DockerClient,
    base: str,
    recipe: Recipe,
    architecture: str,
    *,
    progress: Callable[[str], None],
    fresh: bool = False,
) -> str:
    """Tag of the base image, made where it is missing. Raises ImageError."""
    from docker.errors import APIError, ImageNotFound

    name = reference(base, recipe, architecture)
    if not fresh:
        try:
            client.images.get(name)
        except ImageNotFound:
            pass
        else:
            return name
    file = tarball(base, recipe, architecture, progress=progress, fresh=fresh)
    progress(f"importing {name}")
    repository, _, tag = name.partition(":")
    marks = f"LABEL {labels.IMAGE}=base {labels.BASE}={base} {labels.SOURCE}={tag}"
    try:
        answer: Any = client.api.import_image_from_file(str(file), repository=repository, tag=tag, changes=[marks])
        if made := _IMPORTED.search(str(answer)):
            # Podman passes over the tag that it is given.
            client.images.get(made[0]).tag(repository, tag)
        client.images.get(name)
    except ImageNotFound:
        raise ImageError(f"the engine did not import {file}: {answer}", "see the engine's log") from None
    except APIError as error:
        raise ImageError(f"the engine did not import {file}: {error.explanation}", "see the engine's log") from error
    return name


def tarball(
    base: str, recipe: Recipe, architecture: str, *, progress: Callable[[str], None], fresh: bool = False
) -> Path:
    """The base's root as a compressed tar in the cache. Raises ImageError."""
    place = cache.root() / "base" / f"{base}-{digest(recipe, architecture)}.tar.gz"
    if place.is_file() and not fresh:
        return place
    if shutil.which(PROGRAM) is None:
        raise ImageError(
            missing(PROGRAM),
            f"or bring {place}, the {base} base, from a machine that has it; or take --base centos-stream",
        )
    progress(f"making the {base} base from the package archive of Debian {recipe.suite} (a minute or two, once)")
    with cache.making(place) as folder:
        _run(command(recipe, architecture, folder / place.name), progress)
    return place


def command(recipe: Recipe, architecture: str, into: Path) -> list[str]:
    """mmdebstrap's argument list."""
    arguments = [PROGRAM, f"--variant={recipe.variant}", f"--architectures={architecture}"]
    arguments += [f"--dpkgopt=path-exclude={pattern}" for pattern in recipe.exclude]
    arguments += [f"--include={','.join(recipe.include)}", recipe.suite, str(into)]
    mirror = os.environ.get(MIRROR)
    return [*arguments, mirror] if mirror else arguments


def _run(arguments: Sequence[str], progress: Callable[[str], None]) -> None:
    told: list[str] = []
    with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                told.append(line.strip())
                if line.startswith("I: "):
                    progress(f"{PROGRAM}: {line[3:].strip()}")
        except BaseException:
            # It removes what it has unpacked when it is told to end.
            process.terminate()
            raise
    if process.returncode == 0:
        return
    cause = next((line for line in told if line.startswith("E:")), told[-1] if told else "it said nothing")
    if any(sign in line for line in told for sign in _OUT_OF_REACH):
        raise ImageError(
            f"the package archive is out of reach: {cause}",
            f"this step needs a network or a mirror ({MIRROR}); or bring {cache.root()} from a machine that has one",
        )
    raise ImageError(f"{PROGRAM} ended with status {process.returncode}: {cause}", "see what it needs there")
