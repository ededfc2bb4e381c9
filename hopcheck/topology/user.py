"""The user of the Remediations UI: makes plans, looks at them, presses Execute; and nothing else."""

from __future__ import annotations

import http.client
import time
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

import orjson

from hopcheck.topology.identity import Identity
from hopcheck.topology.story import System
from hopcheck.trace import Trace, TraceTimeout

EDGE = "remediations-ui>remediations"
ANSWER_S = 30


class User:
    """Works at the UI on ``port`` of this machine; ``timeout_s`` is how long one thing may take."""

    def __init__(self, port: int, trace: Trace, timeout_s: float) -> None:
        self._port = port
        self._trace = trace
        self._timeout_s = timeout_s

    def plan(self, name: str, cast: Collection[tuple[System, Identity]], *, auto_reboot: bool = False) -> str:
        """A new plan, its issues each with the systems that it applies to. Raises `TraceTimeout`."""
        issues: dict[str, list[str]] = {}
        for system, identity in cast:
            for issue in system.issues:
                issues.setdefault(issue, []).append(identity.inventory_id)
        body = {
            "name": name,
            "auto_reboot": auto_reboot,
            "add": {"issues": [{"id": issue, "systems": systems} for issue, systems in issues.items()]},
        }
        status, created = self._ask("POST", "/api/plans", body)
        if status != 201:
            raise TraceTimeout(
                f"the plan was not created: the UI was answered {status} {created}\n{self._trace.tail()}"
            )
        return str(created["id"])

    def see_connected(self, plan: str, identities: Collection[Identity]) -> None:
        """Look at a plan until it shows these systems as connected. Raises `TraceTimeout`."""
        deadline = time.monotonic() + self._timeout_s
        while identities:
            connected = self._connected(plan)
            if not (absent := [each.name for each in identities if each.inventory_id not in connected]):
                return
            self._trace.check(f"{', '.join(absent)} to show as connected in the UI")
            if time.monotonic() > deadline:
                raise TraceTimeout(f"{', '.join(absent)} never showed as connected in the UI\n{self._trace.tail()}")

    def execute(self, plan: str) -> tuple[int, Any]:
        """Press the button; the status and body that the UI gives."""
        return self._ask("POST", f"/api/plans/{quote(plan)}/execute")

    def cancel(self, plan: str, run: str) -> tuple[int, Any]:
        """Press the other button; the status and body that the UI gives."""
        return self._ask("POST", f"/api/runs/{quote(plan)}/{quote(run)}/cancel")

    def _connected(self, plan: str) -> set[str]:
        """Open the plan's page, as a user would, and read in the trace what it was told."""
        self._ask("GET", f"/plans/{quote(plan)}")
        asked = {
            e.exchange
            for e in self._trace.where(edge=EDGE, op="request")
            if e.attrs["path"].endswith(f"/{plan}/connection_status")
        }
        told = [
            e.payload.json
            for e in self._trace.where(edge=EDGE, op="response", status=200)
            if e.exchange in asked and e.payload is not None
        ]
        items = told[-1]["data"] if told else []
        return {id_ for item in items if item["connection_status"] == "connected" for id_ in item["system_ids"]}

    def _ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_S)
        try:
            connection.request(
                method, path, orjson.dumps(body) if body is not None else None, {"Content-Type": "application/json"}
            )
            response = connection.getresponse()
            data = response.read()
        except OSError as error:
            raise TraceTimeout(f"the Remediations UI did not answer {method} {path}: {error}") from error
        finally:
            connection.close()
        is_json = (response.getheader("Content-Type") or "").startswith("application/json")
        return response.status, orjson.loads(data) if is_json else data.decode()
