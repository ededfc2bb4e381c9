"""Calls to Playbook Dispatcher (facts B.5)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fakes.outbound import Outbound, Unreachable
from fakes.remediations.config import Config
from fakes.remediations.errors import forbidden, unavailable

ACCEPTED = (200, 201, 207, 304)
RUN_FIELDS = ("id", "labels", "status", "service", "created_at", "updated_at", "url")
HOST_FIELDS = ("host", "status", "inventory_id", "run")
LOG_FIELDS = ("host", "stdout", "inventory_id", "run")
PUBLIC = "/api/playbook-dispatcher/v1"

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf: both headers travel on."""

    identity: str
    request_id: str


class Dispatcher:
    """A client; every method raises ApiError: 403, or 503 where Dispatcher does not answer as it should."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._outbound = Outbound(config.dispatcher_url)

    def connection_status(self, caller: Caller, org_id: str, systems: Sequence[str]) -> list[Object]:
        """The recipients of `systems`, those of one recipient and status in one object."""
        merged: dict[tuple[str, str, str], Object] = {}
        for part in self._parts(systems):
            for one in self._post(caller, "connection_status", {"org_id": org_id, "hosts": part}) or []:
                known = merged.setdefault((one["recipient"], one["sat_org_id"], one["status"]), one)
                if known is not one:
                    known["systems"] = known["systems"] + one["systems"]
        return list(merged.values())

    def dispatch(self, caller: Caller, requests: Sequence[Object]) -> list[Object]:
        """One result a work request, in their order."""
        return [result for part in self._parts(requests) for result in self._post(caller, "dispatch", part) or []]

    def cancel(self, caller: Caller, run_id: str, org_id: str, principal: str) -> None:
        """Ask for the end of a run."""
        self._post(caller, "cancel", [{"run_id": run_id, "org_id": org_id, "principal": principal}])

    def runs(self, caller: Caller, run_id: str) -> list[Object]:
        """The Dispatcher runs that bear the label of a Remediations run."""
        return self._list(
            caller, "runs", RUN_FIELDS, {"filter[service]": "remediations", "filter[labels][playbook-run]": run_id}
        )

    def hosts(self, caller: Caller, run_id: str) -> list[Object]:
        """The hosts of those runs."""
        return self._list(
            caller,
            "run_hosts",
            HOST_FIELDS,
            {"filter[run][service]": "remediations", "filter[run][labels][playbook-run]": run_id},
        )

    def log(self, caller: Caller, run_id: str, system: str) -> list[Object]:
        """One system's hosts of those runs, with ``stdout``."""
        return self._list(
            caller,
            "run_hosts",
            LOG_FIELDS,
            {
                "filter[run][service]": "remediations",
                "filter[run][labels][playbook-run]": run_id,
                "filter[inventory_id]": system,
            },
        )

    def close(self) -> None:
        """Close every connection."""
        self._outbound.close_all()

    def _parts(self, items: Sequence[Any]) -> list[list[Any]]:
        size = self._config.page_size
        return [list(items[start : start + size]) for start in range(0, len(items), size)]

    def _list(self, caller: Caller, what: str, fields: Sequence[str], filters: Mapping[str, str]) -> list[Object]:
        query = urlencode([*filters.items(), *(("fields[data]", field) for field in fields)])
        target: str | None = f"{PUBLIC}/{what}?{query}"
        found: list[Object] = []
        while target is not None:
            page = self._ask("GET", target, caller) or {"data": [], "links": {}}
            found += page["data"]
            target = page["links"].get("next")
        return found

    def _post(self, caller: Caller, what: str, body: Any) -> Any:
        return self._ask("POST", f"/internal/v2/{what}", caller, json.dumps(body, ensure_ascii=False).encode())

    def _ask(self, method: str, target: str, caller: Caller, body: bytes | None = None) -> Any:
        headers = {
            "x-rh-identity": caller.identity,
            "x-rh-insights-request-id": caller.request_id,
            "Accept": "application/json",
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
            if self._config.dispatcher_psk is not None:
                headers["Authorization"] = f"PSK {self._config.dispatcher_psk}"
        try:
            reply = self._outbound.request(method, target, headers=headers, body=body)
            if reply.status == 404:
                return None
            if reply.status == 403:
                raise forbidden("Playbook Dispatcher refused the request")
            if reply.status not in ACCEPTED:
                raise unavailable("playbook-dispatcher")
            return json.loads(reply.body)
        except (Unreachable, ValueError) as error:
            raise unavailable("playbook-dispatcher") from error
