"""Whom the platform knows: hosts at the gateway, in the inventory and in Cloud Connector's client map."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hopcheck.topology import whole_file
from hopcheck.topology.identity import Identity
from hopcheck.topology.settings import Settings


class Registry:
    """Writes the two files in ``directory``/registry anew for each host: their readers look again at each request."""

    def __init__(self, settings: Settings, directory: Path) -> None:
        self.tenants: dict[str, Mapping[str, Any]] = {}
        self.directory = directory / "registry"
        self.directory.mkdir(exist_ok=True)
        self.inventory = self.directory / "platform-hosts.json"
        self.client_map = self.directory / "client_id_to_account_id_map.json"
        self._settings = settings
        self._hosts: list[dict[str, Any]] = []
        self._strangers: list[str] = []
        self._entering = threading.Lock()
        self._write()

    def enter(self, identity: Identity, *, tenant: bool = True, satellite: Mapping[str, str] | None = None) -> None:
        """Make a host known everywhere; whether it is connected is for Cloud Connector to find out.

        Of a host without ``tenant`` nobody knows whose it is; ``satellite`` are the facts that its Satellite tells.
        """
        if not tenant:
            with self._entering:
                self._strangers.append(identity.client_id)
                self._write()
            return
        org_id, account = self._settings.org_id, self._settings.account
        self.tenants[identity.client_id] = {"org_id": org_id, "account_number": account}
        host: dict[str, Any] = {
            "id": identity.inventory_id,
            "display_name": identity.name,
            "hostname": f"{identity.name}.example.com",
            "org_id": org_id,
            "rhc_client_id": identity.client_id,
            "owner_id": identity.client_id,
        }
        if satellite is not None:
            host["satellite"] = dict(satellite)
        # Hosts come up side by side.
        with self._entering:
            self._hosts.append(host)
            self._write()

    def _write(self) -> None:
        account = {"accountId": self._settings.account, "orgId": self._settings.org_id}
        whole_file.replace(self.inventory, json.dumps(self._hosts).encode())
        # Who is not listed would be the default tenant's.
        clients = {client_id: {"error": "no such client"} for client_id in self._strangers}
        clients |= {host["rhc_client_id"]: account for host in self._hosts}
        whole_file.replace(self.client_map, json.dumps(clients).encode())
