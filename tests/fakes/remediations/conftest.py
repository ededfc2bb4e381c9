from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fakes.remediations.app import create_app
from fakes.remediations.config import Config
from fakes.remediations.errors import ApiError
from fakes.remediations.plan import System
from fakes.remediations.service import Service
from fakes.remediations.store import Store

BASE = "/api/remediations/v1/remediations"
PLAY = """---
- name: {name}
  hosts: "@@HOSTS@@"
  vars:
    insights_signature: !!binary |
      QUJD
    insights_signature_exclude: /hosts,/vars/insights_signature
  tasks: []
"""


@dataclass
class ScriptedDispatcher:
    recipients: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] | ApiError = field(default_factory=list)
    found_runs: list[dict[str, Any]] = field(default_factory=list)
    found_hosts: list[dict[str, Any]] = field(default_factory=list)
    work: list[dict[str, Any]] = field(default_factory=list)
    cancelled: list[tuple[str, str, str]] = field(default_factory=list)

    def connection_status(self, caller: Any, org_id: str, systems: list[str]) -> list[dict[str, Any]]:
        return self.recipients

    def dispatch(self, caller: Any, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.work += requests
        if isinstance(self.results, ApiError):
            raise self.results
        return self.results

    def cancel(self, caller: Any, run_id: str, org_id: str, principal: str) -> None:
        self.cancelled.append((run_id, org_id, principal))

    def runs(self, caller: Any, run_id: str) -> list[dict[str, Any]]:
        return self.found_runs

    def hosts(self, caller: Any, run_id: str) -> list[dict[str, Any]]:
        return self.found_hosts

    def log(self, caller: Any, run_id: str, system: str) -> list[dict[str, Any]]:
        return [host for host in self.found_hosts if host["inventory_id"] == system]


@dataclass
class ScriptedInventory:
    owned: dict[str, str] = field(default_factory=dict)

    def systems(self, caller: Any, ids: list[str]) -> dict[str, System]:
        return {id_: System(id_, f"h{id_[7]}", f"d{id_[7]}") for id_ in ids if id_ in self.owned}

    def owners(self, caller: Any, ids: list[str]) -> dict[str, str]:
        return self.owned


@dataclass
class World:
    client: FlaskClient
    dispatcher: ScriptedDispatcher
    inventory: ScriptedInventory
    templates: Path
    one, two, satellite = (f"0000000{n}-0000-4000-8000-000000000000" for n in (1, 2, 3))

    def identity(self, kind: str = "User", username: str = "u", org_id: str = "1", cn: str = "") -> dict[str, str]:
        value: dict[str, Any] = {"org_id": org_id, "type": kind}
        user = {"username": username, "first_name": "F", "last_name": "L"}
        value |= {"User": {"user": user}, "ServiceAccount": {"service_account": user}}.get(kind, {"system": {"cn": cn}})
        return {"x-rh-identity": b64encode(json.dumps({"identity": value}).encode()).decode()}

    def get(self, path: str, *, identity: dict[str, str] | None = None, **headers: str) -> TestResponse:
        return self.client.get(BASE + path, headers=(identity or self.identity()) | headers)

    def post(
        self, path: str, body: Any = None, *, identity: dict[str, str] | None = None, **headers: str
    ) -> TestResponse:
        return self.client.post(BASE + path, json=body, headers=(identity or self.identity()) | headers)

    def plan(
        self, *systems: str, auto_reboot: bool = True, issues: list[str] | None = None, name: str = "my plan"
    ) -> str:
        body = {
            "name": name,
            "auto_reboot": auto_reboot,
            "add": {
                "issues": [
                    {"id": id_, "resolution": "fix", "systems": list(systems)} for id_ in issues or ["test:ping"]
                ]
            },
        }
        answer = self.post("", body)
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    def recipient(self, system: str, status: str = "connected", kind: str = "directConnect") -> dict[str, Any]:
        return {
            "recipient": str(uuid4()),
            "org_id": "1",
            "recipient_type": kind,
            "status": status,
            "systems": [system],
            "sat_id": self.satellite if kind == "satellite" else "",
            "sat_org_id": "7" if kind == "satellite" else "",
        }

    def host(self, system: str, run: str, status: str = "running", host: str = "localhost") -> dict[str, Any]:
        return {"host": host, "status": status, "inventory_id": system, "run": {"id": run}, "stdout": "log"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    for name in ("test-ping", "test-fail", "postRunCheckIn"):
        (tmp_path / f"{name}.yml").write_text(PLAY.format(name=name))
    inventory = ScriptedInventory()
    inventory.owned = dict.fromkeys((World.one, World.two), "cn1")
    config = Config(1, "", "", tmp_path, platform_hostname="gw:8443")
    store, dispatcher = Store(tmp_path / "r.sqlite3"), ScriptedDispatcher()
    app = create_app(Service(config, store, dispatcher, inventory))  # type: ignore[arg-type]
    yield World(app.test_client(), dispatcher, inventory, tmp_path)
    store.close()
