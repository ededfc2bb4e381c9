"""Calls to host inventory (facts A.4, connection_status)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fakes.outbound import Outbound, Unreachable


class InventoryError(Exception):
    """Inventory did not answer as it should, or was asked for something that is no UUID."""


@dataclass(frozen=True, slots=True)
class Host:
    """What decides how a host can be reached; ``satellite`` is its Satellite's instance id, with the organisation."""

    id: str
    rhc_client_id: str | None
    satellite: str | None
    satellite_org: str = ""


class Inventory:
    """A client of ``/api/inventory/v1``."""

    def __init__(self, url: str) -> None:
        self._outbound = Outbound(url)

    def hosts(self, ids: Sequence[str], identity: str, request_id: str) -> list[Host]:
        """Those of `ids` that inventory knows, in its order. Raises InventoryError."""
        try:
            joined = ",".join(str(UUID(id_)) for id_ in ids)
        except ValueError as error:
            raise InventoryError(str(error)) from error
        target = f"/api/inventory/v1/hosts/{joined}"
        known = self._results(target, len(ids), identity, request_id, none_found=404)
        if not known:
            return []
        profiles = {
            entry.get("id"): entry.get("system_profile") or {}
            for entry in self._results(f"{target}/system_profile", len(ids), identity, request_id)
        }
        return [
            Host(entry["id"], profiles.get(entry["id"], {}).get("rhc_client_id"), *_satellite(entry)) for entry in known
        ]

    def close(self) -> None:
        """Close every connection."""
        self._outbound.close_all()

    def _results(
        self, target: str, limit: int, identity: str, request_id: str, none_found: int | None = None
    ) -> list[dict[str, Any]]:
        headers = {"x-rh-identity": identity, "x-rh-insights-request-id": request_id}
        try:
            reply = self._outbound.request("GET", f"{target}?per_page={limit}&page=1", headers=headers)
        except Unreachable as error:
            raise InventoryError(str(error)) from error
        if reply.status == none_found:
            return []
        if reply.status != 200:
            raise InventoryError(f"inventory answered {reply.status}")
        try:
            results: list[dict[str, Any]] = json.loads(reply.body)["results"]
        except (ValueError, KeyError, TypeError) as error:
            raise InventoryError("inventory answered something else") from error
        return results


def _satellite(entry: dict[str, Any]) -> tuple[str | None, str]:
    for fact in entry.get("facts") or []:
        facts = fact.get("facts") or {}
        if fact.get("namespace") == "satellite" and facts.get("satellite_instance_id") is not None:
            return str(facts["satellite_instance_id"]), str(facts.get("organization_id", ""))
    return None, ""
