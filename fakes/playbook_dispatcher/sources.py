"""Which host a Satellite is reached through, asked of Sources (facts A.4, connection_status)."""

from __future__ import annotations

import json
import logging
from typing import Any, Protocol
from urllib.parse import quote

from fakes.outbound import Outbound, Unreachable

log = logging.getLogger(__name__)


class Sources(Protocol):
    """Who knows how Satellites are reached."""

    def recipient(self, satellite: str, identity: str, request_id: str) -> str | None:
        """The client id of the host that a Satellite is reached through; None where nobody knows."""


class Mock:
    """Knows no Satellite."""

    def recipient(self, satellite: str, identity: str, request_id: str) -> str | None:
        """Nothing to ask."""
        return None


class SourcesApi:
    """The service behind ``SOURCES_IMPL=impl``."""

    def __init__(self, url: str, timeout: float) -> None:
        self._outbound = Outbound(url, timeout=timeout)

    def recipient(self, satellite: str, identity: str, request_id: str) -> str | None:
        """By the first source of that reference and its first connection."""
        headers = {"x-rh-identity": identity, "x-rh-insights-request-id": request_id}
        source = self._first(f"sources?filter[source_ref][eq]={quote(satellite)}", headers)
        connection = None if source is None else self._first(f"sources/{source.get('id')}/rhc_connections", headers)
        return None if connection is None else connection.get("rhc_id")

    def close(self) -> None:
        """Close every connection."""
        self._outbound.close_all()

    def _first(self, what: str, headers: dict[str, str]) -> dict[str, Any] | None:
        try:
            reply = self._outbound.request("GET", f"/api/sources/v3.1/{what}", headers=headers)
            found = json.loads(reply.body)["data"] if reply.status == 200 else []
            return dict(found[0]) if found else None
        except (Unreachable, ValueError, KeyError, TypeError) as error:
            log.error("sources: %s", error)
            return None
