"""Calls to host inventory (facts B.5)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fakes.outbound import Outbound, Unreachable
from fakes.remediations.dispatcher import Caller
from fakes.remediations.errors import unavailable
from fakes.remediations.plan import System

PAGE = 100


class Inventory:
    """A client; every method raises ApiError (503)."""

    def __init__(self, url: str) -> None:
        self._outbound = Outbound(url)

    def systems(self, caller: Caller, ids: Sequence[str]) -> Mapping[str, System]:
        """Those of `ids` that inventory knows."""
        return {
            one["id"]: System(
                one["id"],
                one.get("fqdn") or one.get("hostname") or one["id"],
                one.get("display_name") or one.get("fqdn") or one["id"],
            )
            for one in self._ask(caller, ids, "", "")
        }

    def owners(self, caller: Caller, ids: Sequence[str]) -> Mapping[str, str | None]:
        """Id to ``owner_id``, the CN of the certificate that the host uses."""
        fields = "&fields[system_profile]=owner_id,rhc_client_id,is_marketplace"
        return {
            one["id"]: (one.get("system_profile") or {}).get("owner_id")
            for one in self._ask(caller, ids, "/system_profile", fields)
        }

    def close(self) -> None:
        """Close every connection."""
        self._outbound.close_all()

    def _ask(self, caller: Caller, ids: Sequence[str], what: str, query: str) -> list[dict[str, Any]]:
        headers = {"x-rh-identity": caller.identity, "x-rh-insights-request-id": caller.request_id}
        found: list[dict[str, Any]] = []
        for start in range(0, len(ids), PAGE):
            joined = ",".join(ids[start : start + PAGE])
            try:
                reply = self._outbound.request(
                    "GET", f"/api/inventory/v1/hosts/{joined}{what}?per_page={PAGE}{query}", headers=headers
                )
                if reply.status == 200:
                    found += json.loads(reply.body)["results"]
                elif reply.status != 404:
                    raise unavailable("inventory")
            except (Unreachable, ValueError, KeyError, TypeError) as error:
                raise unavailable("inventory") from error
        return found
