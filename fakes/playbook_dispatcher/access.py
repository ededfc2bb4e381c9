"""Which services' runs a caller may see, asked of RBAC on each request (facts A.2)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from fakes.outbound import Outbound, Unreachable
from fakes.playbook_dispatcher.identity import Identity, Refused

APPLICATION = "playbook-dispatcher"
WANTED = (APPLICATION, "run", "read")
MOCKED = ("remediations", "config_manager", "test")
"""What ``RBAC_IMPL=mock`` lets everybody see."""


class Access(Protocol):
    """Who knows what callers may see."""

    def services(self, identity: Identity, request_id: str) -> Sequence[str] | None:
        """The services; None: all of them. Raises Refused: 403 for none, 503 where nobody knows."""


class Mock:
    """Everybody may see the same."""

    def services(self, identity: Identity, request_id: str) -> Sequence[str] | None:
        """Nothing to ask."""
        return MOCKED


class Rbac:
    """The service behind ``RBAC_IMPL=impl``."""

    def __init__(self, url: str, timeout: float) -> None:
        self._outbound = Outbound(url, timeout=timeout)

    def services(self, identity: Identity, request_id: str) -> Sequence[str] | None:
        """Those that the resource definitions of a fitting permission name (SRV-041)."""
        fitting = [each for each in self._permissions(identity, request_id) if fits(str(each["permission"]))]
        if not fitting:
            raise Refused(403, f"Permission {':'.join(WANTED)} is required")
        named = [services_of(each.get("resourceDefinitions") or ()) for each in fitting]
        return None if [] in named else [service for services in named for service in services]

    def close(self) -> None:
        """Close every connection."""
        self._outbound.close_all()

    def _permissions(self, identity: Identity, request_id: str) -> list[dict[str, Any]]:
        headers = {"x-rh-identity": identity.header, "x-rh-insights-request-id": request_id}
        try:
            reply = self._outbound.request("GET", f"/api/rbac/v1/access/?application={APPLICATION}", headers=headers)
            if reply.status == 200:
                return list(json.loads(reply.body)["data"])
        except (Unreachable, ValueError, KeyError, TypeError):
            pass
        raise Refused(503, "error getting permissions from RBAC")


def fits(permission: str) -> bool:
    """Whether a permission is the wanted one; resource and verb may be any."""
    parts = permission.split(":")
    return (
        len(parts) == len(WANTED)
        and parts[0] == APPLICATION
        and all(part in ("*", want) for part, want in zip(parts, WANTED, strict=True))
    )


def services_of(definitions: Iterable[Mapping[str, Any]]) -> list[str]:
    """The services that resource definitions limit a permission to; empty: it is not limited."""
    filters = [each.get("attributeFilter") or {} for each in definitions]
    values = [each.get("value") for each in filters if each.get("key") == "service"]
    return [str(one) for value in values for one in (value if isinstance(value, list) else [value])]
