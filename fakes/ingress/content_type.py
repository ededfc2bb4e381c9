"""The service and the category that a part's content type names (facts B5)."""

from __future__ import annotations

import re
from dataclasses import dataclass

LEGACY = ("application/x-gzip; charset=binary", "application/gzip", "application/gzip; charset=binary")
PATTERN = re.compile(r"application/vnd\.redhat\.([a-z0-9-]+)\.([a-z0-9-]+).*")


@dataclass(frozen=True, slots=True)
class Route:
    """Where an upload goes."""

    service: str
    category: str


def route(content_type: str) -> Route | None:
    """The route of a part, None where its type names none (ING-04, ING-05)."""
    if content_type in LEGACY:
        return Route("advisor", "upload")
    # The real pattern is not anchored either.
    match = PATTERN.search(content_type)
    return Route(match[1], match[2]) if match else None
