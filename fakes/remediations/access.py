"""What a user may do, asked of RBAC on each request (facts B.1, B.5)."""

from __future__ import annotations

import json
from typing import Protocol

from fakes.outbound import Outbound, Unreachable
from fakes.remediations.dispatcher import Caller
from fakes.remediations.errors import forbidden, unavailable

APPLICATION, RESOURCE = "remediations", "remediation"
READ, WRITE, EXECUTE = "read", "write", "execute"


class Access(Protocol):
    """Who knows what users may do."""

    def require(self, caller: Caller, verb: str) -> None:
        """Raises ApiError: 403 where the caller may not, 503 where nobody knows."""


class Everything:
    """Everybody may do everything (``RBAC_IMPL=mock``)."""

    def require(self, caller: Caller, verb: str) -> None:
        """Nothing to ask."""


class Rbac:
    """The service behind ``RBAC_IMPL=impl``."""

    def __init__(self, url: str) -> None:
        self._outbound = Outbound(url)

    def require(self, caller: Caller, verb: str) -> None:
        """A permission is ``application:resource:verb``, where ``*`` is any (SRV-113)."""
        wanted = (APPLICATION, RESOURCE, verb)
        if not any(covers(permission, wanted) for permission in self._permissions(caller)):
            raise forbidden(f"Permission {':'.join(wanted)} is required for this operation")

    def close(self) -> None:
        """Close every connection."""
        self._outbound.close_all()

    def _permissions(self, caller: Caller) -> list[str]:
        headers = {"x-rh-identity": caller.identity, "x-rh-insights-request-id": caller.request_id}
        try:
            reply = self._outbound.request("GET", f"/api/rbac/v1/access/?application={APPLICATION}", headers=headers)
            if reply.status != 200:
                raise unavailable("rbac")
            return [str(one["permission"]) for one in json.loads(reply.body)["data"]]
        except (Unreachable, ValueError, KeyError, TypeError) as error:
            raise unavailable("rbac") from error


def covers(permission: str, wanted: tuple[str, ...]) -> bool:
    """Whether a permission that somebody has is the wanted one, or has a wildcard in its place."""
    parts = permission.split(":")
    return len(parts) == len(wanted) and all(part in ("*", want) for part, want in zip(parts, wanted, strict=True))
