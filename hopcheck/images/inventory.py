"""The kit's images that an engine has: which there are, and which of them nothing would build today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import docker
from docker.errors import APIError, ImageNotFound

from hopcheck.images import context, debian, engine, labels
from hopcheck.images.bases import bases

_SHORT = len("sha256:") + 12
_UNITS = ("B", "kB", "MB", "GB")


@dataclass(frozen=True, slots=True)
class Image:
    """`kind` is ``base`` or ``host``; `size` in bytes; `context` and `source` as labelled, empty where they are not."""

    id: str
    tags: tuple[str, ...]
    kind: str
    base: str
    size: int
    created: datetime
    context: str
    source: str


def images(client: docker.DockerClient) -> list[Image]:
    """Every image of the kit's, newest first."""
    found = [_image(image) for image in client.images.list(filters={"label": labels.IMAGE})]
    return sorted(found, key=lambda image: image.created, reverse=True)


def stale(image: Image, architecture: str) -> bool:
    """Whether no build makes this image any more: the kit's files, its fakes or the base's recipe have changed."""
    base = bases().get(image.base)
    if base is None or not image.tags:
        return True
    recipe = debian.digest(base.recipe, architecture) if base.recipe else None
    if image.kind == "base":
        return image.source != recipe
    # An image id, of which nobody knows whether it still serves, has a colon; a recipe's digest has none.
    outdated = recipe is not None and ":" not in image.source and image.source != recipe
    return outdated or image.context != context.digest(context.files(base))


def remove(
    client: docker.DockerClient, found: Sequence[Image], *, everything: bool = False
) -> Iterator[tuple[str, str]]:
    """Remove those of `found` that are stale, or all; yields each name with why it was kept, empty where it is gone."""
    architecture = engine.architecture(client)
    # A base can go only after the hosts that stand on it.
    for image in sorted(found, key=lambda image: image.kind == "base"):
        if everything or stale(image, architecture):
            for name in image.tags or (image.id,):
                yield name, _removed(client, name)


def table(found: Sequence[Image]) -> list[str]:
    """One line an image, a head above them."""
    rows = [("IMAGE", "BASE", "SIZE", "AGE")]
    now = datetime.now(UTC)
    for image in found:
        for name in image.tags or (image.id[:_SHORT],):
            rows.append((name, image.base, _size(image.size), _age((now - image.created).total_seconds())))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _image(image: Any) -> Image:
    marks = image.labels
    return Image(
        image.id,
        tuple(image.tags),
        marks[labels.IMAGE],
        marks.get(labels.BASE, ""),
        image.attrs["Size"],
        datetime.fromisoformat(image.attrs["Created"]),
        marks.get(labels.CONTEXT, ""),
        marks.get(labels.SOURCE, ""),
    )


def _removed(client: docker.DockerClient, name: str) -> str:
    try:
        client.images.remove(name)
    except ImageNotFound:
        return ""
    except APIError as error:
        return str(error.explanation)
    return ""


def _size(count: float) -> str:
    unit = 0
    while count >= 1000 and unit < len(_UNITS) - 1:
        count /= 1000
        unit += 1
    return f"{count:.0f} {_UNITS[unit]}"


def _age(seconds: float) -> str:
    for name, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {name}"
    return f"{seconds:.0f} seconds"
