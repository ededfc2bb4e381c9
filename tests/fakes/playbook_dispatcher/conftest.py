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

from fakes.playbook_dispatcher.app import create_app
from fakes.playbook_dispatcher.cloud_connector import CloudConnectorError, Message, NotConnected
from fakes.playbook_dispatcher.config import Config
from fakes.playbook_dispatcher.inventory import Host
from fakes.playbook_dispatcher.service import Service
from fakes.playbook_dispatcher.store import Store

CONNECTED, DISCONNECTED, BROKEN = (f"0000000{n}-0000-4000-8000-000000000000" for n in (1, 2, 3))


@dataclass
class ScriptedConnector:
    sent: list[tuple[str, str, str, Message]] = field(default_factory=list)

    def send(self, recipient: str, org_id: str, request_id: str, message: Message) -> str:
        self.sent.append((recipient, org_id, request_id, message))
        if recipient == DISCONNECTED:
            raise NotConnected(recipient)
        if recipient == BROKEN:
            raise CloudConnectorError(recipient)
        return str(uuid4())

    def connected(self, recipient: str, org_id: str, request_id: str) -> bool:
        if recipient == BROKEN:
            raise CloudConnectorError(recipient)
        return recipient == CONNECTED


@dataclass
class ScriptedInventory:
    known: list[Host] = field(default_factory=list)

    def hosts(self, ids: list[str], identity: str, request_id: str) -> list[Host]:
        return [host for host in self.known if host.id in ids]


@dataclass
class World:
    store: Store
    connector: ScriptedConnector
    inventory: ScriptedInventory
    client: FlaskClient
    connected, disconnected, broken = CONNECTED, DISCONNECTED, BROKEN

    def identity(self, org_id: str = "1", kind: str = "User") -> dict[str, str]:
        value = {"identity": {"org_id": org_id, "type": kind, "user": {"username": "u"}}}
        return {"x-rh-identity": b64encode(json.dumps(value).encode()).decode()}

    def item(self, **changes: Any) -> dict[str, Any]:
        host = {"inventory_id": str(uuid4()), "ansible_host": "localhost"}
        return {
            "recipient": CONNECTED,
            "org_id": "1",
            "principal": "u",
            "name": "plan",
            "hosts": [host],
            "url": "https://h/p?hosts=a&localhost",
            "labels": {"playbook-run": "r1"},
        } | changes

    def post(self, path: str, body: Any, psk: str = "secret1", **headers: str) -> TestResponse:
        return self.client.post(f"/internal/v2/{path}", json=body, headers={"Authorization": f"PSK {psk}"} | headers)

    def dispatch(self, *items: dict[str, Any], psk: str = "secret1") -> list[str | None]:
        return [done.get("id") for done in self.post("dispatch", list(items), psk).get_json()]

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(
            f"/api/playbook-dispatcher/v1/{path}", query_string=query.pop("query", query), headers=self.identity()
        )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "d.sqlite3")
    yield store
    store.close()


@pytest.fixture
def service(store: Store) -> Iterator[Service]:
    config = Config(
        psk={"secret1": "remediations", "secret2": "other"}, return_url="https://gw/upload", response_interval="7"
    )
    service = Service(config, store, ScriptedConnector(), ScriptedInventory())  # type: ignore[arg-type]
    yield service
    service.workers.shutdown()


@pytest.fixture
def world(service: Service) -> World:
    return World(service.store, service.cloud_connector, service.inventory, create_app(service).test_client())  # type: ignore[arg-type]
