"""connection-status: what the host tells about itself; without a version, and with facts that rhcd finds itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fakes.rhc import envelope
from fakes.rhcd import paths

Dispatchers = Mapping[str, Mapping[str, str]]


def online(facts: Mapping[str, Any], dispatchers: Dispatchers, tags: Mapping[str, str]) -> dict[str, Any]:
    """A status with state ``online``; a worker without features has null, as Go writes a nil map."""
    listed = {name: features or None for name, features in dispatchers.items()}
    content = {"canonical_facts": facts, "dispatchers": listed, "state": "online"}
    return envelope.new("connection-status", content=content | ({"tags": tags} if tags else {}))


def will() -> dict[str, Any]:
    """The status that the broker sends when the host is lost."""
    return envelope.new("connection-status", content={"canonical_facts": None, "dispatchers": None, "state": "offline"})


def canonical_facts(common_name: str) -> dict[str, Any]:
    """What tells this host from others by its files; what would tell of the machine beneath it is left empty."""
    return {
        "insights_id": _line(paths.INSIGHTS_ID),
        "machine_id": _line(paths.MACHINE_ID),
        "bios_uuid": "",
        "subscription_manager_id": common_name,
        "ip_addresses": [],
        "mac_addresses": [],
        "fqdn": "",
    }


def _line(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
