"""Images of remediation targets: built where they are missing, named after what they are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hopcheck.images.error import ImageError

if TYPE_CHECKING:
    import docker

__all__ = ["ImageError", "ensure"]


def ensure(
    client: docker.DockerClient,
    base: str = "offline",
    *,
    source: str | None = None,
    progress: Callable[[str], None],
    fresh: bool = False,
) -> str:
    """Tag of the host image on `base`, which is built where it is missing.

    `source` is an image of the engine's to build on in place of the base's own. `progress` is told in one line
    whatever takes longer than two seconds, before it starts. `fresh` uses no cache. Raises ImageError.
    """
    # The engine's SDK takes its time to load; the verbs that need no engine need not pay for it.
    from hopcheck.images.host import build

    return build(client, base, source=source, progress=progress, fresh=fresh)
