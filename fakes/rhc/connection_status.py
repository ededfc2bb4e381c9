"""connection-status: what the host tells about itself (H-011 to H-016), and the will (H-003)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fakes.rhc import envelope, paths

Dispatchers = Mapping[str, Mapping[str, str]]


def online(facts: Mapping[str, Any] | None, dispatchers: Dispatchers, tags: Mapping[str, str]) -> dict[str, Any]:
    """A status with state ``online``; tags are left out where there are none."""
    content = {"canonical_facts": facts, "dispatchers": dispatchers, "state": "online"}
    if tags:
        content["tags"] = tags
    return envelope.new("connection-status", content=content | {"client_version": paths.CLIENT_VERSION})


def will() -> dict[str, Any]:
    """The status that the broker sends when the host is lost; built once a process (H-004)."""
    content = {"canonical_facts": None, "dispatchers": None, "state": "offline", "client_version": paths.CLIENT_VERSION}
    return envelope.new("connection-status", content=content)


def digest(dispatchers: Dispatchers) -> str:
    """SHA-256 of the map's JSON: a new one calls for a new status (H-014)."""
    return hashlib.sha256(json.dumps(dispatchers, sort_keys=True).encode()).hexdigest()


def canonical_facts(file: str) -> dict[str, Any] | None:
    """Content of the facts file; None where no file is named or it holds no JSON object."""
    if not file:
        return None
    try:
        facts = json.loads(Path(file).read_bytes())
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) else None
